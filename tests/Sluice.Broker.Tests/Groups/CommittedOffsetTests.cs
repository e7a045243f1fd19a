using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups;

/// <summary>Committing, reading, deleting and expiring offsets.</summary>
public sealed class CommittedOffsetTests
{
    private const long DayMs = 24L * 60 * 60 * 1000;

    private readonly GroupBench _bench = new();

    public CommittedOffsetTests() => _bench.SetTopics(("t", 2), ("u", 1));

    [Fact]
    public void What_was_committed_is_read_after_a_restart()
    {
        _bench.Commit("t", 1, 42, metadata: "note").ShouldBe(ErrorCode.None);
        _bench.Commit("t", 1, 43, metadata: null).ShouldBe(ErrorCode.None);
        _bench.Commit("u", 0, 7).ShouldBe(ErrorCode.None);
        _bench.Restart();

        _bench.Committed("t", 1).ShouldBe(43);
        OffsetFetchResponse.OffsetFetchResponseGroup all = _bench.Fetch();
        all.Topics.Select(static topic => (topic.Name, topic.Partitions[0].PartitionIndex, topic.Partitions[0].CommittedOffset, topic.Partitions[0].Metadata)).ShouldBe(
            [("t", 1, 43L, ""), ("u", 0, 7L, "m")]);
        _bench.Committed("t", 0).ShouldBe(-1);
        _bench.Fetch("unknown", partitions: [("t", 0)]).Topics[0].Partitions[0].ShouldSatisfyAllConditions(
            entry => entry.ErrorCode.ShouldBe(ErrorCode.None),
            entry => entry.CommittedOffset.ShouldBe(-1),
            entry => entry.Metadata.ShouldBe(""));
    }

    [Fact]
    public void Wrong_partitions_and_long_texts_are_refused_one_by_one()
    {
        _bench.Commit("t", 2, 1).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        _bench.Commit("t", -1, 1).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        _bench.Commit("absent", 0, 1).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        _bench.Commit("t", 0, 1, metadata: new string('x', 4097)).ShouldBe(ErrorCode.OffsetMetadataTooLarge);
        _bench.Commit("t", 0, 1, metadata: new string('x', 4096)).ShouldBe(ErrorCode.None);
        _bench.Shard.Groups.ShouldHaveSingleItem();
    }

    [Fact]
    public void Who_is_in_no_group_commits_only_where_nobody_is()
    {
        _bench.Commit("t", 0, 1, generation: 3, version: 9).ShouldBe(ErrorCode.GroupIdNotFound);
        _bench.Commit("t", 0, 1, generation: 3, version: 8).ShouldBe(ErrorCode.IllegalGeneration);
        (string[] ids, int generation) = _bench.StableGroup(1);
        _bench.Commit("t", 0, 1).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Commit("t", 0, 1, memberId: "stranger", generation: generation).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Commit("t", 0, 1, memberId: ids[0], generation: generation + 1).ShouldBe(ErrorCode.IllegalGeneration);
        _bench.Commit("t", 0, 1, memberId: ids[0], generation: generation, instanceId: "x").ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Commit("t", 0, 1, memberId: ids[0], generation: generation).ShouldBe(ErrorCode.None);
        _bench.Join(ids[0]);
        _bench.State().ShouldBe("CompletingRebalance");
        _bench.Commit("t", 0, 2, memberId: ids[0], generation: generation + 1).ShouldBe(ErrorCode.RebalanceInProgress);
    }

