using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.Wire;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Micro.Log;

/// <summary>What moving a partition between log directories costs, beside <c>cp</c> of the same files.</summary>
internal static class MoveFigures
{
    private const int RoundsCount = 4;

    private static readonly TopicPartition Partition = new("moved", 0);
    private static readonly LogConfig Config = LogConfig.Default with { SegmentBytes = 256 * 1024 * 1024, FileDeleteDelayMs = 0 };

    /// <summary>Measures and prints.</summary>
    /// <param name="scale">1 for 2 GB; less for a trial.</param>
    /// <param name="output">Gets Markdown.</param>
    internal static async Task RunAsync(double scale, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        string[] disks = [Path.Combine(directory.Path, "disk0"), Path.Combine(directory.Path, "disk1")];
        await using LogStore store = await OpenAsync(disks);
        PartitionLog log = Fill(store, (long)(2e9 * scale));
        await log.FlushAsync();
        await output.WriteLineAsync("### Moving a partition to another log directory\n");
        await output.WriteLineAsync("| what | GB/s | CPU s/GB |\n| --- | ---: | ---: |");
        // In turns: the machine does not stay the same. The first turn is not told: memory that a virtual machine touches for the first time costs more than
        // the copying.
        for (int round = 0; round <= RoundsCount; round++)
        {
            string target = disks[(Array.IndexOf(disks, log.LogDirectory.Path) + 1) % 2];
            await CopyAsync(log, Path.Combine(directory.Path, "cp"), round, output);
            await MoveAsync(store, log, target, round, output);
            while (Directory.GetDirectories(disks[0]).Length + Directory.GetDirectories(disks[1]).Length > 1) await Task.Delay(50);
        }

        await output.WriteLineAsync();
    }

    private static Task<LogStore> OpenAsync(string[] disks) => LogStore.OpenAsync(
        [.. disks.Select(static disk => new LogManagerOptions(disk))],
        static _ => Config,
        TimeProvider.System,
        NullLoggerFactory.Instance,
        progress: null,
        CancellationToken.None);

    private static PartitionLog Fill(LogStore store, long bytes)
    {
        PartitionLog log = store.Create(Partition, Uuid.NewRandom(), Config, isNew: true);
        byte[] batch = RecordBatchSample.Create(1000, 64_000, CompressionType.None, TimeProvider.System).Bytes;
        while (log.SizeBytes < bytes)
        {
            if (log.Append((byte[])batch.Clone(), AppendOrigin.Client, new AppendOptions(0)).ErrorCode != ErrorCode.None)
                throw new InvalidOperationException("The log refused a batch.");
        }

        return log;
    }

    private static async Task MoveAsync(LogStore store, PartitionLog log, string target, int round, TextWriter output)
    {
        using var self = Process.GetCurrentProcess();
        TimeSpan cpuBefore = self.TotalProcessorTime;
        long started = Stopwatch.GetTimestamp();
        if (store.Move(Partition, target) != ErrorCode.None) throw new InvalidOperationException("The move was refused.");
        while (log.LogDirectory.Path != target || log.RecoveryPoint < log.LogEndOffset) await Task.Delay(5);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        self.Refresh();
        await RowAsync(output, round, $"move {round}, every byte flushed", log.SizeBytes, seconds, (self.TotalProcessorTime - cpuBefore).TotalSeconds);
    }

    // cp, and then what makes its copy last.
    private static async Task CopyAsync(PartitionLog log, string target, int round, TextWriter output)
    {
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cp -r \"$0\" \"$1\" && sync -d \"$1\"/* && times", log.DirectoryPath, target])
        {
            RedirectStandardOutput = true,
        })!;
        string times = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Directory.Delete(target, recursive: true);
        await RowAsync(output, round, $"`cp -r` and `sync -d` {round}", log.SizeBytes, seconds, ChildSeconds(times));
    }

    // The second line is the children's: 0m0.01s 0m1.20s.
    private static double ChildSeconds(string times) => times.Split('\n')[1].Split(' ').Sum(static each =>
    {
        string[] parts = each.TrimEnd('s').Split('m');
        return (60 * double.Parse(parts[0], CultureInfo.InvariantCulture)) + double.Parse(parts[1], CultureInfo.InvariantCulture);
    });

    private static Task RowAsync(TextWriter output, int round, string what, long bytes, double seconds, double cpuSeconds) => round == 0 ? Task.CompletedTask : output.WriteLineAsync(
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {bytes / 1e9 / seconds:F2} | {cpuSeconds / (bytes / 1e9):F2} |"));
}
