using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Conformance.Peers;
using Sluice.Differential.Peers;
using Sluice.Log;
using Sluice.Log.Inspection;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's files under our tools, and ours under Kafka's.</summary>
public sealed class LogToolsTests
{
    private const int EpochsCount = 30;

    private static readonly string[] Codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
    private static readonly string[] Complaints = ["isvalid: false", "mismatch", "out of order", "not found", "exception", "corrupt", "invalid"];
    private static readonly TimeSpan CleanerPatience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_directory_that_Kafka_filled_is_sound_while_it_runs_after_it_and_as_a_copy()
    {
        DifferentialRun.SkipWithoutKafka();
        await using KafkaPeer kafka = await KafkaPeer.StartAsync(RunSettings.KafkaFolder!, "Kafka");
        string bootstrap = $"127.0.0.1:{kafka.Port}";
        await Create(bootstrap, "plain", "compression.type=producer");
        await Create(bootstrap, "compacted", "cleanup.policy=compact,segment.bytes=1048576,segment.ms=1,min.cleanable.dirty.ratio=0.01");
        foreach (string codec in Codecs)
        {
            (await KafkaTool.Run(
                "producer-perf", "--bootstrap-server", bootstrap, "--topic", "plain", "--num-records", "2000", "--record-size", "300", "--throughput", "-1",
                "--command-property", $"compression.type={codec}")).Succeeded();
        }

        (await KafkaTool.Run(
            "producer-perf", "--bootstrap-server", bootstrap, "--topic", "plain", "--num-records", "1000", "--record-size", "100", "--throughput", "1000",
            "--transactional-id", "tools", "--transaction-duration-ms", "100")).Succeeded();
        for (int round = 0; round < 2; round++)
        {
            string lines = string.Concat(Enumerable.Range(0, 40_000).Select(index => string.Create(CultureInfo.InvariantCulture, $"key {index % 50}:value {index}\n")));
            (await KafkaTool.RunWith(
                lines, "console-producer", "--bootstrap-server", bootstrap, "--topic", "compacted", "--reader-property", "parse.key=true", "--reader-property", "key.separator=:"))
                .Succeeded();
        }

        ShouldBeSound(kafka.LogFolder);
        await WaitForCleaner(kafka.LogFolder, "compacted");
        await kafka.StopAsync();
        List<PartitionVerdict> verdicts = ShouldBeSound(kafka.LogFolder);
        verdicts.Where(verdict => verdict.Name.StartsWith("plain-", StringComparison.Ordinal)).Sum(verdict => verdict.RecordsCount).ShouldBe(11_000);
        verdicts.Where(verdict => verdict.Name.StartsWith("compacted-", StringComparison.Ordinal)).Sum(verdict => verdict.RecordsCount).ShouldBeLessThan(80_000);

        using TemporaryFolder target = new("log-copy");
        string copy = Path.Combine(target.Path, "copy");
        List<CopiedPartition> copied = [];
        new LogCopier(InspectionLimits.Default, new InspectionProgress(), copied.Add).Copy(InspectedPath.Identify(kafka.LogFolder), copy, TestContext.Current.CancellationToken);
        copied.ShouldAllBe(partition => partition.SkippedBytes == 0 && partition.MendedCount == 0);
        ShouldBeSound(copy);
        foreach (string path in Directory.GetFiles(kafka.LogFolder, "*.log", SearchOption.AllDirectories).Where(path => new FileInfo(path).Length > 0))
        {
            string other = Path.Combine(copy, Path.GetRelativePath(kafka.LogFolder, path));
            foreach (string extension in new[] { ".log", ".index", ".timeindex" })
                File.ReadAllBytes(Path.ChangeExtension(other, extension)).ShouldBe(File.ReadAllBytes(Path.ChangeExtension(path, extension)), path + extension);
        }
    }

