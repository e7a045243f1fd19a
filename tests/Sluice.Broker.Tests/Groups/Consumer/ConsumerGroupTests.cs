using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>Members that come, stay and go in a group of the consumer protocol.</summary>
public sealed class ConsumerGroupTests : IDisposable
{
    private readonly ConsumerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_first_member_gets_everything_at_once()
    {
        ConsumerGroupHeartbeatResponse joined = _bench.Join("a");
        (joined.ErrorCode, joined.MemberId, joined.MemberEpoch, joined.HeartbeatIntervalMs).ShouldBe((ErrorCode.None, "a", 2, 5000));
        _bench.Assigned(joined).ShouldBe("t0 t1 t2 t3");
        _bench.Group.StateName.ShouldBe("Stable");
        _bench.Groups.Log.Types.ShouldBe([5, 3, 7, 6, 8]);
        _bench.Groups.Log.BatchCount.ShouldBe(1);

        ConsumerGroupHeartbeatResponse quiet = _bench.Beat("a", 2);
        (quiet.ErrorCode, quiet.MemberEpoch).ShouldBe((ErrorCode.None, 2));
        quiet.Assignment.ShouldBeNull();
        _bench.Groups.Log.BatchCount.ShouldBe(1, "a heartbeat that changes nothing writes nothing");
    }

    [Fact]
    public void A_partition_is_given_away_only_after_it_was_given_up()
    {
        _bench.Join("a");
        ConsumerGroupHeartbeatResponse second = _bench.Join("b");
        (second.MemberEpoch, _bench.Assigned(second)).ShouldBe((3, ""));
        _bench.Member("b").State.ShouldBe(ConsumerMemberState.UnreleasedPartitions);

        ConsumerGroupHeartbeatResponse told = _bench.Beat("a", 2);
        told.MemberEpoch.ShouldBe(2, "the epoch stays until the partitions are given up");
        string kept = _bench.Assigned(told)!;
        kept.Split(' ').Length.ShouldBe(2);
        _bench.Member("a").State.ShouldBe(ConsumerMemberState.UnrevokedPartitions);
        _bench.Group.StateName.ShouldBe("Reconciling");
        _bench.Beat("b", 3).Assignment.ShouldBeNull();
        _bench.Beat("a", 2, owned: _bench.Set("t0 t1 t2 t3")).Assignment.ShouldBeNull();

        ConsumerGroupHeartbeatResponse gaveUp = _bench.Beat("a", 2, owned: _bench.Set(kept));
        (gaveUp.MemberEpoch, gaveUp.Assignment).ShouldBe((3, null));
        string taken = _bench.Assigned(_bench.Beat("b", 3))!;
        $"{kept} {taken}".Split(' ').Order().ShouldBe(["t0", "t1", "t2", "t3"]);
        _bench.Group.StateName.ShouldBe("Stable");
    }

    [Fact]
    public void A_member_that_leaves_makes_room()
    {
        StablePair();
        ConsumerGroupHeartbeatResponse left = _bench.Beat("a", -1);
        (left.ErrorCode, left.MemberId, left.MemberEpoch).ShouldBe((ErrorCode.None, "a", -1));
        _bench.Group.Epoch.ShouldBe(4);
        _bench.Group.StateName.ShouldBe("Assigning");
        ConsumerGroupHeartbeatResponse rest = _bench.Beat("b", 3);
        (rest.MemberEpoch, _bench.Assigned(rest)).ShouldBe((4, "t0 t1 t2 t3"));
        _bench.Beat("a", 3).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Beat("a", -1).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Beat("b", -1);
        _bench.Group.StateName.ShouldBe("Empty");
        _bench.Beat("x", -1, group: "none").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
        _bench.Beat("x", 6, group: "none").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
    }

    [Fact]
    public void A_member_that_is_silent_for_too_long_is_removed()
    {
        StablePair();
        _bench.Groups.Advance(30_000);
        _bench.Beat("b", 3);
        _bench.Groups.Advance(15_001);
        _bench.Group.Members.Keys.ShouldBe(["b"]);
        _bench.Assigned(_bench.Beat("b", 3)).ShouldBe("t0 t1 t2 t3");

        ConsumerGroupHeartbeatResponse back = _bench.Join("a");
        (back.ErrorCode, back.MemberEpoch).ShouldBe((ErrorCode.None, 5));
        _bench.Groups.Restart();
        _bench.Groups.Advance(45_001);
        _bench.Group.Members.ShouldBeEmpty("sessions begin anew when the broker starts, and then end");
    }