    [Fact]
    public void A_member_may_commit_while_others_join()
    {
        (string[] ids, int generation) = _bench.StableGroup(1);
        _bench.JoinNew();
        _bench.State().ShouldBe("PreparingRebalance");
        _bench.Commit("t", 0, 9, memberId: ids[0], generation: generation).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void A_failed_append_changes_nothing()
    {
        _bench.Commit("t", 0, 1).ShouldBe(ErrorCode.None);
        _bench.Log.Error = ErrorCode.NotCoordinator;
        _bench.Commit("t", 0, 2).ShouldBe(ErrorCode.NotCoordinator);
        _bench.Committed("t", 0).ShouldBe(1);
    }

    [Fact]
    public void Offsets_of_an_earlier_topic_of_that_name_are_not_for_the_new_one()
    {
        _bench.Commit("t", 0, 5).ShouldBe(ErrorCode.None);
        Uuid before = Id();
        _bench.RestartWithTopics(("u", 1));
        _bench.RestartWithTopics(("t", 2), ("u", 1));
        Uuid after = Id();
        after.ShouldNotBe(before);

        FetchById(after).CommittedOffset.ShouldBe(-1);
        FetchById(Uuid.NewRandom()).ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
        _bench.Commit("t", 0, 6).ShouldBe(ErrorCode.None);
        FetchById(after).CommittedOffset.ShouldBe(6);

        Uuid Id()
        {
            OffsetFetchResponse.OffsetFetchResponseGroup response = new();
            _bench.Shard.Offsets.Fetch(new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = "g", Topics = null }, 10, requireStable: false, response);
            return response.Topics.Single().TopicId;
        }

        OffsetFetchResponse.OffsetFetchResponsePartitions FetchById(Uuid id)
        {
            OffsetFetchRequest.OffsetFetchRequestGroup request = new() { GroupId = "g", Topics = new MessageList<OffsetFetchRequest.OffsetFetchRequestTopics>() };
            OffsetFetchRequest.OffsetFetchRequestTopics topic = request.Topics.Add();
            topic.TopicId = id;
            topic.PartitionIndexes.Add(0);
            OffsetFetchResponse.OffsetFetchResponseGroup response = new();
            _bench.Shard.Offsets.Fetch(request, 10, requireStable: false, response);
            return response.Topics.Single().Partitions.Single();
        }
    }

    [Fact]
    public void Offsets_of_a_deleted_topic_go()
    {
        _bench.Commit("t", 0, 1).ShouldBe(ErrorCode.None);
        _bench.Commit("u", 0, 2).ShouldBe(ErrorCode.None);
        _bench.Shard.Offsets.OnTopicsDeleted(["t"]);
        _bench.Restart();
        _bench.Committed("t", 0).ShouldBe(-1);
        _bench.Committed("u", 0).ShouldBe(2);
    }

    [Fact]
    public void Offsets_expire_a_week_after_the_group_became_empty()
    {
        (string[] ids, int generation) = _bench.StableGroup(1, sessionMs: 1_800_000);
        _bench.Commit("t", 0, 1, memberId: ids[0], generation: generation).ShouldBe(ErrorCode.None);
        KeepAlive(8 * DayMs);
        _bench.Committed("t", 0).ShouldBe(1, "its topic is subscribed");
        _bench.Leave(members: [(ids[0], null)]);

        _bench.Advance((7 * DayMs) - 600_001);
        _bench.Committed("t", 0).ShouldBe(1);
        _bench.Advance(1_300_000);
        _bench.Committed("t", 0).ShouldBe(-1);
        _bench.Shard.Groups.ShouldBeEmpty("nothing is left of the group");
        _bench.Restart();
        _bench.Shard.Groups.ShouldBeEmpty();

        void KeepAlive(long milliseconds)
        {
            for (long elapsedMs = 0; elapsedMs < milliseconds; elapsedMs += 1_000_000)
            {
                _bench.Advance(1_000_000);
                _bench.Heartbeat(ids[0], generation).ShouldBe(ErrorCode.None);
            }
        }
    }

    [Fact]
    public void Offsets_of_a_group_that_nobody_joined_expire_by_their_commit()
    {
        _bench.Commit("t", 0, 1).ShouldBe(ErrorCode.None);
        _bench.Advance(4 * DayMs);
        _bench.Commit("t", 1, 1).ShouldBe(ErrorCode.None);
        _bench.Advance((3 * DayMs) + 1_200_000);
        _bench.Committed("t", 0).ShouldBe(-1);
        _bench.Committed("t", 1).ShouldBe(1);
    }