    [Fact]
    public async Task Kafkas_dump_tool_accepts_every_file_that_Sluice_writes_compacted_and_rescued_ones_too()
    {
        DifferentialRun.SkipWithoutKafka();
        using TemporaryFolder folder = new("dumped");
        string written = Path.Combine(folder.Path, "written");
        await WriteAsync(written);
        await ShouldBeAccepted(written);

        string damaged = Directory.GetFiles(Path.Combine(written, "mixed-0"), "*.log").Order(StringComparer.Ordinal).First();
        byte[] bytes = await File.ReadAllBytesAsync(damaged, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 0xFF;
        await File.WriteAllBytesAsync(damaged, bytes, TestContext.Current.CancellationToken);
        string rescued = Path.Combine(folder.Path, "rescued");
        new LogCopier(InspectionLimits.Default, new InspectionProgress(), static _ => { })
            .Copy(InspectedPath.Identify(written), rescued, TestContext.Current.CancellationToken);
        await ShouldBeAccepted(rescued);
    }

    private static async Task ShouldBeAccepted(string logDirectory)
    {
        ShouldBeSound(logDirectory);
        string[] files =
        [
            .. Directory.GetFiles(logDirectory, "*", SearchOption.AllDirectories)
                .Where(path => Path.GetExtension(path) is ".log" or ".index" or ".timeindex" or ".txnindex" or ".snapshot" && new FileInfo(path).Length > 0)
                .Order(StringComparer.Ordinal),
        ];
        foreach (string extension in new[] { ".log", ".index", ".timeindex", ".txnindex", ".snapshot" }) files.ShouldContain(path => path.EndsWith(extension));
        string output = (await KafkaTool.Run("dump-log", "--files", string.Join(',', files), "--deep-iteration", "--print-data-log")).Succeeded().Output;
        foreach (string codec in Codecs) output.ShouldContain($"compresscodec: {codec}");
        output.ShouldContain("endTxnMarker: ABORT");
        output.Split('\n').Where(Complains).ShouldBeEmpty();
        File.ReadLines(Path.Combine(logDirectory, "compacted-0", "leader-epoch-checkpoint")).Count().ShouldBe(2 + EpochsCount, "a version, a count and the epochs");
    }

    private static bool Complains(string line) =>
        Complaints.Any(complaint => line.Replace("isvalid: true", "", StringComparison.OrdinalIgnoreCase).Contains(complaint, StringComparison.OrdinalIgnoreCase));

    // Two logs of many epochs, closed in order: one of everything, one of records with keys that was compacted.
    private static async Task WriteAsync(string directory)
    {
        LogConfig mixed = LogConfig.Default with { SegmentBytes = 60_000 };
        LogConfig compacted = mixed with { CleanupPolicy = CleanupPolicy.Compact, MinCleanableDirtyRatio = 0.01, FileDeleteDelayMs = 0 };
        var options = new LogManagerOptions(directory) { Cleaner = CleanerSettings.Default with { IsEnabled = false, DedupeBufferBytes = 4 << 20 } };
        await using LogManager manager = await LogManager.OpenAsync(
            options, partition => partition.Topic == "mixed" ? mixed : compacted, TimeProvider.System, NullLoggerFactory.Instance, null, TestContext.Current.CancellationToken);
        foreach ((string topic, LogConfig config) in new[] { ("mixed", mixed), ("compacted", compacted) })
        {
            PartitionLog log = manager.Create(new TopicPartition(topic, 0), Uuid.NewRandom(), config);
            for (int round = 0; round < 4 * EpochsCount; round++) Fill(log, round);
            log.SegmentCount.ShouldBeGreaterThan(3);
            log.Roll().ShouldBeTrue();
        }

        manager.RunCompaction().ShouldBeGreaterThan(0);
    }

    private static void Fill(PartitionLog log, int round)
    {
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var options = new AppendOptions(LeaderEpoch: round / 4);
        foreach (CompressionType codec in Enum.GetValues<CompressionType>())
        {
            var builder = new RecordBatchBuilder { CompressionType = codec };
            Append(log, builder, nowMs, count: 10, options);
        }

        Append(log, new RecordBatchBuilder { ProducerId = 5, ProducerEpoch = 0, BaseSequence = round * 4 }, nowMs, count: 4, options);
        Append(log, new RecordBatchBuilder { ProducerId = 6, ProducerEpoch = 0, BaseSequence = round * 3, IsTransactional = true }, nowMs, count: 3, options);
        var marker = new byte[EndTransactionMarker.SizeBytes];
        EndTransactionMarker.Write(marker, isCommit: round % 3 != 0, 6, 0, coordinatorEpoch: 0, nowMs);
        log.Append(marker, AppendOrigin.Coordinator, options).ErrorCode.ShouldBe(ErrorCode.None);
    }

    private static void Append(PartitionLog log, RecordBatchBuilder builder, long nowMs, int count, AppendOptions options)
    {
        for (int index = 0; index < count; index++)
            builder.Append(nowMs, Encoding.UTF8.GetBytes($"key {index}"), Encoding.UTF8.GetBytes($"value {Guid.NewGuid()}"));
        log.Append(builder.Build().ToArray(), AppendOrigin.Client, options).ErrorCode.ShouldBe(ErrorCode.None);
    }

    // Gaps and what awaits its removal are noted; nothing may be wrong.
    private static List<PartitionVerdict> ShouldBeSound(string logDirectory)
    {
        List<Finding> findings = [];
        List<PartitionVerdict> verdicts = [];
        new LogVerifier(InspectionLimits.Default, checksRecords: true, new InspectionProgress(), findings.Add, verdicts.Add)
            .Verify(InspectedPath.Identify(logDirectory), TestContext.Current.CancellationToken);
        findings.Where(finding => finding.Severity != FindingSeverity.Note).ShouldBeEmpty();
        verdicts.ShouldNotBeEmpty();
        return verdicts;
    }

    private static async Task Create(string bootstrap, string topic, string settings)
    {
        string[] configs = [.. settings.Split(',').SelectMany(setting => new[] { "--config", setting })];
        (await KafkaTool.Run(["topics", "--bootstrap-server", bootstrap, "--create", "--topic", topic, "--partitions", "2", .. configs])).Succeeded();
    }

    private static async Task WaitForCleaner(string logDirectory, string topic)
    {
        string path = Path.Combine(logDirectory, "cleaner-offset-checkpoint");
        long deadline = Environment.TickCount64 + (long)CleanerPatience.TotalMilliseconds;
        while (!File.Exists(path) || !LogFiles.ReadOffsetCheckpoint(path).Any(entry => entry.Key.Topic == topic && entry.Value > 0))
        {
            Environment.TickCount64.ShouldBeLessThan(deadline, "Kafka's cleaner did not come by");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
