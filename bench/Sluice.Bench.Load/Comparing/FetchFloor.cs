using Sluice.Bench.Load.Baseline;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Comparing;

/// <summary>The floor of a catch-up consumer: the C program with 1 MiB in a call, on a file as long as the partition's, to the same kind of receiver.</summary>
internal static class FetchFloor
{
    private const int CallBytes = 1 << 20;
    private const long TotalBytes = 4_000_000_000;

    /// <summary>Runs it once.</summary>
    /// <param name="options">Size of the file, and the receiver.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    public static Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using SendfileLoop loop = SendfileLoop.Compile();
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "data");
        SendfileLoop.WriteFile(path, options.FileBytes);
        PageCache.Settle();
        SendfileLoopResult result = loop.Run(path, options.FileBytes, TotalBytes, CallBytes, options.ReceiveLowWaterBytes);
        var report = new Report("sendfile-loop");
        report.Add("broker_cpu_seconds_per_gb", result.CpuSecondsPerGigabyte, 4);
        report.Add("mb_per_second", result.MegabytesPerSecond, 1);
        return Task.FromResult(report);
    }
}
