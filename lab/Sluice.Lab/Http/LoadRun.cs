using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Processes;

namespace Sluice.Lab.Http;

/// <summary>One run of wrk against one server.</summary>
/// <param name="Requests">Answers that arrived whole.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="CpuSeconds">Processor time of the server meanwhile.</param>
/// <param name="P99Us">99th percentile of the answers' times.</param>
internal sealed partial record LoadRun(long Requests, double Seconds, double CpuSeconds, double P99Us)
{
    /// <summary>Answers per second.</summary>
    internal double RequestsPerSecond => Requests / Seconds;

    /// <summary>The server's processor time for a gigabyte (10⁹ bytes) of files.</summary>
    internal double CpuSecondsPerGigabyte(long fileBytes) => CpuSeconds / (Requests * (double)fileBytes / 1e9);

    /// <summary>The server's processor time for one request, in microseconds.</summary>
    internal double CpuMicrosecondsPerRequest => CpuSeconds / Requests * 1e6;

    /// <summary>Loads a server for some seconds.</summary>
    /// <exception cref="LabException">Answers failed: figures of refusals would be no figures.</exception>
    internal static async Task<LoadRun> RunAsync(HttpServerProcess server, string file, int seconds, int connections, CancellationToken cancellationToken)
    {
        double before = server.CpuSeconds();
        string wrk = Programs.Find("wrk") ?? throw new LabException("wrk is not installed; on Debian: apt-get install wrk");
        await using LabProcess load = LabProcess.Start(
            wrk, "-t", "1", "-c", connections.ToString(CultureInfo.InvariantCulture), "-d", $"{seconds}s", "--timeout", "60s", "--latency", $"http://127.0.0.1:{server.Port}/{file}");
        List<string> lines = [];
        while (await load.ReadLineAsync(cancellationToken) is { } line) lines.Add(line);
        double cpuSeconds = server.CpuSeconds() - before;
        return Parse(string.Join('\n', lines), cpuSeconds)
            ?? throw new LabException($"wrk against {HttpServerNames.Of(server.Kind)}, {file}: {string.Join("; ", lines.DefaultIfEmpty(await load.DescribeEndAsync(cancellationToken)))}");
    }

    /// <summary>Reads what wrk prints.</summary>
    /// <returns>Null where it is not a success without errors.</returns>
    internal static LoadRun? Parse(string output, double cpuSeconds)
    {
        Match total = Total().Match(output);
        Match p99 = P99().Match(output);
        if (!total.Success || !p99.Success || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal)) return null;
        long requests = long.Parse(total.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        double seconds = Number(total.Groups[2]) * UnitSeconds(total.Groups[3].Value);
        return requests == 0 ? null : new LoadRun(requests, seconds, cpuSeconds, Number(p99.Groups[1]) * UnitSeconds(p99.Groups[2].Value) * 1e6);
    }

    private static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static double UnitSeconds(string unit) => unit switch { "us" => 1e-6, "ms" => 1e-3, "s" => 1, "m" => 60, _ => 3600 };

    [GeneratedRegex(@"(\d+) requests in ([\d.]+)(us|ms|s|m|h),")]
    private static partial Regex Total();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s|m|h)")]
    private static partial Regex P99();
}
