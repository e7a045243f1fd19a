using System.Diagnostics.Metrics;
using Sluice.Log.Compaction;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Compaction;

public sealed class LogCleanerTests
{
    private static readonly CleanerSettings Off = CleanerSettings.Default with { IsEnabled = false };

    [Fact]
    public async Task A_compacted_log_is_compacted_by_itself()
    {
        await using LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 3, recordsCount: 60);
        fixture.Manager.Cleaner = CleanerSettings.Default;
        await Eventually.TrueAsync(() => KeyedRecord.ReadAll(fixture.Log).Count < 20);
        long cleanUpTo = fixture.Log.Segments[^1].BaseOffset;
        await Eventually.TrueAsync(() => CheckpointOf(fixture) == cleanUpTo);
    }

    [Fact]
    public async Task What_becomes_dirty_later_is_compacted_after_the_backoff()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(CleaningTests.Compacted, options => options.Cleaner = CleanerSettings.Default);
        fixture.Put("a", "1");
        fixture.Put("a", "2", roll: true);
        fixture.Put("a", "3");
        await Eventually.TrueAsync(() =>
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(15));
            return KeyedRecord.ReadAll(fixture.Log).Count == 2;
        });
    }

    [Fact]
    public async Task A_log_is_compacted_above_its_dirty_ratio_and_not_at_it()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(CleaningTests.Compacted with { MinCleanableDirtyRatio = 0.5 });
        fixture.Put("a", "1", roll: true);
        fixture.Put("b", "x");
        fixture.Manager.RunCompaction().ShouldBe(1);
        CheckpointOf(fixture).ShouldBe(1);
        fixture.Log.Roll();
        fixture.Put("c", "active");

        CleanableRange range = fixture.Log.FindCleanableRange(1);
        range.ShouldBe(new CleanableRange(1, 2, range.CleanBytes, range.CleanBytes, IsOverdue: false));
        range.DirtyRatio.ShouldBe(0.5);
        fixture.Manager.RunCompaction().ShouldBe(0);
        fixture.Log.Config = fixture.Log.Config with { MinCleanableDirtyRatio = 0.49 };
        fixture.Manager.RunCompaction().ShouldBe(1);
        CheckpointOf(fixture).ShouldBe(2);
    }

    [Fact]
    public async Task The_dirtiest_log_comes_first()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(CleaningTests.Compacted);
        PartitionLog dirtier = fixture.Manager.Create(new TopicPartition("dirtier", 0), Uuid.NewRandom(), CleaningTests.Compacted);
        fixture.Put("a", "1", roll: true);
        fixture.Manager.RunCompaction();
        Append(fixture.Log, 5);
        Append(dirtier, 1);

        var choice = new CleaningChoice(() => fixture.Manager.Logs, CheckpointIn(fixture));
        choice.TryClaimDirtiest(out PartitionLog? first, out _).ShouldBeTrue();
        first.ShouldBe(dirtier);
        choice.TryClaimDirtiest(out PartitionLog? second, out _).ShouldBeTrue();
        second.ShouldBe(fixture.Log);
        choice.TryClaimDirtiest(out _, out _).ShouldBeFalse();
        choice.Release(dirtier);
        choice.TryClaimDirtiest(out first, out _).ShouldBeTrue();
        first.ShouldBe(dirtier);
        choice.DirtyRatioMax.ShouldBe(1);

        static void Append(PartitionLog log, int count)
        {
            for (int index = 0; index < count; index++)
            {
                log.Append(Batches.Of("x"), AppendOrigin.Client, new AppendOptions(0)).ErrorCode.ShouldBe(ErrorCode.None);
            }

            log.Roll().ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_record_younger_than_the_minimum_lag_is_not_compacted()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(CleaningTests.Compacted with { MinCompactionLagMs = 10_000 });
        fixture.Put("a", "1");
        fixture.Put("a", "2", roll: true);
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        fixture.Put("a", "3");
        fixture.Put("a", "4", roll: true);
        fixture.Manager.RunCompaction().ShouldBe(0);
        fixture.Time.Advance(TimeSpan.FromSeconds(4));
        fixture.Manager.RunCompaction().ShouldBe(1);
        fixture.Left().ShouldBe([(1, "a", "2"), (2, "a", "3"), (3, "a", "4")]);
    }

    [Fact]
    public async Task A_record_older_than_the_maximum_lag_is_compacted_whatever_the_ratio()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(
            CleaningTests.Compacted with { MaxCompactionLagMs = 10_000, MinCleanableDirtyRatio = 1 });
        fixture.Put("a", "1");
        fixture.Put("a", "2");
        fixture.Time.Advance(TimeSpan.FromMilliseconds(10_001));
        fixture.Put("a", "3"); // Rolls: the active segment is as old.
        fixture.Log.SegmentCount.ShouldBe(2);
        fixture.Manager.RunCompaction().ShouldBe(1);
        fixture.Left().ShouldBe([(1, "a", "2"), (2, "a", "3")]);
    }

    [Fact]
    public async Task The_checkpoint_survives_a_restart_and_a_log_that_was_cut_off_below_it_starts_over()
    {
        await using LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 3, recordsCount: 60);
        fixture.Manager.RunCompaction().ShouldBe(1);
        long? checkpoint = CheckpointOf(fixture);
        checkpoint.ShouldNotBeNull();
        await fixture.RestartAsync();
        fixture.Manager.RunCompaction().ShouldBe(0);
        CheckpointOf(fixture).ShouldBe(checkpoint);

        fixture.Log.TruncateTo(10);
        CheckpointOf(fixture).ShouldBe(10);
        fixture.Log.TruncateFully(100);
        CheckpointOf(fixture).ShouldBe(0);
        fixture.Log.FindCleanableRange(5).FirstDirtyOffset.ShouldBe(100);
        fixture.Log.FindCleanableRange(101).FirstDirtyOffset.ShouldBe(100);
    }

    [Fact]
    public async Task A_new_partition_inherits_no_checkpoint_from_its_namesake()
    {
        await using LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 3, recordsCount: 60);
        fixture.Manager.RunCompaction();
        fixture.Manager.Delete(LogFixture.Partition);
        CheckpointOf(fixture).ShouldBeNull();
        fixture.Manager.Create(LogFixture.Partition, Uuid.NewRandom(), CleaningTests.Compacted);
        fixture.Put("a", "1");
        fixture.Put("a", "2", roll: true);
        fixture.Put("a", "3");
        fixture.Manager.RunCompaction().ShouldBe(1);
        fixture.Left().ShouldBe([(1, "a", "2"), (2, "a", "3")]);
    }

    [Fact]
    public async Task A_damaged_log_is_left_alone_and_the_others_go_on()
    {
        await using LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 3, recordsCount: 60);
        PartitionLog other = fixture.Manager.Create(new TopicPartition("other", 0), Uuid.NewRandom(), CleaningTests.Compacted);
        other.Append(Batches.Of("1", "2"), AppendOrigin.Client, new AppendOptions(0));
        other.Roll();
        other.Append(Batches.Of("3"), AppendOrigin.Client, new AppendOptions(0));
        byte[] file = await File.ReadAllBytesAsync(fixture.File(0, ".log"));
        file[70] ^= 1;
        await File.WriteAllBytesAsync(fixture.File(0, ".log"), file);
        fixture.Log.Config = fixture.Log.Config with { MinCleanableDirtyRatio = 0 };
        long dirty = fixture.Log.SizeBytes;

        int roundsCount = 0;
        while (fixture.Manager.UncleanablePartitions.Count == 0 || KeyedRecord.ReadAll(other).Count > 2)
        {
            fixture.Manager.RunCompaction();
            (++roundsCount).ShouldBeLessThan(5);
        }

        fixture.Manager.UncleanablePartitions.ShouldBe([LogFixture.Partition]);
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
        fixture.Log.SizeBytes.ShouldBe(dirty);
        fixture.Manager.Delete(LogFixture.Partition);
        fixture.Manager.UncleanablePartitions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_disk_ends_a_round_and_harms_nothing()
    {
        await using LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 3, recordsCount: 60);
        List<KeyedRecord> before = KeyedRecord.ReadAll(fixture.Log);
        await fixture.Log.FlushAsync();
        fixture.Io.Fails = call => call == nameof(Storage.IFileIo.Write);
        fixture.Io.Failure = FaultyFileIo.DiskFull;
        fixture.Manager.RunCompaction().ShouldBe(0);
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
        KeyedRecord.ReadAll(fixture.Log).ShouldBe(before);
        Directory.GetFiles(fixture.PartitionDirectory, "*.cleaned").ShouldBeEmpty();

        fixture.Io.Failure = null;
        fixture.Manager.RunCompaction().ShouldBe(1);
        KeyedRecord.ReadAll(fixture.Log).Count.ShouldBeLessThan(before.Count);
    }

    [Fact]
    public async Task A_broken_disk_takes_the_directory_offline()
    {
        await using LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 3, recordsCount: 60);
        await fixture.Log.FlushAsync();
        fixture.Io.Fails = call => call == nameof(Storage.IFileIo.Sync);
        fixture.Io.Failure = FaultyFileIo.Broken;
        fixture.Manager.RunCompaction().ShouldBe(0);
        fixture.Manager.LogDirectory.Failure.ShouldBe(FaultyFileIo.Broken);
        fixture.Manager.UncleanablePartitions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_with_both_policies_is_compacted_and_loses_old_segments()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(
            CleaningTests.Compacted with { CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete, RetentionMs = 60_000 });
        fixture.Put("a", "1");
        fixture.Put("a", "2", roll: true);
        fixture.Put("b", "3");
        fixture.Put("b", "4", roll: true);
        fixture.Put("c", "active");
        fixture.Manager.RunCompaction().ShouldBe(1);
        fixture.Left().ShouldBe([(1, "a", "2"), (3, "b", "4"), (4, "c", "active")]);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(60_001));
        fixture.Put("d", "young", roll: true);
        fixture.Log.Config = fixture.Log.Config with { MinCleanableDirtyRatio = 1 }; // Another round would join old segments and young ones.
        fixture.Manager.Cleaner = CleanerSettings.Default; // Its thread removes what retention does not keep.
        await Eventually.TrueAsync(() => fixture.Log.LogStartOffset >= 4);
        fixture.Log.Offsets().LogEndOffset.ShouldBe(6);
    }

    [Fact]
    public async Task Retention_passes_over_a_log_that_is_being_compacted()
    {
        await using LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 3, recordsCount: 60);
        fixture.Log.DeleteRecords(fixture.Log.Segments[2].BaseOffset, out _);
        CleaningChoice choice = fixture.Manager.LogCleaner.Choice;
        choice.TryClaim(fixture.Log).ShouldBeTrue();
        fixture.Manager.RunRetention().ShouldBe(0);
        choice.Release(fixture.Log);
        fixture.Manager.RunRetention().ShouldBe(2);
    }

    [Fact]
    public async Task Threads_come_and_go_with_the_settings()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(CleaningTests.Compacted);
        fixture.Manager.LogCleaner.ThreadsCount.ShouldBe(0);
        fixture.Manager.Cleaner = CleanerSettings.Default with { Threads = 3 };
        fixture.Manager.LogCleaner.ThreadsCount.ShouldBe(3);
        fixture.Manager.Cleaner = CleanerSettings.Default with { Threads = 1 };
        await Eventually.TrueAsync(() => fixture.Manager.LogCleaner.ThreadsCount == 1);
        fixture.Manager.Cleaner = Off;
        await Eventually.TrueAsync(() => fixture.Manager.LogCleaner.ThreadsCount == 0);
        fixture.Manager.Cleaner = CleanerSettings.Default with { Threads = 2 };
        fixture.Manager.LogCleaner.ThreadsCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_throttled_round_ends_when_the_manager_stops()
    {
        LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 1000, recordsCount: 100);
        fixture.Manager.Cleaner = CleanerSettings.Default with { IoBytesPerSecondMax = 1 };
        await Eventually.TrueAsync(() => fixture.Manager.LogCleaner.Throttle.WaitersCount > 0);
        await fixture.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(-1, 0.9, 1 << 20)]
    [InlineData(1, 0, 1 << 20)]
    [InlineData(1, 1.1, 1 << 20)]
    [InlineData(1, 0.9, 24)]
    [InlineData(100, 0.9, 2400)]
    public void Settings_with_which_no_round_could_be_done_are_refused(int threads, double loadFactor, long bufferBytes) =>
        Should.Throw<ArgumentOutOfRangeException>(
            () => (CleanerSettings.Default with { Threads = threads, LoadFactor = loadFactor, DedupeBufferBytes = bufferBytes }).Validate());

    [Fact]
    public async Task Rounds_are_counted()
    {
        await using LogFixture fixture = await CleaningTests.FilledAsync(keysCount: 3, recordsCount: 60);
        var values = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            // Other tests run beside this one and have meters of the same name.
            if (instrument.Meter == fixture.Manager.Context.Metrics.Meter && instrument.Name.StartsWith("sluice.log.compaction", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        fixture.Manager.RunCompaction();
        listener.RecordObservableInstruments();

        values["sluice.log.compaction.rounds completed"].ShouldBe(1);
        values["sluice.log.compaction.records"].ShouldBe(60 - KeyedRecord.ReadAll(fixture.Log).Count);
        values["sluice.log.compaction.read"].ShouldBeGreaterThan(values["sluice.log.compaction.written"]);
        values["sluice.log.compaction.uncleanable"].ShouldBe(0);
        values.ShouldContainKey("sluice.log.compaction.duration");
        values.ShouldContainKey("sluice.log.compaction.dirty_ratio");

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string name = tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
            lock (values)
            {
                values[name] = values.GetValueOrDefault(name) + value;
            }
        }
    }

    private static long? CheckpointOf(LogFixture fixture) => CheckpointIn(fixture).Find(LogFixture.Partition);

    // What a start would read.
    private static CleanerCheckpoint CheckpointIn(LogFixture fixture)
    {
        var checkpoint = new CleanerCheckpoint(fixture.Manager.Context);
        checkpoint.Load(_ => null);
        return checkpoint;
    }
}
