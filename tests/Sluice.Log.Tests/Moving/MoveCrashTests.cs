using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Moving;

/// <summary>A kill or a power cut behind any single file operation of a move leaves one partition, with everything that was promised of it.</summary>
/// <remarks>
/// The two directories are two disks: of what was not flushed, a power cut may leave each in a state of its own. Records that an append returned survive a kill;
/// those that a flush covered survive a power cut as well, on whichever disk they were flushed.
/// </remarks>
public sealed class MoveCrashTests
{
    // No move here takes so many.
    private const int OperationsMax = 600;

    private const long ProducerId = 7;

    // About four batches a segment.
    private static readonly LogConfig Small = LogConfig.Default with
    {
        SegmentBytes = 400, IndexIntervalBytes = 100, SegmentIndexBytes = 4096, FileDeleteDelayMs = 1000,
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_move_can_end_anywhere(bool losesPower)
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using StoreFixture original = await StoreFixture.CreateAsync(Small);
        var filled = new Promise();
        for (int batch = 0; batch < 9; batch++)
        {
            filled.Append(original, 1 + (batch % 2), leaderEpoch: batch / 4);
        }

        filled.DeletedBelow = 2;
        original.Log.DeleteRecords(2, out _).ShouldBe(ErrorCode.None);
        await original.Store.DisposeAsync();
        filled.FlushedCount = filled.SentCount;
        List<string> journal = [];
        for (int livesFor = 1; livesFor <= OperationsMax; livesFor++)
        {
            string context = $"seed {seed}, dies behind operation {livesFor}";
            if (await RunOnceAsync(original, filled.Copy(), livesFor, losesPower, random, context, journal))
            {
                journal.ShouldContain("create move-marker.tmp");
                journal.ShouldContain("delete move-marker");
                journal.ShouldContain(static operation => operation.EndsWith("-future/ to orders-0/", StringComparison.Ordinal));
                return;
            }
        }

        throw new InvalidOperationException($"The disk still dies behind operation {OperationsMax}.");
    }

    // Whether the disk lived to the end of the move.
    private static async Task<bool> RunOnceAsync(
        StoreFixture original, Promise promise, int livesFor, bool losesPower, Random random, string context, List<string> journal)
    {
        using var backups = new TempDirectory();
        var io = new DyingFileIo(backups.Path);
        promise.EndsUnflushed = livesFor % 2 == 1;
        await using StoreFixture fixture = await StoreFixture.OpenCopyAsync(original, io);
        int startCount = io.Journal.Count;
        io.LivesFor = startCount + livesFor;
        io.Opening = path => OnMarker(path, fixture, promise);
        await MoveAsync(fixture, promise);
        io.Opening = null;
        bool hasDied = io.Journal.Count - startCount >= livesFor;
        journal.Clear();
        journal.AddRange(io.Journal.Skip(startCount));
        context += $" ({string.Join(", ", io.Journal.TakeLast(5))})";

        await KillAsync(fixture, io);
        if (losesPower)
        {
            CutPower(fixture, io, promise, random);
        }

        if (random.Next(3) == 0)
        {
            // The next start dies, too.
            io.Revive();
            io.LivesFor = io.Journal.Count + random.Next(1, 25);
            try
            {
                await fixture.OpenAsync();
                await Eventually.TrueAsync(() => io.IsDead || fixture.Store.FutureReplicas.Count == 0);
                await KillAsync(fixture, io);
            }
            catch (IOException)
            {
                io.Die();
            }

            context += $"; a start dies behind ({string.Join(", ", io.Journal.TakeLast(3))})";
        }

        io.Revive();
        await fixture.OpenAsync();
        await promise.ShouldBeKeptAsync(fixture, $"{context}, after the next start");
        await KillAsync(fixture, io);
        CutPower(fixture, io, promise, random);
        io.Revive();
        await fixture.OpenAsync();
        await promise.ShouldBeKeptAsync(fixture, $"{context}, after a start, a flush and a power cut");
        await fixture.RestartAsync();
        fixture.Store.Recovery.WasClean.ShouldBeTrue(context);
        await promise.ShouldBeKeptAsync(fixture, $"{context}, after a stop in order at last");
        return !hasDied;
    }

    private static async Task MoveAsync(StoreFixture fixture, Promise promise)
    {
        try
        {
            promise.Append(fixture, 2, leaderEpoch: 5);
            if (fixture.Move(1) != ErrorCode.None)
            {
                return;
            }

            await Eventually.TrueAsync(() => fixture.Store.Managers.All(static manager => !manager.Futures.Any()));
            promise.Append(fixture, 1, leaderEpoch: 6);
            await promise.FlushAsync(fixture);
            promise.Append(fixture, 2, leaderEpoch: 6);
            fixture.Time.Advance(TimeSpan.FromSeconds(2));
        }
        catch (IOException)
        {
            // The disk died, as it should.
        }
    }

