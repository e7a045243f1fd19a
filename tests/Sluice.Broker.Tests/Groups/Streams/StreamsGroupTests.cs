using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Broker.Tests.Groups.Streams.StreamsGroupBench;

namespace Sluice.Broker.Tests.Groups.Streams;

/// <summary>Members that come, stay and go in a streams group.</summary>
public sealed class StreamsGroupTests : IDisposable
{
    private readonly StreamsGroupBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_first_member_gets_every_task_in_one_batch_of_records()
    {
        StreamsGroupHeartbeatResponse joined = _bench.Join("a");
        (joined.ErrorCode, joined.MemberId, joined.MemberEpoch, joined.HeartbeatIntervalMs, joined.Status!.Count).ShouldBe((ErrorCode.None, "a", 2, 5000, 0));
        joined.ActiveTasks!.ShouldHaveSingleItem().Partitions.ShouldBe([0, 1, 2, 3]);
        _bench.Groups.Log.Types.ShouldBe([19, 23, 17, 21, 20, 22]);
        _bench.Groups.Log.BatchCount.ShouldBe(1);
        StreamsGroupHeartbeatResponse quiet = _bench.Beat("a", 2);
        (quiet.ErrorCode, quiet.ActiveTasks).ShouldBe((ErrorCode.None, null));
        _bench.Groups.Log.BatchCount.ShouldBe(1, "a heartbeat that changes nothing writes nothing");
    }

    [Fact]
    public void A_task_is_given_away_only_after_its_owner_said_that_it_has_given_it_up()
    {
        _bench.Join("a");
        _bench.Join("b");
        _bench.Tasks("b").ShouldBe("");
        TaskSets both = _bench.Member("a").Assigned;
        _bench.Beat("a", 2, both).MemberEpoch.ShouldBe(2);
        _bench.Tasks("a").ShouldBe("0_0 0_1");
        _bench.Beat("b", 3);
        _bench.Tasks("b").ShouldBe("", "a has not given up yet");
        _bench.Beat("a", 2, both);
        _bench.Beat("b", 3);
        _bench.Tasks("b").ShouldBe("", "a says that it still has it");
        _bench.Beat("a", 2, _bench.Member("a").Assigned).MemberEpoch.ShouldBe(3);
        _bench.Beat("b", 3).ActiveTasks.ShouldNotBeNull();
        _bench.Tasks("b").ShouldBe("0_2 0_3");
        _bench.Group.StateName.ShouldBe("Stable");
    }

