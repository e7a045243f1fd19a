using System.Diagnostics;
using System.Globalization;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Http;

namespace Sluice.Lab.Tracing;

/// <summary>strace at work on another process; it ends with that process.</summary>
internal sealed class Strace : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _outputPath;
    private readonly Task _errors;

    private Strace(Process process, string outputPath)
    {
        _process = process;
        _outputPath = outputPath;

        // Read on, so that it never waits for somebody to take what it says.
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Whether strace is installed.</summary>
    internal static bool IsOffered => Programs.Find("strace") is not null;

    /// <summary>Begins to watch all threads of a process; returns once it does.</summary>
    /// <exception cref="LabException">This user may not watch it.</exception>
    internal static Strace Attach(int processId, string outputPath)
    {
        var start = new ProcessStartInfo(
            Programs.Find("strace")!,
            ["-f", "-T", "-e", $"trace={TraceStep.Filter}", "-e", "signal=none", "-s", "0", "-o", outputPath, "-p", processId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new LabException("strace could not be started");
        string line = process.StandardError.ReadLine() ?? "strace ended without a word";
        if (line.Contains("attached", StringComparison.Ordinal)) return new Strace(process, outputPath);
        process.Kill();
        process.Dispose();
        throw new LabException($"the sender cannot be watched: {line}");
    }

    /// <summary>What the process did, once it has ended.</summary>
    internal async Task<List<TracedCall>> ReadAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        string[] lines = await File.ReadAllLinesAsync(_outputPath, cancellationToken);
        return [.. lines.Select(TracedCall.Parse).OfType<TracedCall>()];
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _errors;
        _process.Dispose();
        File.Delete(_outputPath);
    }
}
