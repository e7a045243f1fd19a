using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>Groups that change their protocol, and members of the classic protocol in a consumer group.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly ConsumerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_classic_group_goes_on_as_a_consumer_group()
    {
        (string classic, int generation) = StableClassic();
        _bench.Groups.Commit("t", 0, 5, memberId: classic, generation: generation).ShouldBe(ErrorCode.None);
        ConsumerGroupHeartbeatResponse joined = _bench.Join("new");
        (joined.ErrorCode, joined.MemberEpoch).ShouldBe((ErrorCode.None, generation + 1));
        _bench.Groups.Log.Types.Skip(2).Take(6).ShouldBe([2, 5, 3, 7, 6, 8]);
        _bench.Groups.Committed("t", 0).ShouldBe(5);
        _bench.Member(classic).IsClassic.ShouldBeTrue();
        _bench.Text(_bench.Member(classic).Assigned).ShouldBe("t0 t1 t2 t3");

        // The classic member is told to join again, gives up what the target does not give it, and the new one gets it.
        _bench.Groups.Heartbeat(classic, generation).ShouldBe(ErrorCode.RebalanceInProgress);
        var again = _bench.Groups.Join(classic);
        again.Done.IsCompletedSuccessfully.ShouldBeTrue();
        (again.Response.ErrorCode, again.Response.GenerationId, again.Response.ProtocolName, again.Response.Leader).ShouldBe((ErrorCode.None, generation + 1, "range", ""));
        SyncGroupResponse synced = _bench.Groups.Sync(classic, generation + 1).Response;
        synced.ErrorCode.ShouldBe(ErrorCode.None);
        ConsumerProtocol.TryReadAssignment(synced.Assignment)!.AssignedPartitions.ShouldHaveSingleItem().Partitions.Count.ShouldBe(2);
        _bench.Assigned(_bench.Beat("new", generation + 1))!.Split(' ').Length.ShouldBe(2);
        _bench.Group.StateName.ShouldBe("Stable");
        _bench.Groups.Heartbeat(classic, generation + 1).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void Waiting_members_are_sent_into_the_new_group()
    {
        _bench.Groups.StableGroup(1);
        var waiting = _bench.Groups.JoinNew();
        waiting.Done.IsCompleted.ShouldBeFalse();
        _bench.Groups.Restart();
        var parked = _bench.Groups.Join(group: "h", version: 3);
        parked.Done.IsCompleted.ShouldBeFalse();
        _bench.Join("new", group: "h").ErrorCode.ShouldBe(ErrorCode.None);
        parked.Done.IsCompleted.ShouldBeTrue();
        parked.Response.ErrorCode.ShouldBe(ErrorCode.RebalanceInProgress);
        _bench.Find("h").Members.Count.ShouldBe(2);
    }

    [Fact]
    public void The_policy_decides()
    {
        using ConsumerBench bench = new("group.consumer.migration.policy=downgrade");
        bench.Groups.StableGroup(1);
        bench.Join("new").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
        bench.Beat("new", 1).ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
    }

    [Fact]
    public void Groups_that_assign_in_their_own_way_stay_classic()
    {
        _bench.Groups.StableGroup(1); // Their assignment is text.
        _bench.Join("new").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
        var connect = _bench.Groups.Join(group: "connect", version: 3, protocolType: "connect");
        _bench.Groups.Advance(6_000);
        connect.Done.IsCompleted.ShouldBeTrue();
        _bench.Join("new", group: "connect").ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
    }

    [Fact]
    public void When_the_last_consumer_goes_the_group_is_classic_again()
    {
        (string classic, int generation) = StableClassic();
        _bench.Join("new");
        JoinAndSync(classic);
        _bench.Beat("new", generation + 1);
        _bench.Beat("new", -1).ErrorCode.ShouldBe(ErrorCode.None);

        ClassicGroup group = _bench.Groups.Shard.Groups["g"].ShouldBeOfType<ClassicGroup>();
        group.State.ShouldBe(ClassicGroupState.PreparingRebalance);
        group.Generation.ShouldBe(generation + 1);
        _bench.Groups.Heartbeat(classic, generation + 1).ShouldBe(ErrorCode.RebalanceInProgress);
        var joined = _bench.Groups.Join(classic);
        joined.Done.IsCompleted.ShouldBeTrue();
        (joined.Response.GenerationId, joined.Response.Leader).ShouldBe((generation + 2, classic));
    }

    [Fact]
    public void Without_the_policy_classic_members_stay_in_the_consumer_group()
    {
        using ConsumerBench bench = new("group.consumer.migration.policy=upgrade");
        bench.Join("new");
        string classic = bench.Groups.JoinNew().Response.MemberId;
        bench.Beat("new", -1).ErrorCode.ShouldBe(ErrorCode.None);
        bench.Group.Members.Keys.ShouldBe([classic]);
    }

    [Fact]
    public void Classic_members_join_a_consumer_group()
    {
        _bench.Join("new");
        JoinGroupResponse first = _bench.Groups.Join().Response;
        first.ErrorCode.ShouldBe(ErrorCode.MemberIdRequired);
        JoinGroupResponse joined = _bench.Groups.Join(first.MemberId).Response;
        (joined.ErrorCode, joined.GenerationId).ShouldBe((ErrorCode.None, 3));
        _bench.Member(first.MemberId).State.ShouldBe(ConsumerMemberState.UnreleasedPartitions);
        _bench.Groups.Sync(first.MemberId, 3).Response.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Heartbeat(first.MemberId, 3).ShouldBe(ErrorCode.None, "it waits for partitions that are not free");
        string kept = _bench.Assigned(_bench.Beat("new", 2))!;
        _bench.Beat("new", 2, owned: _bench.Set(kept));
        _bench.Groups.Heartbeat(first.MemberId, 3).ShouldBe(ErrorCode.RebalanceInProgress, "they are free");
        JoinAndSync(first.MemberId);
        _bench.Group.StateName.ShouldBe("Stable");
    }

    [Fact]
    public void Classic_requests_are_checked()
    {
        _bench.Join("new");
        string classic = JoinAndSync(_bench.Groups.Join().Response.MemberId);
        _bench.Groups.Join(protocolType: "connect").Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Groups.Join(protocols: [("other", GroupBench.Subscription("t"))]).Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Groups.Join(protocols: [("range", [])]).Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Groups.Join(sessionMs: 1).Response.ErrorCode.ShouldBe(ErrorCode.InvalidSessionTimeout);
        _bench.Groups.Join("new").Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId, "it speaks the consumer protocol");
        _bench.Groups.Join("x", instanceId: "x").Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Groups.Sync("new", 2).Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Groups.Sync("x", 2).Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Groups.Sync(classic, 7).Response.ErrorCode.ShouldBe(ErrorCode.IllegalGeneration);
        _bench.Groups.Sync(classic, 3, protocolName: "other").Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Groups.Heartbeat(classic, 7).ShouldBe(ErrorCode.IllegalGeneration);
        _bench.Groups.Heartbeat("new", 2).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Join("other");
        _bench.Groups.Sync(classic, 3).Response.ErrorCode.ShouldBe(ErrorCode.RebalanceInProgress);
    }

    [Fact]
    public void Classic_members_that_say_nothing_are_removed()
    {
        _bench.Join("new");
        string classic = _bench.Groups.JoinNew(rebalanceMs: 5_000).Response.MemberId;
        _bench.Groups.Advance(5_001);
        _bench.Group.Members.Keys.ShouldBe(["new"], "it did not sync");

        classic = JoinAndSync(_bench.Groups.Join().Response.MemberId, rebalanceMs: 5_000);
        _bench.Join("other");
        _bench.Groups.Heartbeat(classic, _bench.Member(classic).Epoch).ShouldBe(ErrorCode.RebalanceInProgress);
        _bench.Groups.Advance(5_001);
        _bench.Group.Members.Keys.ShouldNotContain(classic, "it did not join again");

        classic = JoinAndSync(_bench.Groups.Join().Response.MemberId);
        _bench.Groups.Advance(10_001);
        _bench.Group.Members.Keys.ShouldNotContain(classic, "its own session timeout counts");
    }

    [Fact]
    public void Members_are_removed_by_LeaveGroup()
    {
        _bench.Join("stays");
        _bench.Join("new");
        _bench.Join("s1", instanceId: "s");
        string classic = _bench.Groups.JoinNew().Response.MemberId;
        LeaveGroupResponse left = _bench.Groups.Leave(members: [(classic, null), ("new", null), ("", "s"), ("", "none"), ("x", null)]);
        left.Members.Select(static member => member.ErrorCode).ShouldBe(
            [ErrorCode.None, ErrorCode.None, ErrorCode.None, ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId]);
        _bench.Group.Members.Keys.ShouldBe(["stays"]);
    }

    [Fact]
    public void A_static_member_may_come_back_with_the_other_protocol()
    {
        _bench.Join("one", instanceId: "a");
        _bench.Beat("one", -2, instanceId: "a");
        JoinGroupResponse classic = _bench.Groups.Join(instanceId: "a").Response;
        classic.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Shard.Groups["g"].ShouldBeOfType<ClassicGroup>().Members.Keys.ShouldBe([classic.MemberId], "it was the only one");
    }

    [Fact]
    public void Empty_groups_are_replaced_and_keep_their_offsets()
    {
        _bench.Groups.Commit("t", 0, 7).ShouldBe(ErrorCode.None);
        _bench.Join("a").ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Committed("t", 0).ShouldBe(7);
        _bench.Beat("a", -1);
        _bench.Groups.Join().Response.ErrorCode.ShouldBe(ErrorCode.MemberIdRequired);
        _bench.Groups.Shard.Groups["g"].Type.ShouldBe(GroupType.Classic);
        _bench.Groups.Committed("t", 0).ShouldBe(7);
        _bench.ShouldReplay();
        _bench.Join("b").ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Group.Epoch.ShouldBe(2);
        _bench.Groups.Committed("t", 0).ShouldBe(7);
    }

    private string JoinAndSync(string memberId, int rebalanceMs = 60_000)
    {
        JoinGroupResponse joined = _bench.Groups.Join(memberId, rebalanceMs: rebalanceMs).Response;
        joined.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Sync(memberId, joined.GenerationId).Response.ErrorCode.ShouldBe(ErrorCode.None);
        return memberId;
    }

    // One classic consumer that reads all of t.
    private (string MemberId, int Generation) StableClassic()
    {
        var join = _bench.Groups.JoinNew();
        _bench.Groups.Advance(6_000);
        string id = join.Response.MemberId;
        SyncGroupRequest request = new() { GroupId = "g", MemberId = id, GenerationId = join.Response.GenerationId, ProtocolType = "consumer", ProtocolName = "range" };
        ConsumerProtocolAssignment assignment = new() { UserData = null };
        ConsumerProtocolAssignment.TopicPartition topic = assignment.AssignedPartitions.Add();
        topic.Topic = "t";
        topic.Partitions.AddRange([0, 1, 2, 3]);
        SyncGroupRequest.SyncGroupRequestAssignment entry = request.Assignments.Add();
        entry.MemberId = id;
        entry.Assignment = ConsumerProtocol.Write(assignment, 3);
        SyncGroupResponse response = new();
        _bench.Groups.Shard.Sync(request, 5, response).IsCompleted.ShouldBeTrue();
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return (id, join.Response.GenerationId);
    }
}