    [Fact]
    public void A_member_that_does_not_give_up_in_time_is_removed()
    {
        _bench.Join("a", rebalanceMs: 10_000);
        _bench.Join("b");
        _bench.Beat("a", 2);
        _bench.Groups.Advance(6_000);
        _bench.Beat("a", 2);
        _bench.Beat("b", 3);
        _bench.Groups.Advance(4_001);
        _bench.Group.Members.Keys.ShouldBe(["b"]);
        _bench.Assigned(_bench.Beat("b", 3)).ShouldBe("t0 t1 t2 t3");
    }

    [Fact]
    public void Giving_up_in_time_ends_the_wait()
    {
        _bench.Join("a", rebalanceMs: 10_000);
        _bench.Join("b");
        string kept = _bench.Assigned(_bench.Beat("a", 2))!;
        _bench.Beat("a", 2, owned: _bench.Set(kept)).MemberEpoch.ShouldBe(3);
        _bench.Groups.Advance(20_000);
        _bench.Group.Members.Count.ShouldBe(2);
    }

    [Fact]
    public void Epochs_are_checked()
    {
        StablePair();
        _bench.Beat("a", 4).ErrorCode.ShouldBe(ErrorCode.FencedMemberEpoch, "from the future");
        _bench.Beat("a", 2).ErrorCode.ShouldBe(ErrorCode.FencedMemberEpoch, "the previous one, without saying what it owns");
        _bench.Beat("a", 2, owned: _bench.Set("t0 t1 t2 t3")).ErrorCode.ShouldBe(ErrorCode.FencedMemberEpoch, "the previous one, owning what it was not given");
        _bench.Beat("a", 2, owned: PartitionSet.Empty).ErrorCode.ShouldBe(ErrorCode.None, "the answer was lost");
        _bench.Beat("x", 2).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);

