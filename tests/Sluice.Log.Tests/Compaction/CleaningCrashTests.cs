using System.Text;
using Sluice.Log.Compaction;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Compaction;

/// <summary>A compaction that ends behind any single file operation, by a kill or by a power cut, leaves a log that is right.</summary>
public sealed class CleaningCrashTests
{
    private const long IdempotentProducer = 11;
    private const long AbortedProducer = 12;

    // Two groups, and the output of the first does not fit into one segment.
    private static readonly LogConfig Config = CleaningTests.Compacted with { SegmentBytes = 3200, IndexIntervalBytes = 100, SegmentIndexBytes = 4096 };
    private static readonly CleaningLimits Limits = Cleaning.Limits with { SegmentBytesMax = 1000 };

    [Fact]
    public async Task A_round_that_is_killed_behind_any_operation_can_be_started_over() => await DieEverywhereAsync(losesPower: false);

    [Fact]
    public async Task A_round_that_loses_power_behind_any_operation_can_be_started_over() => await DieEverywhereAsync(losesPower: true);

    private static async Task DieEverywhereAsync(bool losesPower)
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using LogFixture original = await LogFixture.CreateAsync(Config);
        await FillAsync(original);
        Expectation before = Expectation.Of(original);
        await original.Manager.DisposeAsync();
        (int operationsCount, Expectation expected) = await RunAsync(original, before, livesFor: null, losesPower, random, $"seed {seed}, whole");
        operationsCount.ShouldBeGreaterThan(40);
        for (int livesFor = 1; livesFor < operationsCount; livesFor++)
        {
            string context = $"seed {seed}, dies behind operation {livesFor}";
            (_, Expectation actual) = await RunAsync(original, before, livesFor, losesPower, random, context);
            KeyedRecord.ShouldBeEqual(actual.Left, expected.Left, context);
        }
    }

    private static async Task<(int OperationsCount, Expectation Final)> RunAsync(
        LogFixture original, Expectation before, int? livesFor, bool losesPower, Random random, string context)
    {
        using var backups = new TempDirectory();
        var io = new DyingFileIo(backups.Path);
        await using LogFixture fixture = await LogFixture.OpenCopyAsync(original.LogDirectory, Config, io);
        int startCount = io.Journal.Count;
        io.LivesFor = startCount + livesFor;
        try
        {
            fixture.Clean(limits: Limits);
        }
        catch (IOException) when (livesFor is not null)
        {
            // The disk died, as it should.
        }

        int operationsCount = io.Journal.Count - startCount;
        string lastOperation = $"{context}: {io.Journal[^1]}";
        if (livesFor is not null)
        {
            operationsCount.ShouldBe(livesFor.Value, context);
            await fixture.Manager.DisposeAsync();
            CutPowerIf(losesPower, io, random);
            lastOperation += $"; left {FilesOf(fixture)}";
            string lastOfStart = await DieWhileStartingAsync(fixture, losesPower, random, lastOperation);
            lastOperation += $"; the start dies behind {lastOfStart}; left {FilesOf(fixture)}";
            fixture.UseIo(new DyingFileIo(backups.Path));
            await fixture.OpenAsync();
        }

        Check(fixture, before, lastOperation);
        fixture.Clean(limits: Limits);
        Check(fixture, before, lastOperation);
        return (operationsCount, Expectation.Of(fixture));
    }

    // A start that finishes or undoes an interrupted round may be interrupted itself.
    private static async Task<string> DieWhileStartingAsync(LogFixture fixture, bool losesPower, Random random, string context)
    {
        using var backups = new TempDirectory();
        var io = new DyingFileIo(backups.Path) { LivesFor = random.Next(1, 25) };
        fixture.UseIo(io);
        try
        {
            await fixture.OpenAsync();
            await fixture.Manager.DisposeAsync();
            File.Delete(Path.Combine(fixture.LogDirectory, ".kafka_cleanshutdown"));
        }
        catch (IOException exception)
        {
            exception.Message.ShouldBe("The disk died.", context);
        }

        CutPowerIf(losesPower, io, random);
        return string.Join(", ", io.Journal);
    }

    private static string FilesOf(LogFixture fixture) => string.Join(", ", Directory.GetFiles(fixture.PartitionDirectory, "*.*log*")
        .Select(path => $"{Path.GetFileName(path).TrimStart('0')} of {new FileInfo(path).Length}").Order());

    // The two ends, and something between them.
    private static void CutPowerIf(bool losesPower, DyingFileIo io, Random random)
    {
        if (losesPower)
        {
            bool losesAll = random.Next(3) == 0;
            io.CutPower(() => losesAll || random.Next(2) == 0);
        }
    }

    private static async Task FillAsync(LogFixture fixture)
    {
        for (int round = 0; round < 4; round++)
        {
            for (int index = 0; index < 9; index++)
            {
                string codecKey = $"key-{index * (round + 1) % 13}";
                fixture.AppendKeyed(
                    [(codecKey, $"{round}.{index} {new string('v', 60)}"), ($"all-{round}-{index}", "once")],
                    builder => builder.CompressionType = (CompressionType)(index % 5));
            }

            fixture.Put($"key-{round}", null);
            fixture.Append(Batches.Idempotent(AbortedProducer, 0, round * 2, 2, transactional: true));
            fixture.Put($"between-{round}", "x");
            fixture.AppendMarker(Batches.Marker(AbortedProducer, 0, commit: false));
            if (round == 0)
            {
                fixture.Append(Batches.Idempotent(IdempotentProducer, 0, 0, 3));
            }

            fixture.Log.Roll().ShouldBeTrue();
        }

        fixture.Put("k", "the key of the producers' records");
        fixture.Log.Roll().ShouldBeTrue();
        fixture.Put("active", "x");
        await fixture.Log.FlushAsync();
    }

    private static void Check(LogFixture fixture, Expectation before, string context)
    {
        fixture.Manager.Recovery.Truncations.ShouldBeEmpty(context);
        fixture.Log.Offsets().ShouldBe(before.Offsets, context);
        Expectation after = Expectation.Of(fixture);
        after.Left.Except(before.Left).ShouldBeEmpty(context);
        after.Latest.ShouldBe(before.Latest, ignoreOrder: true, context);
        List<KeyedRecord> all = KeyedRecord.ReadAll(fixture.Log);
        for (long offset = 0; offset < fixture.Log.LogEndOffset; offset += 3)
        {
            KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log, offset, maxBytes: 700), [.. all.Where(record => record.Offset >= offset)], context);
        }

        Directory.GetFiles(fixture.PartitionDirectory)
            .Where(path => Path.GetExtension(path) is ".cleaned" or ".swap" or ".tmp").ShouldBeEmpty(context);
        // The producer of which only old batches are there goes on where it was.
        fixture.Append(Batches.Idempotent(IdempotentProducer, 0, 0, 3)).IsDuplicate.ShouldBeTrue(context);
        fixture.Append(Batches.Idempotent(IdempotentProducer, 0, 7)).ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber, context);
        foreach (Segments.LogSegment segment in fixture.Log.Segments.SkipLast(1))
        {
            Segments.IndexSanity.Check(segment, everyEntry: true).ShouldBeNull(context);
        }
    }

    /// <summary>What a consumer at read_committed sees.</summary>
    private sealed record Expectation(LogOffsets Offsets, List<KeyedRecord> Left, List<(string? Key, long Offset)> Latest)
    {
        public static Expectation Of(LogFixture fixture)
        {
            IReadOnlyList<AbortedTransaction> aborted = fixture.Log.CollectAbortedTransactions(0, fixture.Log.LogEndOffset);
            var left = new List<KeyedRecord>();
            foreach (byte[] bytes in KeyedRecord.ReadBatches(fixture.Log))
            {
                var batch = new RecordBatchView(bytes);
                long producerId = batch.ProducerId;
                // Every transaction of the aborted producer was aborted, so each of its batches that has records must be listed.
                if (producerId == AbortedProducer && !batch.IsControl && batch.RecordsCount > 0)
                {
                    long baseOffset = batch.BaseOffset;
                    aborted.ShouldContain(transaction => transaction.ProducerId == producerId && transaction.FirstOffset == baseOffset);
                    continue;
                }

                left.AddRange(KeyedRecord.Of(bytes));
            }

            return new Expectation(
                fixture.Log.Offsets(), left, [.. left.GroupBy(record => record.Key).Select(group => (group.Key, group.Max(record => record.Offset)))]);
        }
    }
}
