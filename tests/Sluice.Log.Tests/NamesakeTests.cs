using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests;

public sealed class NamesakeTests
{
    [Fact]
    public async Task A_new_partition_does_not_inherit_its_deleted_namesakes_checkpoints()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        for (int index = 0; index < 20; index++)
        {
            fixture.Append(Batches.Of("old"));
        }

        fixture.Log.DeleteRecords(15, out _);
        await fixture.Log.FlushAsync();
        fixture.Manager.CheckpointAll();
        fixture.Manager.Delete(LogFixture.Partition);
        fixture.Manager.Create(LogFixture.Partition, Uuid.NewRandom(), fixture.Config);
        fixture.Append(Batches.Of("new"));
        await fixture.CrashAsync();

        fixture.Log.Offsets().ShouldBe(new LogOffsets(0, 1, 1, 1));
        fixture.Log.Values().ShouldBe([(0, "new")]);
    }

    [Fact]
    public async Task Nor_does_it_after_a_restart_in_between()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("old", "older", "oldest"));
        fixture.Log.DeleteRecords(3, out _);
        fixture.Manager.CheckpointAll();
        fixture.Manager.Delete(LogFixture.Partition);
        await fixture.CrashAsync();

        fixture.Manager.Create(LogFixture.Partition, Uuid.NewRandom(), fixture.Config);
        fixture.Append(Batches.Of("new"));
        await fixture.CrashAsync();
        fixture.Log.Values().ShouldBe([(0, "new")]);
    }

    [Fact]
    public async Task A_namesake_under_another_topic_id_is_refused()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        PartitionLog log = fixture.Log;
        fixture.Manager.Create(LogFixture.Partition, LogFixture.TopicId, fixture.Config).ShouldBeSameAs(log);
        Should.Throw<InvalidOperationException>(() => fixture.Manager.Create(LogFixture.Partition, Uuid.NewRandom(), fixture.Config));
    }

    [Fact]
    public async Task A_log_that_was_set_aside_is_out_of_use_and_kept()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("kept"));
        fixture.Manager.SetAside(LogFixture.Partition);
        fixture.Manager.Find(LogFixture.Partition).ShouldBeNull();
        await fixture.RestartAsync();
        fixture.Manager.Logs.ShouldBeEmpty();
        string stray = Directory.GetDirectories(fixture.LogDirectory, "*-stray").ShouldHaveSingleItem();
        new FileInfo(Path.Combine(stray, "00000000000000000000.log")).Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_partition_that_could_not_be_made_leaves_nothing_behind()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Io.Failure = FaultyFileIo.DiskFull;
        fixture.Io.Fails = call => call == nameof(Storage.IFileIo.SyncDirectory);
        Should.Throw<IOException>(() => fixture.Manager.Create(new TopicPartition("full", 0), Uuid.NewRandom(), fixture.Config));
        fixture.Io.Failure = null;

        Directory.Exists(Path.Combine(fixture.LogDirectory, "full-0")).ShouldBeFalse();
        fixture.Manager.LogDirectory.IsOnline.ShouldBeTrue();
        fixture.Manager.Create(new TopicPartition("full", 0), Uuid.NewRandom(), fixture.Config).LogEndOffset.ShouldBe(0);
    }
}
