using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Producers;

public sealed class IdempotentProducerTests
{
    [Fact]
    public async Task Sequences_must_follow_each_other()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Code(fixture, epoch: 0, sequence: 0, count: 2).ShouldBe(ErrorCode.None);
        Code(fixture, epoch: 0, sequence: 2).ShouldBe(ErrorCode.None);
        Code(fixture, epoch: 0, sequence: 4).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        Code(fixture, epoch: 0, sequence: 3).ShouldBe(ErrorCode.None);
        fixture.Log.LogEndOffset.ShouldBe(4);
    }

    [Fact]
    public async Task An_unknown_producer_may_begin_anywhere()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Code(fixture, epoch: 3, sequence: 17).ShouldBe(ErrorCode.None);
        Code(fixture, epoch: 3, sequence: 18).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task An_unknown_transactional_producer_of_version_2_must_begin_at_0()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        var options = new AppendOptions(0) { IsTransactionVersion2 = true };
        fixture.Log.Append(Batches.Idempotent(7, 0, 5, transactional: true), AppendOrigin.Client, options)
            .ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        fixture.Log.Append(Batches.Idempotent(7, 0, 0, transactional: true), AppendOrigin.Client, options).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_producer_of_which_only_a_marker_is_left_may_go_on_where_it_was()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.AppendMarker(Batches.Marker(7, 3, commit: true)).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Log.Append(Batches.Idempotent(7, 3, 5, transactional: true), AppendOrigin.Client, new AppendOptions(0) { IsTransactionVersion2 = true })
            .ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber, "with version 2 every transaction begins at 0");
        Code(fixture, epoch: 3, sequence: 5).ShouldBe(ErrorCode.None, "its batches may have been deleted");
        Code(fixture, epoch: 3, sequence: 7).ShouldBe(ErrorCode.OutOfOrderSequenceNumber, "now its sequence is known");
    }

    [Fact]
    public async Task An_epoch_that_a_marker_raised_begins_at_0()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Idempotent(7, 3, 0, transactional: true)).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.AppendMarker(Batches.Marker(7, 4, commit: false), version2: true).ErrorCode.ShouldBe(ErrorCode.None);
        Code(fixture, epoch: 4, sequence: 1).ShouldBe(ErrorCode.OutOfOrderSequenceNumber, "what came before it was lost");
        Code(fixture, epoch: 4, sequence: 0).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task The_last_five_batches_are_recognised_and_answered_with_their_offsets()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        for (int batch = 0; batch < 7; batch++)
        {
            Code(fixture, epoch: 0, sequence: batch * 2, count: 2).ShouldBe(ErrorCode.None);
        }

        for (int batch = 2; batch < 7; batch++)
        {
            AppendResult result = fixture.Append(Batches.Idempotent(7, 0, batch * 2, 2));
            result.ErrorCode.ShouldBe(ErrorCode.None);
            result.IsDuplicate.ShouldBeTrue();
            result.BaseOffset.ShouldBe(batch * 2);
            result.LastOffset.ShouldBe(batch * 2 + 1);
        }

        Code(fixture, epoch: 0, sequence: 2, count: 2).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        fixture.Log.LogEndOffset.ShouldBe(14);
    }

    [Fact]
    public async Task A_part_of_a_remembered_batch_is_no_duplicate()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Code(fixture, epoch: 0, sequence: 0, count: 3);
        Code(fixture, epoch: 0, sequence: 0, count: 2).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        Code(fixture, epoch: 0, sequence: 1, count: 2).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
    }

    [Fact]
    public async Task An_older_epoch_is_fenced_and_a_newer_one_begins_at_0()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Code(fixture, epoch: 2, sequence: 0).ShouldBe(ErrorCode.None);
        Code(fixture, epoch: 1, sequence: 1).ShouldBe(ErrorCode.InvalidProducerEpoch);
        Code(fixture, epoch: 3, sequence: 1).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        Code(fixture, epoch: 3, sequence: 0).ShouldBe(ErrorCode.None);
        Code(fixture, epoch: 2, sequence: 0).ShouldBe(ErrorCode.InvalidProducerEpoch);
    }

    [Fact]
    public async Task Sequences_wrap_to_0()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Code(fixture, epoch: 0, sequence: int.MaxValue - 1, count: 2).ShouldBe(ErrorCode.None);
        Code(fixture, epoch: 0, sequence: 1).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        Code(fixture, epoch: 0, sequence: 0).ShouldBe(ErrorCode.None);
        fixture.Append(Batches.Idempotent(7, 0, int.MaxValue - 1, 2)).IsDuplicate.ShouldBeTrue();
    }

    [Fact]
    public async Task Producers_survive_a_clean_restart_with_their_last_batch()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Code(fixture, epoch: 1, sequence: 0, count: 3);
        Code(fixture, epoch: 1, sequence: 3, count: 2);
        await fixture.RestartAsync();

        fixture.Log.ProducersCount.ShouldBe(1);
        AppendResult duplicate = fixture.Append(Batches.Idempotent(7, 1, 3, 2));
        duplicate.IsDuplicate.ShouldBeTrue();
        duplicate.BaseOffset.ShouldBe(3);
        Code(fixture, epoch: 1, sequence: 6).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        Code(fixture, epoch: 1, sequence: 5).ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Producers_survive_a_crash_even_without_snapshots(bool removeSnapshots)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 1000 });
        for (int sequence = 0; sequence < 40; sequence++)
        {
            Code(fixture, epoch: 1, sequence).ShouldBe(ErrorCode.None);
        }

        await fixture.CrashAsync(() =>
        {
            if (removeSnapshots)
            {
                foreach (string path in Directory.GetFiles(fixture.PartitionDirectory, "*.snapshot"))
                {
                    File.Delete(path);
                }
            }
        });

        fixture.Append(Batches.Idempotent(7, 1, 37)).BaseOffset.ShouldBe(37);
        Code(fixture, epoch: 1, sequence: 41).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        Code(fixture, epoch: 1, sequence: 40).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_removed_and_an_older_one_serves()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 1000 });
        for (int sequence = 0; sequence < 40; sequence++)
        {
            Code(fixture, epoch: 1, sequence);
        }

        await fixture.Manager.DisposeAsync();
        string newest = Directory.GetFiles(fixture.PartitionDirectory, "*.snapshot").Order().Last();
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[20] ^= 1;
        File.WriteAllBytes(newest, bytes);
        await fixture.OpenAsync();

        File.Exists(newest).ShouldBeFalse();
        fixture.Append(Batches.Idempotent(7, 1, 39)).BaseOffset.ShouldBe(39);
    }

    [Fact]
    public async Task A_silent_producer_is_forgotten_after_a_day()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Code(fixture, epoch: 5, sequence: 0);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(86_400_000 - 1));
        fixture.Log.RemoveExpiredProducers().ShouldBe(0);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        fixture.Log.RemoveExpiredProducers();

        fixture.Log.ProducersCount.ShouldBe(0);
        Code(fixture, epoch: 0, sequence: 100).ShouldBe(ErrorCode.None);
    }

    private static ErrorCode Code(LogFixture fixture, short epoch, int sequence, int count = 1) =>
        fixture.Append(Batches.Idempotent(7, epoch, sequence, count)).ErrorCode;
}
