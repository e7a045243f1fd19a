using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Share;

/// <summary>Members that come, stay and go in a share group.</summary>
public sealed class ShareGroupTests : IDisposable
{
    private readonly ShareGroupBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_first_member_gets_everything_once_there_is_state()
    {
        ShareGroupHeartbeatResponse joined = _bench.Beat("a", 0, ["t"]);
        (joined.ErrorCode, joined.MemberId, joined.MemberEpoch, joined.HeartbeatIntervalMs).ShouldBe((ErrorCode.None, "a", 2, 5000));
        _bench.Assigned(joined).ShouldBe("");
        _bench.Group.StateName.ShouldBe("Stable");
        _bench.Groups.Log.Types.ShouldBe([10, 11, 13, 12, 14, 15]);
        _bench.Groups.Log.BatchCount.ShouldBe(1);

        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Stored().ShouldBe("t0 t1 t2 t3");
        _bench.Store.States.Values.ShouldAllBe(static state => state.StateEpoch == 2 && state.StartOffset == -1);
        _bench.Group.Epoch.ShouldBe(2, "the next heartbeat begins a new epoch, and nothing else");

        ShareGroupHeartbeatResponse told = _bench.Beat("a", 2);
        (told.MemberEpoch, _bench.Assigned(told)).ShouldBe((3, "t0 t1 t2 t3"));
        int batches = _bench.Groups.Log.BatchCount;
        ShareGroupHeartbeatResponse quiet = _bench.Beat("a", 3);
        (quiet.ErrorCode, quiet.MemberEpoch, quiet.Assignment).ShouldBe((ErrorCode.None, 3, null));
        _bench.Groups.Log.BatchCount.ShouldBe(batches, "a heartbeat that changes nothing writes nothing");
        _bench.Groups.RunBackground().ShouldBe(0);
    }

    [Fact]
    public void Partitions_move_in_one_step()
    {
        _bench.Settle("a");
        ShareGroupHeartbeatResponse second = _bench.Beat("b", 0, ["t"]);
        string taken = _bench.Assigned(second)!;
        (second.MemberEpoch, taken.Split(' ').Length).ShouldBe((4, 2), "it need not wait for the other one to give them up");
        ShareGroupHeartbeatResponse first = _bench.Beat("a", 3);
        first.MemberEpoch.ShouldBe(4);
        $"{_bench.Assigned(first)} {taken}".Split(' ').Order().ShouldBe(["t0", "t1", "t2", "t3"]);
    }

    [Fact]
    public void More_members_than_partitions_share_them()
    {
        _bench.Groups.SetTopics(("t", 2));
        _bench.Settle("a", "b", "c");
        string[] assigned = [.. "abc".Select(id => _bench.Text(_bench.Member(id.ToString()).Assigned))];
        assigned.ShouldAllBe(static each => each.Length > 0);
        string.Join(' ', assigned).Split(' ').CountBy(static each => each).ShouldAllBe(static each => each.Value == 2);
    }

    [Fact]
    public void A_member_that_leaves_makes_room()
    {
        _bench.Settle("a", "b");
        int epoch = _bench.Group.Epoch;
        ShareGroupHeartbeatResponse left = _bench.Beat("a", -1);
        (left.ErrorCode, left.MemberId, left.MemberEpoch).ShouldBe((ErrorCode.None, "a", -1));
        _bench.Group.Epoch.ShouldBe(epoch + 1);
        ShareGroupHeartbeatResponse rest = _bench.Beat("b", epoch);
        (rest.MemberEpoch, _bench.Assigned(rest)).ShouldBe((epoch + 1, "t0 t1 t2 t3"));
        _bench.Beat("a", epoch).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Beat("a", -1).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Beat("b", -1);
        _bench.Group.StateName.ShouldBe("Empty");
        _bench.Group.MetadataHash.ShouldBe(0);
    }

    [Fact]
    public void A_member_that_is_silent_for_too_long_is_removed()
    {
        _bench.Settle("a", "b");
        _bench.Groups.Advance(30_000);
        _bench.Beat("b", _bench.Member("b").Epoch);
        _bench.Groups.Advance(15_001);
        _bench.Group.Members.Keys.ShouldBe(["b"]);
        _bench.Assigned(_bench.Beat("b", _bench.Member("b").Epoch)).ShouldBe("t0 t1 t2 t3");

        _bench.Groups.Restart();
        _bench.Groups.Advance(44_999);
        _bench.Group.Members.Count.ShouldBe(1, "sessions begin anew when the broker starts");
        _bench.Groups.Advance(2);
        _bench.Group.Members.ShouldBeEmpty("and then end");
    }

    [Fact]
    public void A_removal_that_cannot_be_written_is_tried_again()
    {
        _bench.Settle("a");
        _bench.Groups.Log.Error = ErrorCode.NotCoordinator;
        _bench.Groups.Advance(45_001);
        _bench.Group.Members.Count.ShouldBe(1);
        _bench.Groups.Log.Error = ErrorCode.None;
        _bench.Groups.Advance(501);
        _bench.Group.Members.ShouldBeEmpty();
    }

