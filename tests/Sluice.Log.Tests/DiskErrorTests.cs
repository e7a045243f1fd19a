using Sluice.Log.Storage;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests;

public sealed class DiskErrorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public async Task A_full_disk_loses_nothing_and_appends_go_on_once_there_is_room(double writtenShare)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("before"));
        fixture.Io.Fails = call => call == nameof(IFileIo.Write);
        fixture.Io.WrittenShare = writtenShare;
        fixture.Io.Failure = FaultyFileIo.DiskFull;

        fixture.Append(Batches.Of("refused")).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(fixture.Log.SizeBytes);
        fixture.Log.Values().ShouldBe([(0, "before")]);

        fixture.Io.Failure = null;
        fixture.Append(Batches.Of("after")).BaseOffset.ShouldBe(1);
        fixture.Log.Values().ShouldBe([(0, "before"), (1, "after")]);
    }

    [Fact]
    public async Task A_full_disk_at_a_roll_keeps_the_old_segment_in_use()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 300 });
        fixture.Append(Batches.OfBytes(100));
        fixture.Io.Failure = FaultyFileIo.DiskFull;
        fixture.Append(Batches.OfBytes(200)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
        fixture.Log.SegmentCount.ShouldBe(1);

        fixture.Io.Failure = null;
        fixture.Append(Batches.OfBytes(200)).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Log.SegmentCount.ShouldBe(2);
        fixture.Log.Values().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_log_that_is_deleted_while_it_is_flushed_takes_nothing_offline()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("short-lived"));
        using var isSyncing = new ManualResetEventSlim();
        using var isDeleted = new ManualResetEventSlim();
        int syncsCount = 0;
        fixture.Io.Failure = FaultyFileIo.Broken;
        fixture.Io.Fails = call =>
        {
            if (call == nameof(IFileIo.Sync) && Interlocked.Increment(ref syncsCount) == 1)
            {
                isSyncing.Set();
                isDeleted.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
            }

            return false;
        };

        Task flush = fixture.Log.FlushAsync();
        isSyncing.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        fixture.Manager.Delete(LogFixture.Partition);
        isDeleted.Set();
        await flush;
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
        Directory.Exists(fixture.PartitionDirectory).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Too many open files", 24)]
    [InlineData("Too many open files in system", 23)]
    [InlineData("Cannot allocate memory", 12)]
    public async Task Want_of_descriptors_or_memory_is_no_fault_of_the_disk(string message, int errno)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 300 });
        fixture.Append(Batches.OfBytes(100));
        fixture.Io.Fails = call => call == nameof(IFileIo.Open);
        fixture.Io.Failure = new IOException(message, errno);
        fixture.Append(Batches.OfBytes(200)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        Should.Throw<IOException>(() => fixture.Manager.Create(new TopicPartition("other", 0), Uuid.NewRandom(), LogConfig.Default));
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
        Directory.Exists(Path.Combine(fixture.LogDirectory, "other-0")).ShouldBeFalse("half a partition would be found at the next start");

        fixture.Io.Failure = null;
        fixture.Append(Batches.OfBytes(200)).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Manager.Create(new TopicPartition("other", 0), Uuid.NewRandom(), LogConfig.Default);
    }

    [Fact]
    public async Task A_partition_whose_name_is_taken_is_refused_and_the_others_go_on()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(fixture.LogDirectory, "other-0"), "", TestContext.Current.CancellationToken);
        Should.Throw<IOException>(() => fixture.Manager.Create(new TopicPartition("other", 0), Uuid.NewRandom(), LogConfig.Default));
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
        fixture.Append(Batches.Of("a")).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData(nameof(IFileIo.Open))]
    [InlineData(nameof(IFileIo.SyncDirectory))]
    public async Task A_disk_that_fails_while_a_partition_is_made_takes_the_directory_offline(string failing)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Io.Fails = call => call == failing;
        fixture.Io.Failure = FaultyFileIo.Broken;
        Should.Throw<IOException>(() => fixture.Manager.Create(new TopicPartition("other", 0), Uuid.NewRandom(), LogConfig.Default));
        fixture.Io.Failure = null;
        fixture.Manager.LogDirectory.Failure.ShouldBe(FaultyFileIo.Broken);
    }

    [Fact]
    public async Task An_index_entry_without_room_is_left_out()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { IndexIntervalBytes = 0 });
        fixture.Append(Batches.Of("a"));
        int writes = fixture.Io.WritesCount;
        fixture.Io.Failure = FaultyFileIo.DiskFull;
        fixture.Io.Fails = call => call == nameof(IFileIo.Write) && fixture.Io.WritesCount > writes + 1;
        fixture.Append(Batches.Of("b")).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Io.Failure = null;

        fixture.Log.Segments[0].OffsetIndex.Count.ShouldBe(0);
        fixture.Log.Segments[0].IndexEntriesSkipped.ShouldBe(1);
        fixture.Append(Batches.Of("c"));
        fixture.Log.Segments[0].OffsetIndex.Count.ShouldBe(1);
        fixture.Log.Values().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_broken_disk_takes_the_directory_offline_for_good()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        PartitionLog other = fixture.Manager.Create(new TopicPartition("other", 0), Uuid.NewRandom(), LogConfig.Default);
        fixture.Append(Batches.Of("before"));
        fixture.Io.Failure = FaultyFileIo.Broken;
        fixture.Append(Batches.Of("refused")).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        fixture.Io.Failure = null;

        fixture.Manager.LogDirectory.Failure.ShouldBe(FaultyFileIo.Broken);
        fixture.Append(Batches.Of("still refused")).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        other.Append(Batches.Of("refused too"), AppendOrigin.Client, new AppendOptions(0)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        fixture.Log.Read(0, 100, 1, true).Status.ShouldBe(LogReadStatus.StorageError);
        Should.Throw<IOException>(() => fixture.Log.FindByTimestamp(0)).InnerException.ShouldBe(FaultyFileIo.Broken);

        await fixture.RestartAsync();
        fixture.Manager.Recovery.WasClean.ShouldBeFalse();
        fixture.Log.Values().ShouldBe([(0, "before")]);
    }

    [Fact]
    public async Task A_failed_flush_takes_the_directory_offline_and_the_waiters_hear_of_it()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("a"));
        fixture.Io.Failure = FaultyFileIo.Broken;
        fixture.Io.Fails = call => call == nameof(IFileIo.Sync);
        (await Should.ThrowAsync<IOException>(fixture.Log.FlushAsync())).ShouldBe(FaultyFileIo.Broken);
        fixture.Io.Failure = null;

        fixture.Log.RecoveryPoint.ShouldBe(0);
        await Should.ThrowAsync<IOException>(fixture.Log.FlushAsync());
        fixture.Append(Batches.Of("b")).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
    }

    [Fact]
    public async Task A_flush_covers_what_was_appended_and_costs_nothing_twice()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { FlushMessages = 2 });
        fixture.Append(Batches.Of("a")).IsFlushDue.ShouldBeFalse();
        AppendResult due = fixture.Append(Batches.Of("b"));
        due.IsFlushDue.ShouldBeTrue();
        await fixture.Log.FlushAsync(due.LastOffset + 1);
        fixture.Log.RecoveryPoint.ShouldBe(2);
        int syncs = fixture.Io.SyncsCount;
        await fixture.Log.FlushAsync(2);
        fixture.Io.SyncsCount.ShouldBe(syncs);
        fixture.Append(Batches.Of("c")).IsFlushDue.ShouldBeFalse();
    }

    [Fact]
    public async Task A_batch_sent_again_waits_for_the_flush_that_the_first_one_waits_for()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { FlushMessages = 1 });
        fixture.Append(Batches.Idempotent(producerId: 7, epoch: 0, baseSequence: 0)).IsFlushDue.ShouldBeTrue();
        AppendResult again = fixture.Append(Batches.Idempotent(producerId: 7, epoch: 0, baseSequence: 0));
        again.IsDuplicate.ShouldBeTrue();
        again.IsFlushDue.ShouldBeTrue();

        await fixture.Log.FlushAsync(again.LastOffset + 1);
        fixture.Append(Batches.Idempotent(producerId: 7, epoch: 0, baseSequence: 0)).IsFlushDue.ShouldBeFalse();
    }

    [Fact]
    public async Task Many_waiters_share_few_flushes()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        var waiters = new List<Task>();
        int syncs = fixture.Io.SyncsCount;
        for (int index = 0; index < 200; index++)
        {
            AppendResult result = fixture.Append(Batches.Of("a"));
            waiters.Add(fixture.Log.FlushAsync(result.LastOffset + 1));
        }

        await Task.WhenAll(waiters);
        fixture.Log.RecoveryPoint.ShouldBe(200);
        (fixture.Io.SyncsCount - syncs).ShouldBeLessThan(200);
    }

    [Fact]
    public async Task Flush_ms_flushes_in_the_background()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { FlushMs = 5000 }, options => options.InitialTaskDelayMs = 0);
        fixture.Append(Batches.Of("a"));
        for (int second = 0; second < 10; second++)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await Eventually.TrueAsync(() =>
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return fixture.Log.RecoveryPoint == 1;
        });
    }
}
