using System.Text;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups;

/// <summary>The classic group protocol, request by request, on a clock that the test moves.</summary>
public sealed class ClassicGroupTests
{
    private readonly GroupBench _bench = new();

    [Fact]
    public void A_member_gets_its_id_first()
    {
        JoinGroupResponse response = _bench.Join(clientId: "reader").Response;
        response.ProtocolName.ShouldBeNull();

        response.ErrorCode.ShouldBe(ErrorCode.MemberIdRequired);
        response.MemberId.ShouldStartWith("reader-");
        response.GenerationId.ShouldBe(-1);
        _bench.Shard.Groups["g"].IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Before_version4_a_member_joins_at_once()
    {
        (Task done, JoinGroupResponse response) = _bench.Join(version: 3);
        done.IsCompleted.ShouldBeFalse();

        _bench.Advance(3_000);

        done.IsCompletedSuccessfully.ShouldBeTrue();
        (response.ErrorCode, response.GenerationId, response.Leader, response.ProtocolName).ShouldBe((ErrorCode.None, 1, response.MemberId, "range"));
        response.Members.ShouldHaveSingleItem().MemberId.ShouldBe(response.MemberId);
    }

    [Fact]
    public void The_initial_delay_collects_members_until_nobody_new_comes()
    {
        var first = _bench.JoinNew();
        _bench.Advance(2_999);
        var second = _bench.JoinNew();
        _bench.Advance(1);
        first.Done.IsCompleted.ShouldBeFalse("somebody came meanwhile, so the delay begins anew");
        _bench.Advance(2_999);
        first.Done.IsCompleted.ShouldBeFalse();

        _bench.Advance(1);

        first.Done.IsCompletedSuccessfully.ShouldBeTrue();
        second.Done.IsCompletedSuccessfully.ShouldBeTrue();
        first.Response.GenerationId.ShouldBe(1);
        first.Response.Members.Count.ShouldBe(2);
        second.Response.Members.Count.ShouldBe(0, "only the leader gets the members");
        second.Response.Leader.ShouldBe(first.Response.MemberId);
    }

    [Fact]
    public void The_initial_delay_ends_with_the_rebalance_timeout_at_the_latest()
    {
        var first = _bench.JoinNew(rebalanceMs: 7_000);
        for (int second = 0; second < 7; second++)
        {
            first.Done.IsCompleted.ShouldBeFalse($"after {second} s");
            _bench.Advance(999);
            _bench.JoinNew(rebalanceMs: 7_000);
            _bench.Advance(1);
        }
        first.Done.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void The_leaders_assignment_reaches_everybody_and_is_stored()
    {
        (string[] ids, int generation) = _bench.StableGroup(3);

        foreach (string id in ids)
        {
            SyncGroupResponse again = _bench.Sync(id, generation).Response;
            (again.ErrorCode, Encoding.UTF8.GetString(again.Assignment.Span), again.ProtocolType, again.ProtocolName).ShouldBe((ErrorCode.None, id, "consumer", "range"));
        }
        _bench.Restart();
        _bench.State().ShouldBe("Stable");
        foreach (string id in ids)
        {
            _bench.Heartbeat(id, generation).ShouldBe(ErrorCode.None);
            Encoding.UTF8.GetString(_bench.Sync(id, generation).Response.Assignment.Span).ShouldBe(id);
        }
    }

    [Fact]
    public void Followers_that_ask_first_wait_for_the_leader()
    {
        var joins = new[] { _bench.JoinNew(), _bench.JoinNew() };
        _bench.Advance(6_000);
        (string leader, string follower) = (joins[0].Response.MemberId, joins[1].Response.MemberId);
        (Task done, SyncGroupResponse response) = _bench.Sync(follower, 1);
        done.IsCompleted.ShouldBeFalse();

        _bench.Sync(leader, 1, assignments: [(leader, "A"), ("nobody", "C")]);

        done.IsCompletedSuccessfully.ShouldBeTrue();
        response.ErrorCode.ShouldBe(ErrorCode.None);
        response.Assignment.Length.ShouldBe(0, "the leader left it out");
    }

    [Fact]
    public void A_new_member_has_the_others_join_again()
    {
        (string[] ids, int generation) = _bench.StableGroup(2);
        var newcomer = _bench.JoinNew();

        _bench.State().ShouldBe("PreparingRebalance");
        _bench.Heartbeat(ids[0], generation).ShouldBe(ErrorCode.RebalanceInProgress);
        _bench.Heartbeat(ids[1], generation).ShouldBe(ErrorCode.RebalanceInProgress);
        var first = _bench.Join(ids[0]);
        newcomer.Done.IsCompleted.ShouldBeFalse();
        var second = _bench.Join(ids[1]);

        newcomer.Done.IsCompletedSuccessfully.ShouldBeTrue();
        first.Done.IsCompletedSuccessfully.ShouldBeTrue();
        second.Response.GenerationId.ShouldBe(generation + 1);
        _bench.State().ShouldBe("CompletingRebalance");
        _bench.Heartbeat(ids[0], generation).ShouldBe(ErrorCode.IllegalGeneration);
    }

    [Fact]
    public void Members_that_do_not_join_again_in_time_are_removed()
    {
        (string[] ids, int generation) = _bench.StableGroup(2, sessionMs: 100_000);
        var newcomer = _bench.JoinNew(sessionMs: 100_000);
        _bench.Join(ids[0], sessionMs: 100_000);
        _bench.Advance(59_999);
        newcomer.Done.IsCompleted.ShouldBeFalse();

        _bench.Advance(1);

        newcomer.Done.IsCompletedSuccessfully.ShouldBeTrue();
        _bench.Heartbeat(ids[1], generation + 1).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Heartbeat(ids[0], generation + 1).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void A_session_that_ends_removes_the_member()
    {
        (string[] ids, int generation) = _bench.StableGroup(2);
        _bench.Advance(9_999);
        _bench.Heartbeat(ids[0], generation).ShouldBe(ErrorCode.None);

        _bench.Advance(1);

        _bench.Heartbeat(ids[1], generation).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Heartbeat(ids[0], generation).ShouldBe(ErrorCode.RebalanceInProgress);
        _bench.Join(ids[0]).Response.GenerationId.ShouldBe(generation + 1);
    }

    [Fact]
    public void A_commit_keeps_a_session_alive()
    {
        _bench.SetTopics(("t", 1));
        (string[] ids, int generation) = _bench.StableGroup(1);
        _bench.Advance(9_000);
        _bench.Commit("t", 0, 5, memberId: ids[0], generation: generation).ShouldBe(ErrorCode.None);
        _bench.Advance(9_000);
        _bench.Heartbeat(ids[0], generation).ShouldBe(ErrorCode.None);
        _bench.Advance(10_000);
        _bench.State().ShouldBe("Empty");
    }

    [Fact]
    public void Members_that_do_not_sync_in_time_are_removed()
    {
        var joins = new[] { _bench.JoinNew(sessionMs: 100_000), _bench.JoinNew(sessionMs: 100_000) };
        _bench.Advance(6_000);
        var sync = _bench.Sync(joins[0].Response.MemberId, 1, assignments: [(joins[0].Response.MemberId, "A")]);
        sync.Done.IsCompletedSuccessfully.ShouldBeTrue();

        _bench.Advance(60_000);

        _bench.State().ShouldBe("PreparingRebalance");
        _bench.Heartbeat(joins[1].Response.MemberId, 1).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Heartbeat(joins[0].Response.MemberId, 1).ShouldBe(ErrorCode.RebalanceInProgress);
    }

    [Fact]
    public void A_rebalance_answers_those_who_wait_for_an_assignment()
    {
        var joins = new[] { _bench.JoinNew(), _bench.JoinNew() };
        _bench.Advance(6_000);
        var sync = _bench.Sync(joins[1].Response.MemberId, 1);

        var newcomer = _bench.JoinNew();

        sync.Done.IsCompletedSuccessfully.ShouldBeTrue();
        sync.Response.ErrorCode.ShouldBe(ErrorCode.RebalanceInProgress);
        newcomer.Done.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Leaving_rebalances_and_the_last_one_leaves_an_empty_group()
    {
        (string[] ids, int generation) = _bench.StableGroup(2);
        LeaveGroupResponse left = _bench.Leave(members: [(ids[0], null), ("nobody", null)]);

        left.ErrorCode.ShouldBe(ErrorCode.None);
        left.Members.Select(static member => member.ErrorCode).ShouldBe([ErrorCode.None, ErrorCode.UnknownMemberId]);
        _bench.State().ShouldBe("PreparingRebalance");
        JoinGroupResponse again = _bench.Join(ids[1]).Response;
        (again.GenerationId, again.Leader).ShouldBe((generation + 1, ids[1]));
        _bench.Leave(version: 1, members: [(ids[1], null)]).ErrorCode.ShouldBe(ErrorCode.None);
        _bench.State().ShouldBe("Empty");
        _bench.Heartbeat(ids[1], generation + 1).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Restart();
        _bench.State().ShouldBe("Empty");
        ((ClassicGroup)_bench.Shard.Groups["g"]).Generation.ShouldBe(generation + 2);
    }

    [Fact]
    public void A_follower_that_looks_in_gets_the_generation_that_is()
    {
        (string[] ids, int generation) = _bench.StableGroup(2);
        JoinGroupResponse response = _bench.Join(ids[1]).Response;

        (response.ErrorCode, response.GenerationId, response.Leader, response.Members.Count).ShouldBe((ErrorCode.None, generation, ids[0], 0));
        _bench.State().ShouldBe("Stable");
    }

    [Fact]
    public void A_leader_that_joins_again_wants_another_assignment()
    {
        (string[] ids, int generation) = _bench.StableGroup(1);
        _bench.Join(ids[0]).Response.GenerationId.ShouldBe(generation + 1);
    }

    [Fact]
    public void Another_subscription_rebalances()
    {
        (string[] ids, _) = _bench.StableGroup(2);
        var again = _bench.Join(ids[1], protocols: [("range", GroupBench.Subscription("t", "u"))]);
        again.Done.IsCompleted.ShouldBeFalse();
        _bench.State().ShouldBe("PreparingRebalance");
    }

    [Fact]
    public void A_member_whose_join_answer_was_lost_gets_it_again()
    {
        var join = _bench.JoinNew();
        _bench.Advance(3_000);
        JoinGroupResponse again = _bench.Join(join.Response.MemberId).Response;

        (again.GenerationId, again.Members.Count).ShouldBe((1, 1));
        _bench.State().ShouldBe("CompletingRebalance");
    }

    [Fact]
    public void The_protocol_that_most_prefer_is_chosen_among_those_that_all_know()
    {
        byte[] subscription = GroupBench.Subscription("t");
        (string, byte[])[] rangeFirst = [("range", subscription), ("roundrobin", subscription)];
        (string, byte[])[] roundRobinFirst = [("sticky", subscription), ("roundrobin", subscription), ("range", subscription)];
        var joins = new[] { _bench.JoinNew(protocols: rangeFirst), _bench.JoinNew(protocols: roundRobinFirst), _bench.JoinNew(protocols: roundRobinFirst) };
        _bench.Advance(6_000);
        joins[0].Response.ProtocolName.ShouldBe("roundrobin");
    }

    [Fact]
    public void Who_knows_no_protocol_of_all_is_refused()
    {
        _bench.StableGroup(1);
        _bench.Join(protocols: [("unheard-of", [])]).Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Join(protocolType: "connect").Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Join(group: "new", protocolType: "").Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Shard.Groups.ContainsKey("new").ShouldBeFalse();
    }

    [Fact]
    public void Metadata_that_cannot_be_read_holds_nobody_up()
    {
        // Kafka 4.3 leaves such a group in PreparingRebalance for five minutes.
        var hostile = _bench.JoinNew(protocols: [("range", [0, 3, 0x7f, 0xff, 0xff, 0xff])]);
        var honest = _bench.JoinNew();
        _bench.Advance(6_000);

        hostile.Done.IsCompletedSuccessfully.ShouldBeTrue();
        honest.Done.IsCompletedSuccessfully.ShouldBeTrue();
        honest.Response.ErrorCode.ShouldBe(ErrorCode.None);
        hostile.Response.Members.Select(static member => member.Metadata.Length).ShouldBe([6, GroupBench.Subscription("t").Length]);
        _bench.Shard.Groups["g"].IsSubscribedTo("anything").ShouldBeTrue("what it reads is not known");
    }

    [Theory]
    [InlineData("", 10_000, ErrorCode.InvalidGroupId)]
    [InlineData("g", 5_999, ErrorCode.InvalidSessionTimeout)]
    [InlineData("g", 1_800_001, ErrorCode.InvalidSessionTimeout)]
    public void Senseless_joins_are_refused(string group, int sessionMs, ErrorCode expected) =>
        _bench.Join(group: group, sessionMs: sessionMs).Response.ErrorCode.ShouldBe(expected);

    [Fact]
    public void Strangers_are_unknown()
    {
        _bench.Join("stranger").Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Heartbeat("stranger", 1).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Sync("stranger", 1).Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Leave(members: [("stranger", null)]).Members.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.StableGroup(1);
        _bench.Join("stranger").Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Heartbeat("stranger", 1).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Sync("stranger", 1).Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Heartbeat("a", 1, group: "").ShouldBe(ErrorCode.InvalidGroupId);
        _bench.Sync("a", 1, group: "").Response.ErrorCode.ShouldBe(ErrorCode.InvalidGroupId);
        _bench.Leave(group: "", members: [("a", null)]).ErrorCode.ShouldBe(ErrorCode.InvalidGroupId);
    }

    [Fact]
    public void Sync_compares_generation_and_protocol()
    {
        (string[] ids, int generation) = _bench.StableGroup(1);
        _bench.Sync(ids[0], generation - 1).Response.ErrorCode.ShouldBe(ErrorCode.IllegalGeneration);
        _bench.Sync(ids[0], generation, protocolName: "sticky").Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Sync(ids[0], generation, protocolType: null).Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Sync(ids[0], generation, version: 4, protocolType: null, protocolName: null).Response.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.JoinNew();
        _bench.Sync(ids[0], generation).Response.ErrorCode.ShouldBe(ErrorCode.RebalanceInProgress);
    }

    [Fact]
    public void Group_max_size_holds()
    {
        GroupBench bench = new("group.max.size=2");
        bench.StableGroup(2);
        JoinGroupResponse third = bench.Join().Response;
        (third.ErrorCode, third.MemberId).ShouldBe((ErrorCode.GroupMaxSizeReached, ""));
        bench.Leave(members: [(bench.Shard.Groups["g"].ShouldBeOfType<ClassicGroup>().LeaderId!, null)]);
        bench.Join().Response.ErrorCode.ShouldBe(ErrorCode.MemberIdRequired);
    }

    [Fact]
    public void Ids_that_never_come_back_are_forgotten()
    {
        _bench.Join(sessionMs: 6_000);
        _bench.Shard.Groups.ContainsKey("g").ShouldBeTrue();
        _bench.Advance(6_000);
        _bench.Shard.Groups.ContainsKey("g").ShouldBeFalse("nobody has ever been in it");
        _bench.Log.Count.ShouldBe(0);
    }

    [Fact]
    public void An_id_that_is_awaited_holds_the_rebalance_until_it_is_forgotten()
    {
        (string[] ids, _) = _bench.StableGroup(1, sessionMs: 100_000);
        _bench.Join(sessionMs: 6_000);
        var again = _bench.Join(ids[0], sessionMs: 100_000);
        again.Done.IsCompleted.ShouldBeFalse();
        _bench.Advance(6_000);
        again.Done.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void Ten_thousand_joins_of_one_client_take_bounded_memory()
    {
        string first = _bench.Join().Response.MemberId;
        for (int i = 0; i < ClassicGroups.PendingIdsMax + 500; i++) _bench.Join().Response.ErrorCode.ShouldBe(ErrorCode.MemberIdRequired);

        ((ClassicGroup)_bench.Shard.Groups["g"]).PendingIds.Count.ShouldBe(ClassicGroups.PendingIdsMax);
        _bench.Timers.ScheduledCount.ShouldBeLessThanOrEqualTo(ClassicGroups.PendingIdsMax + 2);
        _bench.Join(first).Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId, "the oldest id had to go");
    }

    [Fact]
    public void A_new_members_connection_may_wait_longer_than_its_session()
    {
        (string[] ids, int generation) = _bench.StableGroup(1, sessionMs: 1_000_000);
        var newcomer = _bench.JoinNew(sessionMs: 6_000);
        for (int i = 0; i < 6; i++)
        {
            _bench.Advance(9_000);
            newcomer.Done.IsCompleted.ShouldBeFalse();
        }
        _bench.Join(ids[0], sessionMs: 1_000_000);
        newcomer.Done.IsCompletedSuccessfully.ShouldBeTrue();
        newcomer.Response.GenerationId.ShouldBe(generation + 1);
    }

    [Fact]
    public void An_assignment_that_cannot_be_stored_is_given_to_nobody()
    {
        var join = _bench.JoinNew();
        _bench.Advance(3_000);
        _bench.Log.Error = ErrorCode.NotCoordinator;
        var sync = _bench.Sync(join.Response.MemberId, 1, assignments: [(join.Response.MemberId, "A")]);

        sync.Done.IsCompletedSuccessfully.ShouldBeTrue();
        (sync.Response.ErrorCode, sync.Response.Assignment.Length).ShouldBe((ErrorCode.NotCoordinator, 0));
        _bench.State().ShouldBe("PreparingRebalance");
    }

    [Fact]
    public void Unloading_answers_everybody_who_waits()
    {
        var join = _bench.JoinNew();
        _bench.Shard.OnUnloaded();
        join.Done.IsCompletedSuccessfully.ShouldBeTrue();
        join.Response.ErrorCode.ShouldBe(ErrorCode.NotCoordinator);
    }

    [Fact]
    public void A_member_on_a_second_connection_lets_the_first_go()
    {
        (string[] ids, _) = _bench.StableGroup(2);
        _bench.JoinNew();
        var before = _bench.Join(ids[0]);
        var after = _bench.Join(ids[0]);
        before.Done.IsCompletedSuccessfully.ShouldBeTrue();
        before.Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        after.Done.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Describe_shows_protocol_and_subscriptions_of_a_stable_group_only()
    {
        (string[] ids, _) = _bench.StableGroup(1);
        DescribeGroupsResponse.DescribedGroup stable = new();
        _bench.Shard.Describe("g", 6, stable);
        (stable.GroupState, stable.ProtocolType, stable.ProtocolData).ShouldBe(("Stable", "consumer", "range"));
        DescribeGroupsResponse.DescribedGroupMember member = stable.Members.ShouldHaveSingleItem();
        (member.MemberId, member.ClientId, member.ClientHost, Encoding.UTF8.GetString(member.MemberAssignment.Span)).ShouldBe((ids[0], "client", "/127.0.0.1", ids[0]));

        _bench.JoinNew();
        DescribeGroupsResponse.DescribedGroup preparing = new();
        _bench.Shard.Describe("g", 6, preparing);
        (preparing.GroupState, preparing.ProtocolData, preparing.Members.Count).ShouldBe(("PreparingRebalance", "", 2));
        preparing.Members.ShouldAllBe(static each => each.MemberMetadata.Length == 0);
        preparing.Members.Select(static each => each.MemberAssignment.Length).ShouldBe([ids[0].Length, 0], "what it had stays its own until there is something else");

        DescribeGroupsResponse.DescribedGroup absent = new();
        _bench.Shard.Describe("absent", 5, absent);
        (absent.GroupState, absent.ErrorCode).ShouldBe(("Dead", ErrorCode.None));
        _bench.Shard.Describe("absent", 6, absent);
        (absent.GroupState, absent.ErrorCode).ShouldBe(("Dead", ErrorCode.GroupIdNotFound));
        absent.ErrorMessage.ShouldNotBeNull();
    }

    [Fact]
    public void List_filters_by_state_and_type()
    {
        _bench.SetTopics(("t", 1));
        _bench.StableGroup(1);
        _bench.Commit("t", 0, 1, group: "offsets-only").ShouldBe(ErrorCode.None);

        List().ShouldBe([("g", "consumer", "Stable", "classic"), ("offsets-only", "", "Empty", "classic")], ignoreOrder: true);
        List(states: ["stable"]).ShouldBe([("g", "consumer", "Stable", "classic")]);
        List(types: ["Classic"]).Length.ShouldBe(2);
        List(types: ["share"]).ShouldBeEmpty();

        (string, string, string, string)[] List(string[]? states = null, string[]? types = null)
        {
            ListGroupsRequest request = new();
            request.StatesFilter.AddRange(states ?? []);
            request.TypesFilter.AddRange(types ?? []);
            ListGroupsResponse response = new();
            _bench.Shard.List(request, response);
            return [.. response.Groups.Select(static group => (group.GroupId, group.ProtocolType, group.GroupState, group.GroupType))];
        }
    }

    [Fact]
    public void Only_an_empty_group_can_be_deleted()
    {
        _bench.SetTopics(("t", 1));
        (string[] ids, int generation) = _bench.StableGroup(1);
        _bench.Commit("t", 0, 7, memberId: ids[0], generation: generation).ShouldBe(ErrorCode.None);
        _bench.Shard.Delete("g").ShouldBe(ErrorCode.NonEmptyGroup);
        _bench.Shard.Delete("absent").ShouldBe(ErrorCode.GroupIdNotFound);
        _bench.Leave(members: [(ids[0], null)]);

        _bench.Shard.Delete("g").ShouldBe(ErrorCode.None);

        _bench.Shard.Groups.ShouldBeEmpty();
        _bench.Restart();
        _bench.Shard.Groups.ShouldBeEmpty();
    }

    [Fact]
    public void A_group_larger_than_its_limit_rebalances_when_it_is_loaded()
    {
        (string[] ids, int generation) = _bench.StableGroup(3);
        GroupBench smaller = new("group.max.size=2");
        _bench.Log.ReplayInto(smaller.Shard);
        smaller.Shard.OnLoaded();
        smaller.State().ShouldBe("PreparingRebalance");
        smaller.Heartbeat(ids[0], generation).ShouldBe(ErrorCode.RebalanceInProgress);
    }
}