    [Fact]
    public void Epochs_are_checked()
    {
        _bench.Settle("a");
        _bench.Beat("a", 4).ErrorCode.ShouldBe(ErrorCode.FencedMemberEpoch, "from the future");
        _bench.Beat("a", 1).ErrorCode.ShouldBe(ErrorCode.FencedMemberEpoch, "before the previous one");
        ShareGroupHeartbeatResponse lost = _bench.Beat("a", 2);
        (lost.ErrorCode, lost.MemberEpoch).ShouldBe((ErrorCode.None, 3), "the previous one: the answer was lost");
        ShareGroupHeartbeatResponse again = _bench.Beat("a", 0, ["t"]);
        (again.ErrorCode, again.MemberEpoch, _bench.Assigned(again)).ShouldBe((ErrorCode.None, 3, "t0 t1 t2 t3"), "who joins again is told everything");
        _bench.Beat("x", 3).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Beat("x", 3, group: "none").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
        _bench.Beat("x", -1, group: "none").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
    }

    [Theory]
    [InlineData("", 0, "t", null, "g")]
    [InlineData("  ", 0, "t", null, "g")]
    [InlineData("0123456789012345678901234567890123456", 0, "t", null, "g")]
    [InlineData("a", 0, "t", null, "")]
    [InlineData("a", 0, "t", " ", "g")]
    [InlineData("a", 0, null, null, "g")]
    [InlineData("a", 0, "", null, "g")]
    [InlineData("a", -2, "t", null, "g")]
    public void A_request_that_makes_no_sense_is_refused(string memberId, int epoch, string? topic, string? rackId, string group)
    {
        string[]? topics = topic is null ? null : topic.Length == 0 ? [] : [topic];
        ShareGroupHeartbeatResponse response = _bench.Beat(memberId, epoch, topics, rackId, group);
        response.ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        response.ErrorMessage.ShouldNotBeNull();
        _bench.Groups.Shard.Groups.ShouldBeEmpty();
    }

