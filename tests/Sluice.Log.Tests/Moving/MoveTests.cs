using Sluice.Log.Checkpoints;
using Sluice.Log.Segments;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Moving;

/// <summary>A partition changes its log directory and stays what it was, whatever happens to it meanwhile.</summary>
public sealed class MoveTests
{
    [Fact]
    public async Task A_moved_log_is_the_same_in_every_byte_and_number()
    {
        await using StoreFixture fixture = await FilledAsync();
        PartitionLog log = fixture.Log;
        log.DeleteRecords(10, out _).ShouldBe(ErrorCode.None);
        await log.FlushAsync();
        await log.FlushAfterMoveAsync(); // No flush that a roll began is under way any more.
        Dictionary<string, byte[]> before = FilesOf(log);
        LogOffsets offsets = log.Offsets();
        int producersCount = log.ProducersCount;
        List<KeyedRecord> records = KeyedRecord.ReadAll(log);
        IReadOnlyList<AbortedTransaction> aborted = log.CollectAbortedTransactions(0, long.MaxValue);
        aborted.ShouldNotBeEmpty();

        await fixture.MoveAndWaitAsync(1);

        fixture.Log.ShouldBeSameAs(log);
        log.DirectoryPath.ShouldBe(Path.Combine(fixture.Directory(1), "orders-0"));
        log.Offsets().ShouldBe(offsets);
        log.ProducersCount.ShouldBe(producersCount);
        log.RecoveryPoint.ShouldBe(log.LogEndOffset);
        log.CollectAbortedTransactions(0, long.MaxValue).ShouldBe(aborted);
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(log), records, "after the move");
        Dictionary<string, byte[]> after = FilesOf(log);
        foreach ((string name, byte[] bytes) in before)
        {
            // The active segment's indexes are longer than what is in them.
            if (name == PartitionMetadataFile.Name || name.EndsWith(".log", StringComparison.Ordinal)) after[name].ShouldBe(bytes, name);
            else after.Keys.ShouldContain(name);
        }

        foreach (LogSegment segment in log.Segments)
        {
            IndexSanity.Check(segment, everyEntry: true).ShouldBeNull();
        }

        fixture.Folders(1).ShouldBe(["orders-0"]);
        fixture.Folders(0).ShouldHaveSingleItem().ShouldEndWith("-delete");
        fixture.Time.Advance(TimeSpan.FromMilliseconds(fixture.Config.FileDeleteDelayMs));
        await Eventually.TrueAsync(() => fixture.Folders(0).Length == 0);