    [Fact]
    public void Who_does_not_give_up_in_time_and_who_is_not_heard_of_is_removed()
    {
        _bench.Join("a");
        _bench.Join("b");
        _bench.Beat("a", 2, _bench.Member("a").Assigned);
        for (int second = 0; second < 59; second++)
        {
            _bench.Groups.Advance(1000);
            _bench.Beat("a", 2).ErrorCode.ShouldBe(ErrorCode.None);
            _bench.Beat("b", _bench.Member("b").Epoch).ErrorCode.ShouldBe(ErrorCode.None);
        }
        _bench.Groups.Advance(1000);
        _bench.Beat("a", 2).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId, "60 seconds are over");
        _bench.Beat("b", 3).MemberEpoch.ShouldBe(4);
        _bench.Tasks("b").ShouldBe("0_0 0_1 0_2 0_3");
        _bench.Groups.Advance(44_999);
        _bench.Group.IsEmpty.ShouldBeFalse();
        _bench.Groups.Advance(1);
        _bench.Group.StateName.ShouldBe("Empty");
    }

    [Fact]
    public void The_first_assignment_waits_for_more_members()
    {
        using StreamsGroupBench bench = new("group.streams.initial.rebalance.delay.ms=3000");
        StreamsGroupHeartbeatResponse first = bench.Join("a");
        (first.MemberEpoch, first.Status!.Single().StatusCode).ShouldBe((1, (sbyte)StreamsStatus.AssignmentDelayed));
        bench.Groups.Advance(2000);
        bench.Join("b").Status!.Count.ShouldBe(1);
        bench.Groups.Advance(1000);
        bench.Beat("a", 1).Status!.Count.ShouldBe(0);
        bench.Beat("b", 1);
        (bench.Tasks("a"), bench.Tasks("b")).ShouldBe(("0_0 0_2", "0_1 0_3"));
    }

    [Fact]
    public void Members_that_come_soon_after_an_assignment_wait_for_the_next_one()
    {
        using StreamsGroupBench bench = new("group.streams.assignment.interval.ms=1000");
        bench.Join("a");
        bench.Join("b").Status!.Single().StatusCode.ShouldBe((sbyte)StreamsStatus.AssignmentDelayed);
        bench.Groups.Advance(1000);
        bench.Beat("b", 2).Status!.Count.ShouldBe(0);
        bench.Group.TargetEpoch.ShouldBe(3);
    }

    [Fact]
    public void Standby_copies_are_kept_by_other_processes_and_take_over()
    {
        _bench.Groups.GroupSettings["g"] = new() { ["streams.num.standby.replicas"] = "1" };
        _bench.Groups.SetTopics(("t", 2), ("c", 2));
        StreamsGroupHeartbeatRequest.TopologyData Topology() => StreamsGroupBench.Topology(Reading("t", changelog: "c"));
        _bench.Join("a", Topology());
        _bench.Join("b", Topology(), "p-a");
        _bench.Settle("a", "b");
        (_bench.Tasks("a"), _bench.Tasks("b")).ShouldBe(("0_0", "0_1"), "threads of one process keep no copies for each other");
        _bench.Join("c", Topology());
        _bench.Settle("a", "b", "c");
        string copies = _bench.Tasks("c");
        copies.ShouldBe("| standby 0_0 0_1".Insert(0, " "));
        _bench.Beat("a", -1).ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Settle("b", "c");
        _bench.Tasks("b").ShouldStartWith("0_1", Case.Sensitive, "it keeps what it has");
        _bench.Tasks("c").ShouldStartWith("0_0", Case.Sensitive, "its state is there");
    }

    [Fact]
    public void Missing_topics_are_told_and_what_comes_is_seen()
    {
        _bench.Groups.SetTopics(("u", 2));
        StreamsGroupHeartbeatRequest.TopologyData topology = Topology(Reading("t", sink: "r"), Reading(null, changelog: "c", repartition: "r"));
        StreamsGroupHeartbeatResponse joined = _bench.Join("a", topology);
        joined.Status!.Single().StatusCode.ShouldBe((sbyte)StreamsStatus.MissingSourceTopics);
        _bench.Missing.ShouldBeEmpty();
        _bench.Groups.SetTopics(("t", 3), ("u", 2));
        StreamsGroupHeartbeatResponse told = _bench.Beat("a", 2);
        told.Status!.Single().StatusCode.ShouldBe((sbyte)StreamsStatus.MissingInternalTopics);
        _bench.Missing.Select(static topic => (topic.Name, topic.PartitionCount, (int)topic.ReplicationFactor)).ShouldBe([("c", 3, -1), ("r", 3, -1)]);
        _bench.Group.StateName.ShouldBe("NotReady");
        _bench.Groups.SetTopics(("t", 3), ("u", 2), ("r", 3), ("c", 3));
        StreamsGroupHeartbeatResponse ready = _bench.Beat("a", told.MemberEpoch);
        ready.Status!.Count.ShouldBe(0);
        _bench.Tasks("a").ShouldBe("0_0 0_1 0_2 1_0 1_1 1_2");
        _bench.Groups.SetTopics(("t", 3), ("r", 3), ("c", 2));
        _bench.Beat("a", ready.MemberEpoch).Status!.Single().StatusCode.ShouldBe((sbyte)StreamsStatus.IncorrectlyPartitionedTopics);
    }

    [Fact]
    public void A_restarted_broker_goes_on_where_the_group_was()
    {
        _bench.Join("a");
        _bench.Join("b");
        _bench.Beat("a", 2, _bench.Member("a").Assigned);
        _bench.Groups.Restart();
        _bench.Group.StateName.ShouldBe("Reconciling");
        _bench.Beat("b", 3).ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Settle("a", "b");
        (_bench.Tasks("a"), _bench.Tasks("b")).ShouldBe(("0_0 0_1", "0_2 0_3"));
        _bench.Groups.RestartWithTopics(("t", 6), ("u", 2));
        _bench.Settle("a", "b");
        _bench.Member("a").Assigned.Active.Union(_bench.Member("b").Assigned.Active).Count.ShouldBe(6);
        _bench.Groups.Restart();
        _bench.Groups.Advance(45_000);
        _bench.Group.IsEmpty.ShouldBeTrue("sessions begin anew with the broker, and end");
    }

    [Fact]
    public void What_cannot_be_written_has_not_happened()
    {
        _bench.Join("a");
        _bench.Groups.Log.Error = ErrorCode.NotCoordinator;
        _bench.Join("b").ErrorCode.ShouldBe(ErrorCode.NotCoordinator);
        _bench.Beat("a", -1).ErrorCode.ShouldBe(ErrorCode.NotCoordinator);
        _bench.Group.Members.Keys.ShouldBe(["a"]);
        _bench.Groups.Advance(45_000);
        _bench.Group.Members.Keys.ShouldBe(["a"], "its removal is tried again");
        _bench.Groups.Log.Error = ErrorCode.None;
        _bench.Groups.Advance(500);
        _bench.Group.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Commits_of_the_epochs_since_a_task_was_given_count()
    {
        _bench.Join("a");
        _bench.Join("b");
        _bench.Settle("a", "b");
        _bench.Groups.Commit("t", 0, 5, memberId: "a", generation: 3).ShouldBe(ErrorCode.None);
        _bench.Groups.Commit("t", 0, 5, memberId: "a", generation: 2).ShouldBe(ErrorCode.None, "it has had the task since then");
        _bench.Groups.Commit("t", 0, 5, memberId: "a", generation: 1).ShouldBe(ErrorCode.StaleMemberEpoch);
        _bench.Groups.Commit("t", 2, 5, memberId: "a", generation: 2).ShouldBe(ErrorCode.StaleMemberEpoch, "that one it has given up");
        _bench.Groups.Commit("t", 2, 5, memberId: "b", generation: 2).ShouldBe(ErrorCode.StaleMemberEpoch, "it was given later");
        _bench.Groups.Commit("u", 0, 5, memberId: "a", generation: 2).ShouldBe(ErrorCode.StaleMemberEpoch, "the application does not read it");
        _bench.Groups.Commit("t", 0, 5, memberId: "a", generation: 3, version: 8).ShouldBe(ErrorCode.UnsupportedVersion);
        _bench.Groups.Commit("t", 0, 5).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Group.CheckCommit(new CommitIdentity("", null, -1, IsTransactional: true, 5)).ShouldBe(ErrorCode.None);
        _bench.Group.CheckCommit(new CommitIdentity("a", null, 4, IsTransactional: true, 5)).ShouldBe(ErrorCode.IllegalGeneration);
        _bench.Groups.Fetch(memberId: "a", memberEpoch: 2).ErrorCode.ShouldBe(ErrorCode.StaleMemberEpoch);
        _bench.Groups.Committed("t", 0).ShouldBe(5);
    }

    [Fact]
    public void Offsets_that_the_application_does_not_read_expire_and_an_empty_group_goes_with_its_last()
    {
        using StreamsGroupBench bench = new("offsets.retention.minutes=1", "offsets.retention.check.interval.ms=1000");
        bench.Join("a");
        bench.Groups.Commit("t", 0, 5, memberId: "a", generation: 2).ShouldBe(ErrorCode.None);
        bench.Groups.Commit("u", 0, 5, memberId: "a", generation: 2).ShouldBe(ErrorCode.None);
        for (int second = 0; second < 90; second++)
        {
            bench.Groups.Advance(1000);
            bench.Beat("a", 2);
        }
        (bench.Groups.Committed("t", 0), bench.Groups.Committed("u", 0)).ShouldBe((5, -1));
        bench.Beat("a", -1);
        bench.Groups.Advance(2000);
        bench.Groups.Shard.Groups.ContainsKey("g").ShouldBeFalse();
    }

    [Fact]
    public void An_empty_group_is_deleted_with_all_its_records()
    {
        _bench.Join("a");
        _bench.Groups.Shard.Delete("g").ShouldBe(ErrorCode.NonEmptyGroup);
        _bench.Beat("a", -1);
        _bench.Groups.Commit("t", 0, 5).ShouldBe(ErrorCode.None);
        _bench.Groups.Shard.Delete("g").ShouldBe(ErrorCode.None);
        _bench.Groups.Replayed().Groups.ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_classic_group_becomes_one_and_back_with_its_offsets()
    {
        _bench.Groups.Commit("t", 0, 7).ShouldBe(ErrorCode.None);
        _bench.Join("a").ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Committed("t", 0).ShouldBe(7);
        _bench.Groups.Join().Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Beat("a", -1);
        _bench.Groups.JoinNew().Response.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Shard.Groups["g"].Type.ShouldBe(GroupType.Classic);
        _bench.Groups.Committed("t", 0).ShouldBe(7);
        _bench.Join("a").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
    }

    [Fact]
    public void More_members_than_allowed_are_refused_and_those_there_are_go_on()
    {
        using StreamsGroupBench bench = new("group.streams.max.size=1");
        bench.Join("a");
        bench.Join("b").ErrorCode.ShouldBe(ErrorCode.GroupMaxSizeReached);
        bench.Join("a").ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void The_protocol_can_be_switched_off()
    {
        using StreamsGroupBench bench = new("group.coordinator.rebalance.protocols=classic,consumer");
        bench.Join("a").ErrorCode.ShouldBe(ErrorCode.UnsupportedVersion);
        StreamsGroupDescribeResponse.DescribedGroup described = new();
        bench.Groups.Shard.Streams.Describe("g", described);
        described.ErrorCode.ShouldBe(ErrorCode.UnsupportedVersion);
    }
}