    [Fact]
    public void A_group_has_a_largest_size()
    {
        using ShareGroupBench bench = new("group.share.max.size=2");
        bench.Settle("a", "b");
        bench.Beat("c", 0, ["t"]).ErrorCode.ShouldBe(ErrorCode.GroupMaxSizeReached);
        bench.Beat("a", 0, ["t"]).ErrorCode.ShouldBe(ErrorCode.None, "a member that joins again is none more");
        bench.Beat("b", -1);
        bench.Beat("c", 0, ["t"]).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void A_new_subscription_begins_a_new_epoch_and_drops_what_it_does_not_name()
    {
        _bench.Settle("a");
        ShareGroupHeartbeatResponse changed = _bench.Beat("a", 3, ["u"]);
        (changed.MemberEpoch, _bench.Assigned(changed)).ShouldBe((4, ""));
        _bench.Groups.RunBackground();
        _bench.Stored().ShouldBe("t0 t1 t2 t3 u0 u1");
        ShareGroupHeartbeatResponse told = _bench.Beat("a", 4);
        (told.MemberEpoch, _bench.Assigned(told)).ShouldBe((5, "u0 u1"));
        _bench.Assigned(_bench.Beat("a", 5, ["u"])).ShouldBe("u0 u1", "who names topics is told what it has");
        _bench.Group.Epoch.ShouldBe(5, "the same names are nothing new");
        _bench.Group.State.Initialized.Count.ShouldBe(6, "state stays: the group may come back to it");
    }

    [Fact]
    public void Attributes_without_consequences_are_stored_in_the_same_epoch()
    {
        _bench.Settle("a");
        _bench.Beat("a", 3, rackId: "r1", clientId: "other").MemberEpoch.ShouldBe(3);
        (_bench.Member("a").RackId, _bench.Member("a").Client.Id).ShouldBe(("r1", "other"));
    }

    [Fact]
    public void Members_that_come_together_share_one_target()
    {
        using ShareGroupBench bench = new("group.share.assignment.interval.ms=1000");
        bench.Join("a");
        bench.Join("b").MemberEpoch.ShouldBe(2, "the target is as old as the group's first");
        bench.Beat("a", 2).MemberEpoch.ShouldBe(2);
        (bench.Group.Epoch, bench.Group.TargetEpoch).ShouldBe((3, 2));
        bench.Groups.Advance(1_000);
        ShareGroupHeartbeatResponse told = bench.Beat("a", 2);
        (told.MemberEpoch, bench.Assigned(told)!.Split(' ').Length).ShouldBe((3, 2));
    }

    [Fact]
    public void What_a_member_gave_up_is_not_given_back_while_the_next_target_waits()
    {
        using ShareGroupBench bench = new("group.share.assignment.interval.ms=1000");
        bench.Join("a", "t", "u");
        bench.Groups.Advance(1_000);
        bench.Assigned(bench.Beat("a", 2)).ShouldBe("t0 t1 t2 t3 u0 u1");
        ShareGroupHeartbeatResponse changed = bench.Beat("a", 3, ["u"]);
        (changed.MemberEpoch, bench.Assigned(changed)).ShouldBe((3, "u0 u1"));
    }

    [Fact]
    public void A_group_may_have_settings_of_its_own_within_the_brokers_bounds()
    {
        _bench.Groups.GroupSettings["g"] = new() { ["share.heartbeat.interval.ms"] = "7000", ["share.session.timeout.ms"] = "50000", ["share.assignment.interval.ms"] = "2000" };
        _bench.Beat("a", 0, ["t"]).HeartbeatIntervalMs.ShouldBe(7000);
        _bench.Groups.RunBackground();
        _bench.Beat("a", 2).MemberEpoch.ShouldBe(2, "the next target waits for two seconds");
        _bench.Groups.Advance(49_999);
        _bench.Group.Members.Count.ShouldBe(1);
        _bench.Groups.Advance(2);
        _bench.Group.Members.ShouldBeEmpty();
        _bench.Groups.GroupSettings["g"] = new() { ["share.heartbeat.interval.ms"] = "1" };
        _bench.Beat("a", 0, ["t"]).HeartbeatIntervalMs.ShouldBe(5000);
    }

    [Fact]
    public void What_cannot_be_written_has_not_happened()
    {
        _bench.Groups.Log.Error = ErrorCode.CoordinatorNotAvailable;
        _bench.Beat("a", 0, ["t"]).ErrorCode.ShouldBe(ErrorCode.CoordinatorNotAvailable);
        _bench.Groups.Shard.Groups.ShouldBeEmpty();
        _bench.Groups.RunBackground().ShouldBe(0);
        _bench.Groups.Log.Error = ErrorCode.None;
        _bench.Settle("a");
        _bench.Groups.Log.Error = ErrorCode.CoordinatorNotAvailable;
        _bench.Beat("a", -1).ErrorCode.ShouldBe(ErrorCode.CoordinatorNotAvailable);
        _bench.Group.Members.Count.ShouldBe(1);
    }

    [Fact]
    public void A_group_is_described_as_it_is()
    {
        _bench.Beat("a", 0, ["t", "none"], rackId: "r");
        _bench.Groups.RunBackground();
        _bench.Beat("a", 2);
        ShareGroupDescribeResponse.DescribedGroup group = new();
        _bench.Groups.Shard.Share.Describe("g", group);
        (group.ErrorCode, group.GroupId, group.GroupState, group.GroupEpoch, group.AssignmentEpoch, group.AssignorName).ShouldBe((ErrorCode.None, "g", "Stable", 3, 3, "simple"));
        ShareGroupDescribeResponse.Member member = group.Members.ShouldHaveSingleItem();
        (member.MemberId, member.RackId, member.MemberEpoch, member.ClientId, member.ClientHost).ShouldBe(("a", "r", 3, "client", "/127.0.0.1"));
        member.SubscribedTopicNames.ShouldBe(["none", "t"]);
        ShareGroupDescribeResponse.TopicPartitions topic = member.Assignment.TopicPartitions.ShouldHaveSingleItem();
        (topic.TopicName, topic.TopicId).ShouldBe(("t", _bench.Id("t")));
        topic.Partitions.ShouldBe([0, 1, 2, 3]);

        foreach ((string id, ErrorCode error) in new[] { ("none", ErrorCode.GroupIdNotFound), ("", ErrorCode.InvalidGroupId) })
        {
            ShareGroupDescribeResponse.DescribedGroup absent = new();
            _bench.Groups.Shard.Share.Describe(id, absent);
            (absent.ErrorCode, absent.GroupId).ShouldBe((error, id));
        }
    }

    [Fact]
    public void A_group_is_listed_with_its_type_and_state_until_it_is_deleted()
    {
        _bench.Settle("a");
        List("Stable").ShouldBe(["g share share Stable"]);
        List("empty").ShouldBeEmpty();
        _bench.Beat("a", -1);
        List("empty").ShouldBe(["g share share Empty"]);
        _bench.Groups.Advance(30L * 24 * 60 * 60 * 1000);
        List("empty").ShouldNotBeEmpty("share groups do not expire");

        string[] List(string state)
        {
            ListGroupsRequest request = new();
            request.StatesFilter.Add(state);
            request.TypesFilter.Add("SHARE");
            ListGroupsResponse response = new();
            _bench.Groups.Shard.List(request, response);
            return [.. response.Groups.Select(static group => $"{group.GroupId} {group.GroupType} {group.ProtocolType} {group.GroupState}")];
        }
    }

    [Fact]
    public void A_restarted_broker_goes_on_where_it_was()
    {
        _bench.Settle("a", "b");
        string before = _bench.Text(_bench.Member("a").Assigned);
        int epoch = _bench.Group.Epoch;
        _bench.Groups.Restart();
        _bench.Groups.RunBackground().ShouldBe(0);
        _bench.Text(_bench.Member("a").Assigned).ShouldBe(before);
        ShareGroupHeartbeatResponse quiet = _bench.Beat("a", epoch);
        (quiet.ErrorCode, quiet.MemberEpoch, quiet.Assignment).ShouldBe((ErrorCode.None, epoch, null));
    }
}
