using Sluice.Broker.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Share;

/// <summary>What members say of the records that they were given, and what becomes of records of which nobody says anything.</summary>
public sealed class ShareAcknowledgeTests
{
    private const sbyte Gap = 0;
    private const sbyte Accept = 1;
    private const sbyte Release = 2;
    private const sbyte Reject = 3;

    [Fact]
    public async Task Accepted_and_rejected_records_are_done_with_and_released_ones_are_given_out_again()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(6);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync()).ShouldBe([(0, 5, 1)]);
        (await member.AcknowledgeAsync(0, 5, Accept, Accept, Release, Reject, Gap, Release)).ShouldBe(ErrorCode.None);
        (await member.AcquireAsync()).ShouldBe([(2, 2, 2), (5, 5, 2)]);
        (await member.AcknowledgeAsync((2, 2, [Accept]), (5, 5, [Accept]))).ShouldBe(ErrorCode.None);
        ReadShareGroupStateResponse.PartitionResult state = await bench.StateAsync();
        state.StartOffset.ShouldBe(6);
        state.StateBatches.ShouldBeEmpty();
    }

    [Fact]
    public async Task Acknowledgements_come_with_the_next_fetch_too()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(2, 2);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync(maxRecords: 1)).ShouldBe([(0, 1, 1)]);
        ShareFetchResponse.PartitionData partition = await member.FetchAsync(acknowledgements: (0, 1, [Accept]));
        partition.AcknowledgeErrorCode.ShouldBe(ErrorCode.None);
        partition.AcquiredRecords.ShouldHaveSingleItem().FirstOffset.ShouldBe(2);
        (await bench.StateAsync()).StartOffset.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_said_outlives_the_broker_and_everything_else_is_given_out_again()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(10);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync()).ShouldBe([(0, 9, 1)]);
        (await member.AcknowledgeAsync((2, 4, [Accept]), (6, 6, [Release]))).ShouldBe(ErrorCode.None);
        await member.CloseAsync();
        await bench.RestartAsync();

        ShareMember after = await bench.JoinAsync();
        (await after.AcquireAsync()).ShouldBe([(0, 1, 2), (5, 9, 2)]);
    }

    [Fact]
    public async Task A_record_whose_lock_ends_is_given_to_somebody_else()
    {
        await using ShareBench bench = await ShareBench.StartAsync("group.share.record.lock.duration.ms=20000");
        await bench.AppendAsync(4);
        ShareMember one = await bench.JoinAsync("one");
        ShareMember two = await bench.JoinAsync("two");
        (await one.AcquireAsync()).ShouldBe([(0, 3, 1)]);
        bench.Broker.Time.Advance(TimeSpan.FromMilliseconds(15_000));
        (await one.RenewAsync(2, 3)).ShouldBe(ErrorCode.None);
        Task<ShareFetchResponse.PartitionData> waiting = two.FetchAsync(maxWaitMs: 60_000);
        await bench.Broker.UntilParkedAsync();
        bench.Broker.Time.Advance(TimeSpan.FromMilliseconds(5_001));
        (await waiting).AcquiredRecords.ShouldHaveSingleItem().LastOffset.ShouldBe(1);
        (await one.AcknowledgeAsync(0, 1, Accept)).ShouldBe(ErrorCode.InvalidRecordState, "it has lost them");
        (await one.AcknowledgeAsync(2, 3, Accept)).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_record_that_was_given_out_too_often_is_given_up()
    {
        await using ShareBench bench = await ShareBench.StartAsync("group.share.delivery.count.limit=2");
        await bench.AppendAsync(1, 1);
        ShareMember member = await bench.JoinAsync();
        for (int count = 1; count <= 2; count++)
        {
            (await member.AcquireAsync(maxRecords: 1)).ShouldBe([(0, 0, count)]);
            (await member.AcknowledgeAsync(0, 0, Release)).ShouldBe(ErrorCode.None);
        }
        (await member.AcquireAsync(maxRecords: 1)).ShouldBe([(1, 1, 1)]);
        (await bench.StateAsync()).StartOffset.ShouldBe(1);
    }

    [Fact]
    public async Task Records_that_failed_before_go_out_in_smaller_and_smaller_parties()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(16);
        ShareMember member = await bench.JoinAsync();
        foreach (int count in new[] { 1, 2, 3 })
        {
            (await member.AcquireAsync()).ShouldBe([(0, 15, count)]);
            (await member.AcknowledgeAsync(0, 15, Release)).ShouldBe(ErrorCode.None);
        }
        (await member.AcquireAsync()).ShouldBe([(0, 7, 4)], "half of them");
        (await member.AcknowledgeAsync(0, 7, Release)).ShouldBe(ErrorCode.None);
        (await member.AcquireAsync()).ShouldBe([(0, 0, 5)], "alone, since it is the last time");
    }

    [Fact]
    public async Task A_member_that_goes_leaves_its_records_to_the_others()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(4);
        ShareMember one = await bench.JoinAsync("one");
        ShareMember two = await bench.JoinAsync("two");
        ShareMember three = await bench.JoinAsync("three");
        (await one.AcquireAsync()).ShouldBe([(0, 3, 1)]);
        Task<ShareFetchResponse.PartitionData> waiting = two.FetchAsync(maxWaitMs: 60_000);
        await bench.Broker.UntilParkedAsync();
        await one.CloseAsync();
        (await waiting).AcquiredRecords.ShouldHaveSingleItem().DeliveryCount.ShouldBe((short)2);

        // Without a word, as a process that is killed.
        waiting = three.FetchAsync(maxWaitMs: 60_000);
        await bench.Broker.UntilParkedAsync();
        await two.Connection.DisposeAsync();
        (await waiting).AcquiredRecords.ShouldHaveSingleItem().DeliveryCount.ShouldBe((short)3);
    }

    [Fact]
    public async Task What_nobody_may_say_is_refused_and_changes_nothing()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(10);
        ShareMember member = await bench.JoinAsync("one");
        ShareMember other = await bench.JoinAsync("two");
        (await member.AcquireAsync(maxRecords: 8, mode: 1)).ShouldBe([(0, 7, 1)]);
        await other.FetchAsync(mode: 1);

        (await member.AcknowledgeAsync(3, 2, Accept)).ShouldBe(ErrorCode.InvalidRequest);
        (await member.AcknowledgeAsync((0, 3, [Accept]), (2, 4, [Accept]))).ShouldBe(ErrorCode.InvalidRequest, "one over the other");
        (await member.AcknowledgeAsync((0, 3, [Accept]), (3, 4, [Accept]))).ShouldBe(ErrorCode.InvalidRecordState, "one record twice");
        (await member.AcknowledgeAsync((4, 5, [Accept]), (0, 1, [Accept]))).ShouldBe(ErrorCode.InvalidRequest, "not in order");
        (await member.AcknowledgeAsync(0, 3)).ShouldBe(ErrorCode.InvalidRequest, "no type");
        (await member.AcknowledgeAsync(0, 3, Accept, Accept)).ShouldBe(ErrorCode.InvalidRequest, "types for some of them");
        (await member.AcknowledgeAsync(0, 3, 5)).ShouldBe(ErrorCode.InvalidRequest, "no such type");
        (await member.AcknowledgeAsync(0, 3, -1)).ShouldBe(ErrorCode.InvalidRequest, "no such type");
        (await member.AcknowledgeAsync(0, 3, 4)).ShouldBe(ErrorCode.InvalidRequest, "a renewal that is not announced");
        (await member.AcknowledgeAsync(0, 10, Accept)).ShouldBe(ErrorCode.InvalidRequest, "never given out");
        (await member.AcknowledgeAsync(6, 8, Accept)).ShouldBe(ErrorCode.InvalidRecordState, "the last of them has another member");
        (await other.AcknowledgeAsync(0, 1, Accept)).ShouldBe(ErrorCode.InvalidRecordState);
        (await bench.StateAsync()).StateBatches.ShouldBeEmpty();

        (await member.AcknowledgeAsync(4, 7, Accept)).ShouldBe(ErrorCode.None);
        (await member.AcknowledgeAsync(4, 7, Accept)).ShouldBe(ErrorCode.InvalidRecordState, "said already");
        (await member.AcknowledgeAsync(0, 3, Accept)).ShouldBe(ErrorCode.None);
        (await member.AcknowledgeAsync(0, 3, Accept)).ShouldBe(ErrorCode.None, "below the start");
    }

    [Fact]
    public async Task A_group_that_is_begun_anew_leaves_the_old_leader_nothing_to_say()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(4);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync()).ShouldBe([(0, 3, 1)]);
        await bench.InitializeAsync(startOffset: 2);
        (await member.AcknowledgeAsync(0, 3, Accept)).ShouldBe(ErrorCode.NotLeaderOrFollower);
        (await member.AcquireAsync()).ShouldBe([(2, 3, 1)]);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_takes_its_share_partitions_along()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(4);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync()).ShouldBe([(0, 3, 1)]);
        (await bench.Producer.DeleteTopicAsync(bench.Topic.Name)).ShouldBe(ErrorCode.None);
        (await member.AcknowledgeAsync(0, 3, Accept)).ShouldBe(ErrorCode.UnknownTopicId);
        (await member.FetchAsync()).ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
    }
}
