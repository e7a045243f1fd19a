using System.Text;
using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups;

/// <summary>Members with a group.instance.id (KIP-345): they keep their place while they are away.</summary>
public sealed class StaticMemberTests
{
    private readonly GroupBench _bench = new();

    [Fact]
    public void A_returning_member_gets_its_assignment_without_a_rebalance()
    {
        (string first, string second) = StableStaticPair();
        JoinGroupResponse back = _bench.Join(instanceId: "two").Response;

        back.ErrorCode.ShouldBe(ErrorCode.None);
        back.MemberId.ShouldStartWith("two-");
        back.MemberId.ShouldNotBe(second);
        (back.GenerationId, back.Leader, back.SkipAssignment).ShouldBe((1, first, false));
        _bench.State().ShouldBe("Stable");
        Encoding.UTF8.GetString(_bench.Sync(back.MemberId, 1, instanceId: "two").Response.Assignment.Span).ShouldBe("B");
        _bench.Heartbeat(second, 1, instanceId: "two").ShouldBe(ErrorCode.FencedInstanceId);
        _bench.Heartbeat(second, 1).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Sync(second, 1, instanceId: "two").Response.ErrorCode.ShouldBe(ErrorCode.FencedInstanceId);
        _bench.Join(second, instanceId: "two").Response.ErrorCode.ShouldBe(ErrorCode.FencedInstanceId);

        _bench.Restart();
        _bench.Heartbeat(back.MemberId, 1, instanceId: "two").ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(8, false)]
    public void A_returning_leader_leaves_the_assignment_alone(short version, bool isTold)
    {
        (string first, _) = StableStaticPair();
        JoinGroupResponse back = _bench.Join(instanceId: "one", version: version).Response;

        back.SkipAssignment.ShouldBe(isTold);
        back.Members.Count.ShouldBe(isTold ? 2 : 0);
        back.Leader.ShouldBe(isTold ? back.MemberId : first, "an older client must not take itself for the leader");
        ((ClassicGroup)_bench.Shard.Groups["g"]).LeaderId.ShouldBe(back.MemberId);
        _bench.State().ShouldBe("Stable");
    }

    [Fact]
    public void A_returning_member_with_another_choice_of_protocol_rebalances()
    {
        StableStaticPair();
        byte[] subscription = GroupBench.Subscription("t");
        (string, byte[])[] other = [("roundrobin", subscription)];
        _bench.Join(instanceId: "two", protocols: other).Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);

        var back = _bench.Join(instanceId: "two", protocols: [("range", GroupBench.Subscription("t", "u"))]);
        back.Done.IsCompletedSuccessfully.ShouldBeTrue("another subscription alone does not disturb the others");
        _bench.State().ShouldBe("Stable");
    }

    [Fact]
    public void A_member_that_is_away_keeps_its_place_through_a_rebalance()
    {
        (string first, string second) = StableStaticPair();
        var newcomer = _bench.JoinNew(sessionMs: 300_000);
        _bench.Join(first, instanceId: "one", sessionMs: 300_000);
        _bench.Advance(60_000);

        newcomer.Done.IsCompletedSuccessfully.ShouldBeTrue();
        ((ClassicGroup)_bench.Shard.Groups["g"]).Members.Keys.ShouldContain(second);
    }

    [Fact]
    public void Its_session_ends_nevertheless()
    {
        (_, string second) = StableStaticPair();
        _bench.Advance(300_000);
        _bench.Heartbeat(second, 1, instanceId: "two").ShouldBe(ErrorCode.UnknownMemberId);
        _bench.State().ShouldBe("Empty");
    }

    [Fact]
    public void An_administrator_removes_by_instance()
    {
        StableStaticPair();
        LeaveGroupResponse left = _bench.Leave(members: [("", "two"), ("", "nobody")]);
        left.Members.Select(static member => (member.MemberId, member.GroupInstanceId, member.ErrorCode)).ShouldBe(
            [("", "two", ErrorCode.None), ("", "nobody", ErrorCode.UnknownMemberId)]);
        ((ClassicGroup)_bench.Shard.Groups["g"]).Members.Count.ShouldBe(1);
    }

    [Fact]
    public void When_all_static_members_are_away_the_group_waits_for_them()
    {
        (string first, string second) = StableStaticPair();
        _bench.JoinNew(sessionMs: 300_000);
        string newcomer = ((ClassicGroup)_bench.Shard.Groups["g"]).Members.Keys.Single(id => id != first && id != second);
        _bench.Leave(members: [(newcomer, null)]).Members.Single().ErrorCode.ShouldBe(ErrorCode.None);
        _bench.State().ShouldBe("PreparingRebalance");

        _bench.Advance(60_000);
        _bench.State().ShouldBe("PreparingRebalance", "they have their sessions still");
        ((ClassicGroup)_bench.Shard.Groups["g"]).Members.Keys.ShouldBe([first, second], ignoreOrder: true);

        var back = _bench.Join(second, instanceId: "two", sessionMs: 300_000);
        _bench.Advance(60_000);
        back.Done.IsCompletedSuccessfully.ShouldBeTrue();
        back.Response.Leader.ShouldBe(second);
    }

    [Fact]
    public void A_replacement_that_cannot_be_stored_did_not_happen()
    {
        (_, string second) = StableStaticPair();
        _bench.Log.Error = ErrorCode.CoordinatorNotAvailable;
        _bench.Join(instanceId: "two").Response.ErrorCode.ShouldBe(ErrorCode.CoordinatorNotAvailable);
        _bench.Heartbeat(second, 1, instanceId: "two").ShouldBe(ErrorCode.None);
        Encoding.UTF8.GetString(_bench.Sync(second, 1, instanceId: "two").Response.Assignment.Span).ShouldBe("B");
    }

    private (string First, string Second) StableStaticPair()
    {
        var joins = new[] { _bench.Join(instanceId: "one", sessionMs: 300_000), _bench.Join(instanceId: "two", sessionMs: 300_000) };
        _bench.Advance(6_000);
        (string first, string second) = (joins[0].Response.MemberId, joins[1].Response.MemberId);
        _bench.Sync(first, 1, instanceId: "one", assignments: [(first, "A"), (second, "B")]).Response.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Sync(second, 1, instanceId: "two").Response.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.State().ShouldBe("Stable");
        return (first, second);
    }
}