    // The copy was flushed a moment ago, and will be the log in a moment: what is appended now, and flushed where the log still is, is copied and not flushed.
    private static void OnMarker(string path, StoreFixture fixture, Promise promise)
    {
        if (!path.EndsWith("move-marker.tmp", StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            promise.Append(fixture, 2, leaderEpoch: 5);
            promise.FlushAsync(fixture).GetAwaiter().GetResult();
            if (promise.EndsUnflushed)
            {
                promise.Append(fixture, 1, leaderEpoch: 5);
            }
        }
        catch (IOException)
        {
            // The disk died, as it should.
        }
    }

    private static async Task KillAsync(StoreFixture fixture, DyingFileIo io)
    {
        io.Die();
        await fixture.Store.DisposeAsync();
    }

    private static void CutPower(StoreFixture fixture, DyingFileIo io, Promise promise, Random random)
    {
        bool losesAll = random.Next(3) == 0;
        string second = fixture.Directory(1);
        io.CutPower(() => losesAll || random.Next(2) == 0, inOrder: true, directory => directory.StartsWith(second, StringComparison.Ordinal) ? 1 : 0);
        promise.AcknowledgedCount = promise.FlushedCount;
    }

    /// <summary>Record number n of one idempotent producer is at offset n.</summary>
    private sealed class Promise
    {
        public long SentCount { get; set; }

        public long AcknowledgedCount { get; set; }

        public long FlushedCount { get; set; }

        public long DeletedBelow { get; set; }

        /// <summary>Whether the last append before the change is flushed nowhere.</summary>
        public bool EndsUnflushed { get; set; }

        public Promise Copy() => (Promise)MemberwiseClone();

        public void Append(StoreFixture fixture, int count, int leaderEpoch)
        {
            long baseOffset = AcknowledgedCount;
            SentCount = baseOffset + count;
            AppendResult result = fixture.Append(Batches.Idempotent(ProducerId, 0, (int)baseOffset, count), leaderEpoch);
            if (result.ErrorCode == ErrorCode.KafkaStorageError)
            {
                throw new IOException("The append was refused.");
            }

            result.BaseOffset.ShouldBe(baseOffset);
            AcknowledgedCount = SentCount;
        }

        public async Task FlushAsync(StoreFixture fixture)
        {
            long count = AcknowledgedCount;
            await fixture.Log.FlushAsync();
            FlushedCount = count;
        }

        public async Task ShouldBeKeptAsync(StoreFixture fixture, string context)
        {
            // A move that goes on may do so while the records are looked at.
            PartitionLog log = fixture.Store.Find(StoreFixture.Partition).ShouldNotBeNull(context);
            log.TopicId.ShouldBe(StoreFixture.TopicId, context);
            log.LogStartOffset.ShouldBe(DeletedBelow, context);
            log.LogEndOffset.ShouldBeInRange(AcknowledgedCount, Math.Max(SentCount, AcknowledgedCount), context);
            List<KeyedRecord> records = KeyedRecord.ReadAll(log, log.LogStartOffset);
            records.Select(static record => record.Offset).ShouldBe(
                Enumerable.Range((int)log.LogStartOffset, (int)(log.LogEndOffset - log.LogStartOffset)).Select(static offset => (long)offset), context);
            records.ShouldAllBe(static record => record.Value == $"{record.Offset}", context);
            AcknowledgedCount = SentCount = log.LogEndOffset;
            await Eventually.TrueAsync(() => fixture.Store.Managers.All(static manager => !manager.Futures.Any()));
            fixture.Store.Find(StoreFixture.Partition).ShouldBeSameAs(log, context);
            string[] names = [.. fixture.Folders(0), .. fixture.Folders(1)];
            names.Where(static name => !name.EndsWith("-delete", StringComparison.Ordinal)).ShouldBe(["orders-0"], context);
            File.Exists(Path.Combine(log.DirectoryPath, "move-marker")).ShouldBeFalse(context);

            // The producer goes on where the log ends, and nowhere else; what it sends is flushed.
            fixture.Append(Batches.Idempotent(ProducerId, 0, (int)AcknowledgedCount + 5)).ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber, context);
            Append(fixture, 2, leaderEpoch: 9);
            await FlushAsync(fixture);
        }
    }
}