    [Fact]
    public void An_old_client_says_itself_when_its_offsets_expire()
    {
        OffsetCommitRequest request = new() { GroupId = "g", RetentionTimeMs = 1_000_000 };
        OffsetCommitRequest.OffsetCommitRequestTopic topic = request.Topics.Add();
        topic.Name = "t";
        topic.Partitions.Add().CommittedOffset = 5;
        _bench.Commit(request, 4).Topics[0].Partitions[0].ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Restart();
        _bench.Committed("t", 0).ShouldBe(5);
        _bench.Advance(1_200_001);
        _bench.Committed("t", 0).ShouldBe(-1);
    }

    [Fact]
    public void Offset_delete_leaves_subscribed_topics_alone()
    {
        (string[] ids, int generation) = _bench.StableGroup(1);
        _bench.Commit("t", 0, 1, memberId: ids[0], generation: generation).ShouldBe(ErrorCode.None);
        _bench.Commit("u", 0, 1, memberId: ids[0], generation: generation).ShouldBe(ErrorCode.None);
        OffsetDeleteRequest request = new() { GroupId = "g" };
        foreach (string name in new[] { "t", "u", "absent" })
        {
            OffsetDeleteRequest.OffsetDeleteRequestTopic topic = request.Topics.Add();
            topic.Name = name;
            topic.Partitions.Add().PartitionIndex = 0;
        }
        OffsetDeleteResponse response = new();
        _bench.Shard.Offsets.Delete(request, response);

        response.ErrorCode.ShouldBe(ErrorCode.None);
        response.Topics.Select(static topic => topic.Partitions[0].ErrorCode).ShouldBe(
            [ErrorCode.GroupSubscribedToTopic, ErrorCode.None, ErrorCode.UnknownTopicOrPartition]);
        _bench.Committed("u", 0).ShouldBe(-1);
        _bench.Committed("t", 0).ShouldBe(1);
        OffsetDeleteResponse absent = new();
        _bench.Shard.Offsets.Delete(new OffsetDeleteRequest { GroupId = "absent" }, absent);
        absent.ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
        _bench.Shard.Offsets.Delete(new OffsetDeleteRequest { GroupId = "" }, absent);
        absent.ErrorCode.ShouldBe(ErrorCode.InvalidGroupId);
    }

    [Fact]
    public void A_transactions_offsets_count_when_it_commits()
    {
        GroupOffsets offsets = new();
        offsets.Set("t", 0, At(1, recordOffset: 10));
        offsets.SetPending(5, "t", 0, At(2, recordOffset: 11));
        offsets.SetPending(6, "t", 1, At(3, recordOffset: 12));
        offsets.IsPending("t", 0).ShouldBeTrue();
        Value(0).ShouldBe(1);

        offsets.EndTransaction(5, isCommit: true);
        offsets.EndTransaction(6, isCommit: false);
        Value(0).ShouldBe(2);
        Value(1).ShouldBe(-1);
        offsets.HasPending.ShouldBeFalse();

        offsets.SetPending(5, "t", 0, At(4, recordOffset: 13));
        offsets.Set("t", 0, At(5, recordOffset: 14));
        offsets.EndTransaction(5, isCommit: true);
        Value(0).ShouldBe(5, "it was committed later");

        long Value(int partition) => offsets.TryGet("t", partition, out CommittedOffset committed) ? committed.Offset : -1;
        static CommittedOffset At(long offset, long recordOffset) => new(offset, -1, "", 0, -1, Uuid.Zero, recordOffset);
    }

    [Fact]
    public void Many_tombstones_go_into_several_batches()
    {
        _bench.SetTopics(("wide", 2500));
        OffsetCommitRequest request = new() { GroupId = "g" };
        OffsetCommitRequest.OffsetCommitRequestTopic topic = request.Topics.Add();
        topic.Name = "wide";
        for (int partition = 0; partition < 2500; partition++) topic.Partitions.Add().PartitionIndex = partition;
        _bench.Commit(request);
        _bench.Log.BatchCount.ShouldBe(1);

        _bench.Shard.Delete("g").ShouldBe(ErrorCode.None);
        _bench.Log.BatchCount.ShouldBe(4);
        _bench.Shard.Groups.ShouldBeEmpty();
    }
}