        fixture.Append(Batches.Idempotent(7, 0, 100)).ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        fixture.Append(Batches.Idempotent(7, 0, 3)).BaseOffset.ShouldBe(offsets.LogEndOffset);
        await fixture.RestartAsync();
        fixture.Place.ShouldBe(1);
        fixture.Store.Recovery.WasClean.ShouldBeTrue();
        fixture.Log.LogStartOffset.ShouldBe(10);
        fixture.Log.LogEndOffset.ShouldBe(offsets.LogEndOffset + 1);
        fixture.Log.LeaderEpoch.ShouldBe(3);
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log)[..records.Count], records, "after a restart");
        fixture.Append(Batches.Idempotent(7, 0, 4)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_move_goes_there_and_back_and_on()
    {
        await using StoreFixture fixture = await FilledAsync(directoriesCount: 3);
        List<KeyedRecord> records = KeyedRecord.ReadAll(fixture.Log);
        foreach (int index in new[] { 1, 0, 2, 1, 0 })
        {
            await fixture.MoveAndWaitAsync(index);
            KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log), records, $"in directory {index}");
        }

        await fixture.CrashAsync();
        fixture.Place.ShouldBe(0);
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log), records, "after a kill");
    }

    [Fact]
    public async Task Appends_and_reads_go_on_while_a_log_moves_to_and_fro()
    {
        await using StoreFixture fixture = await StoreFixture.CreateAsync(MixedLog.Config with { FileDeleteDelayMs = 0, FlushMessages = 50 });
        using var stop = new CancellationTokenSource();
        PartitionLog log = fixture.Log;
        Task<int> producer = Task.Run(async () =>
        {
            int sentCount = 0;
            while (!stop.IsCancellationRequested)
            {
                AppendResult result = log.Append(Batches.Idempotent(7, 0, sentCount, 3), AppendOrigin.Client, new AppendOptions(0));
                result.ErrorCode.ShouldBe(ErrorCode.None);
                result.BaseOffset.ShouldBe(sentCount);
                sentCount += 3;
                if (result.IsFlushDue)
                {
                    await log.FlushAsync(result.LastOffset + 1);
                    log.RecoveryPoint.ShouldBeGreaterThan(result.LastOffset);
                }
            }

            return sentCount;
        });
        Task reader = Task.Run(() =>
        {
            long offset = 0;
            while (!stop.IsCancellationRequested)
            {
                foreach (KeyedRecord record in KeyedRecord.ReadAll(log, offset, maxBytes: 20_000))
                {
                    record.Offset.ShouldBe(offset++);
                    record.Value.ShouldBe($"{record.Offset}");
                }

                offset = Math.Max(0, offset - 500);
            }
        });
        for (int move = 1; move <= 12; move++)
        {
            long endOffset = log.LogEndOffset;
            await Eventually.TrueAsync(() => producer.IsCompleted || log.LogEndOffset > endOffset);
            await fixture.MoveAndWaitAsync(move % 2);
            producer.IsFaulted.ShouldBeFalse();
        }

        await stop.CancelAsync();
        int count = await producer;
        await reader;
        count.ShouldBeGreaterThan(0);
        await fixture.CrashAsync();
        List<KeyedRecord> records = KeyedRecord.ReadAll(fixture.Log);
        records.Select(static record => record.Value).ShouldBe(Enumerable.Range(0, count).Select(static number => $"{number}"));
    }

    [Fact]
    public async Task Retention_and_compaction_in_the_middle_of_a_move_are_followed()
    {
        await using StoreFixture fixture = await StoreFixture.CreateAsync(LogConfig.Default with
        {
            SegmentBytes = 20_000, IndexIntervalBytes = 1000, SegmentIndexBytes = 4096, CleanupPolicy = CleanupPolicy.Compact, MinCleanableDirtyRatio = 0.01,
        });
        for (int round = 0; round < 300; round++)
        {
            fixture.Append(Batches.Build(Enumerable.Range(0, 10).Select(key => ((string?)$"k{key}", (string?)$"{round} {new string('x', 50)}", Batches.NowMs))));
        }

        fixture.HoldMoves();
        fixture.Move(1).ShouldBe(ErrorCode.None);
        await Eventually.TrueAsync(() => fixture.Store.FutureReplicas is [{ SizeBytes: > 0 }]);
        FutureReplica future = fixture.Store.FutureReplicas.ShouldHaveSingleItem();
        future.Directory.Path.ShouldBe(fixture.Directory(1));
        future.OffsetLag.ShouldBeInRange(1, fixture.Log.LogEndOffset);

        LogManager from = fixture.Store.Managers[0];
        from.RunCompaction().ShouldBeGreaterThan(0);
        fixture.Log.DeleteRecords(fixture.Log.HighWatermark - 200, out _);
        from.RunRetention().ShouldBeGreaterThan(0);
        List<KeyedRecord> records = KeyedRecord.ReadAll(fixture.Log);
        long? cleanedUpTo = from.LogCleaner.Checkpoint.Find(StoreFixture.Partition);
        cleanedUpTo.ShouldNotBeNull();
        await fixture.LetMovesGoAsync();
        await fixture.WaitUntilMovedAsync(1);

        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log), records, "after the move");
        fixture.Store.Managers[1].LogCleaner.Checkpoint.Find(StoreFixture.Partition).ShouldBe(cleanedUpTo);
        Directory.GetFiles(fixture.Log.DirectoryPath, "*.log").Length.ShouldBe(fixture.Log.SegmentCount);
        await fixture.CrashAsync();
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log), records, "after a kill");
        fixture.Store.Managers[1].RunCompaction();
    }

    [Fact]
    public async Task A_truncation_in_the_middle_of_a_move_is_followed()
    {
        await using StoreFixture fixture = await FilledAsync();
        fixture.HoldMoves();
        fixture.Move(1).ShouldBe(ErrorCode.None);
        await Eventually.TrueAsync(() => fixture.Store.FutureReplicas is [{ SizeBytes: > 0 }]);
        fixture.Log.TruncateTo(fixture.Log.LogEndOffset / 2).ShouldBeTrue();
        fixture.Append(Batches.Of("another", "history"), leaderEpoch: 9);
        List<KeyedRecord> records = KeyedRecord.ReadAll(fixture.Log);
        await fixture.LetMovesGoAsync();
        await fixture.WaitUntilMovedAsync(1);
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log), records, "after the move");
        await fixture.CrashAsync();
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log), records, "after a kill");
        fixture.Log.LeaderEpoch.ShouldBe(9);
    }

    [Fact]
    public async Task Asking_for_the_present_directory_gives_a_move_up()
    {
        await using StoreFixture fixture = await FilledAsync();
        await HoldInTheMiddleAsync(fixture);
        fixture.Move(0).ShouldBe(ErrorCode.None);
        fixture.Store.FutureReplicas.ShouldBeEmpty();
        await Eventually.TrueAsync(() => fixture.Folders(1).Length == 0);
        fixture.Place.ShouldBe(0);
        fixture.Store.MoveBytesPerSecondMax = long.MaxValue;
        await fixture.MoveAndWaitAsync(1);
    }

    [Fact]
    public async Task Another_directory_may_be_asked_for_in_the_middle()
    {
        await using StoreFixture fixture = await FilledAsync(directoriesCount: 3);
        await HoldInTheMiddleAsync(fixture);
        fixture.Move(1).ShouldBe(ErrorCode.None);
        fixture.Store.FutureReplicas.ShouldHaveSingleItem().Directory.Path.ShouldBe(fixture.Directory(1));
        fixture.Store.MoveBytesPerSecondMax = long.MaxValue;
        await fixture.MoveAndWaitAsync(2);
        await Eventually.TrueAsync(() => fixture.Folders(1).Length == 0);
    }

    [Fact]
    public async Task A_partition_deleted_in_the_middle_is_gone_everywhere()
    {
        await using StoreFixture fixture = await FilledAsync();
        await HoldInTheMiddleAsync(fixture);
        fixture.Store.Delete(StoreFixture.Partition);
        fixture.Store.FutureReplicas.ShouldBeEmpty();
        await Eventually.TrueAsync(() => fixture.Folders(1).Length == 0);
        fixture.Folders(0).ShouldHaveSingleItem().ShouldEndWith("-delete");
        fixture.Store.Create(StoreFixture.Partition, new Uuid(1, 2), fixture.Config, isNew: true).LogEndOffset.ShouldBe(0);
        await fixture.CrashAsync();
        fixture.Log.LogEndOffset.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_move_that_was_interrupted_goes_on_at_the_next_start(bool isKilled)
    {
        await using StoreFixture fixture = await FilledAsync();
        List<KeyedRecord> records = KeyedRecord.ReadAll(fixture.Log);
        await HoldInTheMiddleAsync(fixture);
        string copy = fixture.Folders(1).ShouldHaveSingleItem();
        copy.ShouldMatch("^orders-0\\.[0-9a-f]{32}-future$");
        string copied = Path.Combine(fixture.Directory(1), copy, "00000000000000000000.log");
        if (isKilled)
        {
            // What lies there after a power cut may be anything.
            await fixture.CrashAsync(() =>
            {
                byte[] bytes = File.ReadAllBytes(copied);
                bytes.AsSpan(bytes.Length / 2).Clear();
                File.WriteAllBytes(copied, [.. bytes, .. new byte[100_000]]);
                File.WriteAllText(Path.Combine(fixture.Directory(1), copy, "00000000000000000077.log"), "strange");
            });
        }
        else
        {
            await fixture.RestartAsync();
        }

        await fixture.WaitUntilMovedAsync(1);
        fixture.Folders(1).ShouldBe(["orders-0"]);
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log), records, "after a restart");
        Directory.GetFiles(fixture.Log.DirectoryPath, "*.log").Length.ShouldBe(fixture.Log.SegmentCount);
        await fixture.CrashAsync();
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log), records, "after a kill");
    }

    [Fact]
    public async Task A_copy_whose_partition_is_gone_is_removed_at_the_next_start()
    {
        await using StoreFixture fixture = await FilledAsync();
        await HoldInTheMiddleAsync(fixture);
        await fixture.CrashAsync(() => Directory.Delete(Path.Combine(fixture.Directory(0), "orders-0"), recursive: true));
        fixture.Store.FutureReplicas.ShouldBeEmpty();
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => fixture.Folders(1).Length == 0);
    }

    [Fact]
    public async Task A_full_disk_makes_a_move_wait_for_room()
    {
        await using StoreFixture fixture = await FilledAsync();
        List<KeyedRecord> records = KeyedRecord.ReadAll(fixture.Log);
        fixture.Disks[1].Fails = static call => call is "Copy" or "Write";
        fixture.Disks[1].Failure = FaultyFileIo.DiskFull;
        fixture.Move(1).ShouldBe(ErrorCode.None);
        fixture.Append(Batches.Of("meanwhile")).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Store.Directories.ShouldAllBe(static directory => directory.IsOnline);
        fixture.Disks[1].Failure = null;
        while (fixture.Place != 1)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        KeyedRecord.ReadAll(fixture.Log).Count.ShouldBe(records.Count + 1);
    }

    [Theory]
    [InlineData("Copy")]
    [InlineData("Sync")]
    [InlineData("MoveDirectory")]
    [InlineData("SyncDirectory")]
    public async Task A_disk_that_fails_under_the_copy_takes_its_own_directory_out_of_use(string call)
    {
        await using StoreFixture fixture = await FilledAsync();
        List<KeyedRecord> records = KeyedRecord.ReadAll(fixture.Log);
        await HoldInTheMiddleAsync(fixture);
        fixture.Disks[1].Fails = each => each == call;
        fixture.Disks[1].Failure = FaultyFileIo.Broken;
        fixture.Store.MoveBytesPerSecondMax = long.MaxValue;
        while (fixture.Store.Directories[1].IsOnline)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        fixture.Store.Directories[0].IsOnline.ShouldBeTrue();
        await Eventually.TrueAsync(() => fixture.Store.FutureReplicas.Count == 0);
        fixture.Move(1).ShouldBe(ErrorCode.KafkaStorageError);
        if (fixture.Log.IsOnline)
        {
            fixture.Append(Batches.Of("meanwhile")).ErrorCode.ShouldBe(ErrorCode.None);
        }

        fixture.Disks[1].Failure = null;
        await fixture.CrashAsync();
        await fixture.WaitUntilMovedAsync(1);
        KeyedRecord.ShouldBeEqual(KeyedRecord.ReadAll(fixture.Log)[..records.Count], records, "after the repair");
    }

    [Fact]
    public async Task What_cannot_be_moved_is_refused_as_by_Kafka()
    {
        await using StoreFixture fixture = await FilledAsync();
        fixture.Store.Move(StoreFixture.Partition, "/nowhere").ShouldBe(ErrorCode.LogDirNotFound);
        fixture.Store.Move(StoreFixture.Partition, fixture.Directory(1) + "/").ShouldBe(ErrorCode.LogDirNotFound);
        fixture.Store.Move(new TopicPartition(new string('t', 240), 0), fixture.Directory(1)).ShouldBe(ErrorCode.InvalidTopicException);
        var missing = new TopicPartition("missing", 3);
        fixture.Store.Move(missing, fixture.Directory(1)).ShouldBe(ErrorCode.ReplicaNotAvailable);
        fixture.Store.Directories[1].MarkOffline(FaultyFileIo.Broken);
        fixture.Store.Move(StoreFixture.Partition, fixture.Directory(1)).ShouldBe(ErrorCode.KafkaStorageError);
    }

    private static async Task<StoreFixture> FilledAsync(int directoriesCount = 2)
    {
        StoreFixture fixture = await StoreFixture.CreateAsync(directoriesCount: directoriesCount);
        for (int sequence = 0; sequence < 3; sequence++)
        {
            fixture.Append(Batches.Idempotent(7, 0, sequence), leaderEpoch: sequence);
        }

        for (int round = 0; round < 60; round++)
        {
            fixture.Append(Batches.Idempotent(8, 0, round * 2, 2, transactional: true), leaderEpoch: 3);
            fixture.Append(Batches.Of($"v{round}", new string('x', 2000)), leaderEpoch: 3);
            fixture.Log.Append(Batches.Marker(8, 0, commit: round % 3 != 0), AppendOrigin.Coordinator, new AppendOptions(3));
        }

        fixture.Log.SegmentCount.ShouldBeGreaterThan(2);
        return fixture;
    }

    private static async Task HoldInTheMiddleAsync(StoreFixture fixture)
    {
        fixture.HoldMoves();
        fixture.Move(1).ShouldBe(ErrorCode.None);
        await Eventually.TrueAsync(() => fixture.Store.FutureReplicas is [{ SizeBytes: > 0 }]);
    }

    private static Dictionary<string, byte[]> FilesOf(PartitionLog log) =>
        Directory.GetFiles(log.DirectoryPath).ToDictionary(static path => Path.GetFileName(path), File.ReadAllBytes);
}
