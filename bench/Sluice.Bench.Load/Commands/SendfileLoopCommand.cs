using Sluice.Bench.Load.Baseline;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Commands;

/// <summary>Runs the C program alone: the ceiling of this machine.</summary>
internal static class SendfileLoopCommand
{
    private const long TotalBytesStandard = 4_000_000_000;

    public static Report Run(LoadOptions options, CancellationToken cancellationToken)
    {
        using SendfileLoop loop = SendfileLoop.Compile();
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "data");
        SendfileLoop.WriteFile(path, options.FileBytes);
        long totalBytes = options.Bytes ?? TotalBytesStandard;
        var results = new List<SendfileLoopResult>();
        loop.Run(path, options.FileBytes, Math.Min(totalBytes, options.FileBytes), options.ChunkBytes);
        for (int round = 0; round < options.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(loop.Run(path, options.FileBytes, totalBytes, options.ChunkBytes));
        }

        var report = new Report("sendfile-loop");
        report.Set("rounds", options.Rounds);
        report.Set("file MB", options.FileBytes / 1e6);
        report.Set("MB per round", totalBytes / 1e6);
        report.Set("bytes per call", options.ChunkBytes);
        report.AddMedian("cpu_seconds_per_gb", [.. results.Select(result => result.CpuSecondsPerGigabyte)], 4);
        report.AddMedian("mb_per_second", [.. results.Select(result => result.MegabytesPerSecond)], 1);
        return report;
    }
}
