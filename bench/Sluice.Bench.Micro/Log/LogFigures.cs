using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.Wire;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Micro.Log;

/// <summary>What the log does as a whole, where one run takes seconds: opening, recovery, compaction, group commit, lookups.</summary>
internal static class LogFigures
{
    private const string CleanShutdownMarker = ".kafka_cleanshutdown";
    private const string RecoveryPoints = "recovery-point-offset-checkpoint";

    /// <summary>Measures all of it and prints it.</summary>
    /// <param name="scale">1 for the figures of the documents; less for a trial.</param>
    /// <param name="output">Gets Markdown.</param>
    internal static async Task RunAsync(double scale, TextWriter output)
    {
        await output.WriteLineAsync("### The log by itself\n");
        await output.WriteLineAsync("| what | figure |\n| --- | ---: |");
        await OpenAsync(Scaled(10_000, scale), output);
        await RecoverAsync(Scaled(2048, scale), output);
        await CleanAsync(Scaled(2_000_000, scale), output);
        await GroupCommitAsync(producersCount: 64, Scaled(200, scale), output);
        await LookUpAsync(Scaled(512, scale), Scaled(500_000, scale), output);
        await output.WriteLineAsync();
    }

    private static int Scaled(int count, double scale) => Math.Max(8, (int)(count * scale));

    private static Task RowAsync(TextWriter output, FormattableString what, FormattableString figure) =>
        output.WriteLineAsync($"| {what.ToString(CultureInfo.InvariantCulture)} | {figure.ToString(CultureInfo.InvariantCulture)} |");

    private static async Task OpenAsync(int partitionsCount, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        byte[] batch = RecordBatchSample.Create(100, 1000, CompressionType.None, TimeProvider.System).Bytes;
        await using (LogManager manager = await OpenAsync(directory, LogConfig.Default))
        {
            for (int partition = 0; partition < partitionsCount; partition++)
                Append(manager.Create(new TopicPartition("many", partition), Uuid.NewRandom(), LogConfig.Default), batch);
        }

        GC.Collect();
        long beforeBytes = Environment.WorkingSet;
        long started = Stopwatch.GetTimestamp();
        LogManager opened = await OpenAsync(directory, LogConfig.Default);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await RowAsync(output, $"opening {partitionsCount:N0} partitions after a clean stop, s", $"{seconds:F2}");
        await RowAsync(output, $"resident memory that they take, MB", $"{(Environment.WorkingSet - beforeBytes) / 1e6:F0}");
        started = Stopwatch.GetTimestamp();
        await opened.DisposeAsync();
        await RowAsync(output, $"closing them, s", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F2}");
    }

