using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>Members with a group.instance.id in a group of the consumer protocol.</summary>
public sealed class ConsumerStaticMemberTests : IDisposable
{
    private readonly ConsumerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_member_that_comes_back_finds_its_partitions()
    {
        _bench.Join("a1", instanceId: "a");
        _bench.Beat("a1", -2, instanceId: "a").MemberEpoch.ShouldBe(-2);
        _bench.Member("a1").Epoch.ShouldBe(ConsumerMember.LeftEpoch);
        _bench.ShouldReplay();
        ConsumerGroupHeartbeatResponse other = _bench.Join("b");
        (other.MemberEpoch, _bench.Assigned(other)).ShouldBe((3, ""), "nobody gets what a static member has");

        ConsumerGroupHeartbeatResponse back = _bench.Join("a2", instanceId: "a");
        back.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Group.Members.Keys.Order().ShouldBe(["a2", "b"]);
        back.Assignment!.TopicPartitions.ShouldHaveSingleItem().Partitions.Count.ShouldBe(2, "the target was made while it was away, and it has nothing to give up that it reads");
        _bench.Assigned(_bench.Beat("b", 3))!.Split(' ').Length.ShouldBe(2);
        _bench.Beat("a1", 2, instanceId: "a").ErrorCode.ShouldBe(ErrorCode.FencedInstanceId);
        _bench.Beat("a1", 2).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact]
    public void Coming_back_alone_disturbs_nobody()
    {
        _bench.Join("a1", instanceId: "a");
        _bench.Beat("a1", -2, instanceId: "a");
        ConsumerGroupHeartbeatResponse back = _bench.Join("a2", instanceId: "a");
        (back.MemberEpoch, _bench.Assigned(back)).ShouldBe((2, "t0 t1 t2 t3"));
        _bench.Group.Epoch.ShouldBe(2);
    }

    [Fact]
    public void Coming_back_under_the_same_id_is_coming_back()
    {
        _bench.Join("a1", instanceId: "a");
        _bench.Beat("a1", -2, instanceId: "a");
        ConsumerGroupHeartbeatResponse back = _bench.Join("a1", instanceId: "a");
        (back.ErrorCode, back.MemberEpoch, _bench.Assigned(back)).ShouldBe((ErrorCode.None, 2, "t0 t1 t2 t3"));
    }

    [Fact]
    public void An_instance_that_is_there_cannot_be_taken()
    {
        _bench.Join("a1", instanceId: "a");
        _bench.Join("a2", instanceId: "a").ErrorCode.ShouldBe(ErrorCode.UnreleasedInstanceId);
        _bench.Beat("a1", 2, instanceId: "a").ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Beat("a1", 2, instanceId: "x").ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Beat("a2", 2, instanceId: "a").ErrorCode.ShouldBe(ErrorCode.FencedInstanceId);
        _bench.Beat("a2", -1, instanceId: "a").ErrorCode.ShouldBe(ErrorCode.FencedInstanceId);
        _bench.Beat("a2", -2, instanceId: "x").ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Beat("a1", 3, instanceId: "a").ErrorCode.ShouldBe(ErrorCode.FencedMemberEpoch);
    }

    [Fact]
    public void A_member_that_does_not_come_back_is_removed()
    {
        _bench.Join("a1", instanceId: "a");
        _bench.Groups.Advance(20_000);
        _bench.Beat("a1", -2, instanceId: "a");
        _bench.Groups.Advance(25_001);
        _bench.Group.Members.ShouldBeEmpty();
        _bench.Join("a2", instanceId: "a").ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void A_member_may_leave_for_good()
    {
        _bench.Join("a1", instanceId: "a");
        _bench.Beat("a1", -1, instanceId: "a").MemberEpoch.ShouldBe(-1);
        _bench.Group.Members.ShouldBeEmpty();
    }
}