        // A member that was fenced joins again under its id: what it was given is still its own.
        string before = _bench.Text(_bench.Member("a").Assigned);
        ConsumerGroupHeartbeatResponse again = _bench.Join("a");
        (again.ErrorCode, again.MemberEpoch, _bench.Assigned(again)).ShouldBe((ErrorCode.None, 3, before));
    }

    [Fact]
    public void A_full_group_takes_nobody_in()
    {
        using ConsumerBench bench = new("group.consumer.max.size=1");
        bench.Join("a");
        bench.Join("b").ErrorCode.ShouldBe(ErrorCode.GroupMaxSizeReached);
        bench.Join("a").ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void A_changed_subscription_gives_up_what_is_not_wanted_any_more()
    {
        _bench.Join("a", ["t", "u"]);
        ConsumerGroupHeartbeatResponse told = _bench.Beat("a", 2, ["u"]);
        (told.MemberEpoch, _bench.Assigned(told)).ShouldBe((2, "u0 u1"));
        _bench.Member("a").State.ShouldBe(ConsumerMemberState.UnrevokedPartitions);
        _bench.Beat("a", 2, owned: _bench.Set("u0 u1")).MemberEpoch.ShouldBe(3);

        ConsumerGroupHeartbeatResponse more = _bench.Beat("a", 3, ["t", "u", "none"]);
        (more.MemberEpoch, _bench.Assigned(more)).ShouldBe((4, "t0 t1 t2 t3 u0 u1"));
        _bench.Group.IsSubscribedTo("none").ShouldBeTrue();
    }

    [Fact]
    public void Topics_that_change_are_assigned_anew()
    {
        _bench.Join("a", ["t", "new"]);
        _bench.Groups.SetTopics(("t", 5), ("u", 2));
        ConsumerGroupHeartbeatResponse more = _bench.Beat("a", 2);
        (more.MemberEpoch, _bench.Assigned(more)).ShouldBe((3, "t0 t1 t2 t3 t4"));

        _bench.Groups.SetTopics(("t", 5), ("u", 3));
        _bench.Beat("a", 3).MemberEpoch.ShouldBe(3, "a topic that nobody reads");
        _bench.Groups.SetTopics(("t", 5), ("u", 3), ("new", 1));
        ConsumerGroupHeartbeatResponse made = _bench.Beat("a", 3);
        (made.MemberEpoch, made.Assignment!.TopicPartitions.Count).ShouldBe((4, 2));

        _bench.Groups.SetTopics(("u", 3), ("new", 1));
        ConsumerGroupHeartbeatResponse deleted = _bench.Beat("a", 4);
        deleted.Assignment!.TopicPartitions.ShouldHaveSingleItem().TopicId.ShouldBe(_bench.Id("new"));
        _bench.Beat("a", 4, owned: PartitionSet.From([(_bench.Id("new"), 0)])).MemberEpoch.ShouldBe(5);
    }

    [Fact]
    public void Members_that_come_together_get_one_assignment()
    {
        using ConsumerBench bench = new("group.consumer.assignment.interval.ms=1000");
        bench.Assigned(bench.Join("a")).ShouldBe("t0 t1 t2 t3");
        foreach (string id in (string[])["b", "c", "d"]) bench.Join(id).MemberEpoch.ShouldBe(2, "the target is not made anew within a second");
        (bench.Group.Epoch, bench.Group.TargetEpoch).ShouldBe((5, 2));
        bench.Groups.Advance(1_000);
        bench.Beat("b", 2).MemberEpoch.ShouldBe(5);
        bench.Group.TargetEpoch.ShouldBe(5);
        bench.Group.Targets.Values.ShouldAllBe(static target => target.Count == 1);
    }

    [Fact]
    public void Most_members_choose_the_assignor()
    {
        _bench.Join("b", ["t", "u"], assignor: "range");
        _bench.Beat("b", 2, owned: _bench.Set("t0 t1 t2 t3 u0 u1"));
        _bench.Join("a", ["t", "u"], assignor: "range");
        _bench.Text(_bench.Group.Targets["a"]).ShouldBe("t0 t1 u0");
        _bench.Text(_bench.Group.Targets["b"]).ShouldBe("t2 t3 u1");
        Describe().AssignorName.ShouldBe("range");
    }

    [Fact]
    public void Groups_may_have_a_rhythm_of_their_own()
    {
        _bench.Groups.GroupSettings["g"] = new() { ["consumer.heartbeat.interval.ms"] = "7000", ["consumer.session.timeout.ms"] = "50000" };
        _bench.Join("a").HeartbeatIntervalMs.ShouldBe(7000);
        _bench.Groups.Advance(49_000);
        _bench.Group.Members.Count.ShouldBe(1);
        _bench.Groups.Advance(1_001);
        _bench.Group.Members.ShouldBeEmpty();

        // Stored when the bounds were others.
        _bench.Groups.GroupSettings["g"] = new() { ["consumer.heartbeat.interval.ms"] = "1" };
        _bench.Join("a").HeartbeatIntervalMs.ShouldBe(5000);
    }

    [Fact]
    public void A_group_is_described_as_it_is()
    {
        StablePair();
        ConsumerGroupDescribeResponse.DescribedGroup group = Describe();
        (group.ErrorCode, group.GroupState, group.GroupEpoch, group.AssignmentEpoch, group.AssignorName).ShouldBe((ErrorCode.None, "Stable", 3, 3, "uniform"));
        ConsumerGroupDescribeResponse.Member member = group.Members.Single(static member => member.MemberId == "a");
        (member.MemberEpoch, member.MemberType, member.ClientId, member.ClientHost).ShouldBe((3, (sbyte)1, "client", "/127.0.0.1"));
        member.SubscribedTopicNames.ShouldBe(["t"]);
        member.Assignment.TopicPartitions.ShouldHaveSingleItem().Partitions.Count.ShouldBe(2);
        member.TargetAssignment.TopicPartitions.ShouldHaveSingleItem().TopicName.ShouldBe("t");
        Describe("none").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
        Describe("").ErrorCode.ShouldBe(ErrorCode.InvalidGroupId);

        ListGroupsResponse list = new();
        ListGroupsRequest request = new();
        request.TypesFilter.Add("consumer");
        _bench.Groups.Shard.List(request, list);
        ListGroupsResponse.ListedGroup entry = list.Groups.ShouldHaveSingleItem();
        (entry.GroupId, entry.GroupType, entry.GroupState, entry.ProtocolType).ShouldBe(("g", "consumer", "Stable", "consumer"));
        DescribeGroupsResponse.DescribedGroup classic = new();
        _bench.Groups.Shard.Describe("g", 6, classic);
        classic.ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
    }

    [Fact]
    public void Only_an_empty_group_is_deleted()
    {
        _bench.Join("a");
        _bench.Groups.Shard.Delete("g").ShouldBe(ErrorCode.NonEmptyGroup);
        _bench.Beat("a", -1);
        _bench.Groups.Shard.Delete("g").ShouldBe(ErrorCode.None);
        _bench.Groups.Shard.Groups.ShouldBeEmpty();
        _bench.Groups.Log.Types.TakeLast(3).ShouldBe([6, 4, 3]);
    }

    private ConsumerGroupDescribeResponse.DescribedGroup Describe(string group = "g")
    {
        ConsumerGroupDescribeResponse.DescribedGroup response = new();
        _bench.Groups.Shard.Consumer.Describe(group, response);
        return response;
    }

    // Two members in epoch 2 with two partitions each.
    private void StablePair()
    {
        _bench.Join("a");
        _bench.Join("b");
        string kept = _bench.Assigned(_bench.Beat("a", 2))!;
        _bench.Beat("a", 2, owned: _bench.Set(kept)).MemberEpoch.ShouldBe(3);
        _bench.Beat("b", 3);
        _bench.Group.StateName.ShouldBe("Stable");
    }
}