    private static async Task RecoverAsync(int megabytes, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        byte[] batch = RecordBatchSample.Create(1000, 64_000, CompressionType.None, TimeProvider.System).Bytes;
        long bytes;
        await using (LogManager manager = await OpenAsync(directory, LogConfig.Default))
        {
            PartitionLog[] logs = [.. Enumerable.Range(0, 2).Select(partition => manager.Create(new TopicPartition("big", partition), Uuid.NewRandom(), LogConfig.Default))];
            for (long written = 0; written < megabytes * 1_000_000L; written += 2L * batch.Length)
            {
                foreach (PartitionLog log in logs) Append(log, batch);
            }

            bytes = manager.TotalBytes;
        }

        foreach (int threads in (int[])[1, 2])
        {
            // As after a crash that no checkpoint came before: every byte is read and checked, and the indexes are made anew.
            File.Delete(Path.Combine(directory.Path, CleanShutdownMarker));
            File.Delete(Path.Combine(directory.Path, RecoveryPoints));
            long started = Stopwatch.GetTimestamp();
            TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
            LogManager opened = await OpenAsync(directory, LogConfig.Default, recoveryThreads: threads);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            double cpuSeconds = (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds;
            bool wasScanned = opened.Recovery is { WasClean: false, SegmentsScanned: > 0 };
            await opened.DisposeAsync();
            if (!wasScanned) throw new InvalidOperationException("Nothing was recovered.");
            await RowAsync(output, $"recovery of {bytes / 1e6:N0} MB of unflushed log, {threads} thread(s), MB/s", $"{bytes / 1e6 / seconds:N0}");
            await RowAsync(output, $"the same for each second of processor time, MB", $"{bytes / 1e6 / cpuSeconds:N0}");
        }
    }

    private static async Task CleanAsync(int recordsCount, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        LogConfig config = LogConfig.Default with { CleanupPolicy = CleanupPolicy.Compact, SegmentBytes = 64 << 20, MinCleanableDirtyRatio = 0.01 };
        await using LogManager manager = await OpenAsync(directory, config);
        PartitionLog log = manager.Create(new TopicPartition("keyed", 0), Uuid.NewRandom(), config);
        var random = new Random(20_251);
        int keysCount = Math.Max(1, recordsCount / 4);
        byte[] key = new byte[16];
        byte[] value = new byte[100];
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (int done = 0; done < recordsCount; done += 100)
        {
            var builder = new RecordBatchBuilder();
            for (int record = 0; record < 100; record++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(key, random.Next(keysCount));
                random.NextBytes(value);
                builder.Append(nowMs, key, value);
            }

            Append(log, builder.Build().ToArray());
        }

        log.Roll();
        long bytes = log.SizeBytes;
        long started = Stopwatch.GetTimestamp();
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        if (manager.RunCompaction() == 0) throw new InvalidOperationException("Nothing was compacted.");
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double cpuSeconds = (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds;
        await RowAsync(output, $"compaction of {recordsCount:N0} records of 116 bytes, {keysCount:N0} keys, {bytes / 1e6:N0} to {log.SizeBytes / 1e6:N0} MB: MB/s", $"{bytes / 1e6 / seconds:N0}");
        await RowAsync(output, $"the same, records/s (processor seconds a million)", $"{recordsCount / seconds:N0} ({cpuSeconds / recordsCount * 1e6:F2})");
    }

    private static async Task GroupCommitAsync(int producersCount, int appendsCount, TextWriter output)
    {
        byte[] sample = RecordBatchSample.Create(1000, 1000, CompressionType.None, TimeProvider.System).Bytes;
        double together = 0;
        double alone = 0;
        foreach (bool isGrouped in (bool[])[true, false, true, false])
        {
            using var directory = new TemporaryDirectory();
            LogConfig config = LogConfig.Default with { FlushMessages = 1 };
            await using LogManager manager = await OpenAsync(directory, config);
            PartitionLog log = manager.Create(new TopicPartition("durable", 0), Uuid.NewRandom(), config);
            using var oneAtATime = new SemaphoreSlim(1, 1);
            int each = isGrouped ? appendsCount : Math.Max(1, appendsCount / 16);
            long started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, producersCount).Select(_ => Task.Run(async () =>
            {
                byte[] batch = [.. sample];
                for (int index = 0; index < each; index++)
                {
                    if (!isGrouped) await oneAtATime.WaitAsync();
                    AppendResult result = Append(log, batch);
                    await log.FlushAsync(result.LastOffset + 1);
                    if (!isGrouped) oneAtATime.Release();
                }
            })));
            double rate = producersCount * each / Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (isGrouped) together = Math.Max(together, rate);
            else alone = Math.Max(alone, rate);
        }

        await RowAsync(output, $"fsync before each acknowledgement, {producersCount} producers of 1 KB, group commit: appends/s", $"{together:N0}");
        await RowAsync(output, $"the same with one fsync for each append", $"{alone:N0}");
        await RowAsync(output, $"ratio", $"{together / alone:F1}");
    }

    private static async Task LookUpAsync(int megabytes, int lookupsCount, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        byte[] batch = RecordBatchSample.Create(1000, 4000, CompressionType.None, TimeProvider.System).Bytes;
        await using LogManager manager = await OpenAsync(directory, LogConfig.Default);
        PartitionLog log = manager.Create(new TopicPartition("sought", 0), Uuid.NewRandom(), LogConfig.Default);
        for (long written = 0; written < megabytes * 1_000_000L; written += batch.Length) Append(log, batch);
        var random = new Random(20_251);
        long started = Stopwatch.GetTimestamp();
        for (int index = 0; index < lookupsCount; index++)
        {
            LogReadResult result = log.Read(random.NextInt64(log.LogEndOffset), 4096, log.HighWatermark, minOneMessage: true);
            result.Region.Release();
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await RowAsync(output, $"lookups of random offsets in {megabytes:N0} MB of batches of 4 KB, one thread: lookups/s", $"{lookupsCount / seconds:N0}");
    }

    private static AppendResult Append(PartitionLog log, byte[] batch)
    {
        // The log writes the base offset into the batch; a producer's is 0, and no part of the checksum.
        batch.AsSpan(0, sizeof(long)).Clear();
        AppendResult result = log.Append(batch, AppendOrigin.Client, new AppendOptions(0));
        return result.ErrorCode == ErrorCode.None ? result : throw new InvalidOperationException(result.Message);
    }

    private static Task<LogManager> OpenAsync(TemporaryDirectory directory, LogConfig config, int recoveryThreads = 2)
    {
        // Only what is called here is to run: the background work would be measured with it.
        var options = new LogManagerOptions(directory.Path)
        {
            RecoveryThreads = recoveryThreads,
            InitialTaskDelayMs = long.MaxValue,
            Cleaner = CleanerSettings.Default with { IsEnabled = false },
        };
        return LogManager.OpenAsync(options, _ => config, TimeProvider.System, NullLoggerFactory.Instance, null, CancellationToken.None);
    }
}
