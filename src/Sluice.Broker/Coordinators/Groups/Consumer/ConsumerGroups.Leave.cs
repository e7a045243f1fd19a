using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// Members that go, by themselves or because they were not heard of.
internal sealed partial class ConsumerGroups
{
    private Refusal? Leave(ConsumerGroupHeartbeatRequest request, ConsumerGroupHeartbeatResponse response)
    {
        if (shard.Groups.GetValueOrDefault(request.GroupId) is not ConsumerGroup group)
            return new Refusal(ErrorCode.GroupIdNotFound, $"There is no consumer group {request.GroupId}.");
        ConsumerMember? member = request.InstanceId is { } instanceId ? group.FindStatic(instanceId) : group.Members.GetValueOrDefault(request.MemberId);
        if (member is null) return Unknown(group, request.MemberId);
        if (member.Id != request.MemberId) return Fenced(request.InstanceId!);
        ErrorCode error = request.MemberEpoch == ConsumerMember.LeftEpoch ? LeaveForNow(group, member) : Remove(group, [member.Id], "it left");
        if (error != ErrorCode.None) return NotStored(error);
        response.MemberId = member.Id;
        response.MemberEpoch = request.MemberEpoch;
        return null;
    }

    // A static member keeps its place until its session ends: nobody else is given its partitions.
    private ErrorCode LeaveForNow(ConsumerGroup group, ConsumerMember member)
    {
        var update = new ConsumerGroupUpdate(group, []);
        update.SetCurrent(member.WithAssignment(ConsumerMember.LeftEpoch, member.State, member.Assigned, PartitionSet.Empty));
        ErrorCode error = Store(update);
        if (error == ErrorCode.None) Cancel(group.TimersOf(member.Id).Rebalance);
        return error;
    }

    private ErrorCode Remove(ConsumerGroup group, IReadOnlyCollection<string> memberIds, string reason)
    {
        ErrorCode error = CanDowngrade(group, memberIds) ? Downgrade(group, memberIds) : RemoveOnly(group, memberIds);
        if (error != ErrorCode.None) return error;
        foreach (string memberId in memberIds) BrokerLog.GroupMemberRemoved(shard.Logger, group.Id, memberId, reason);
        return ErrorCode.None;
    }

    private ErrorCode RemoveOnly(ConsumerGroup group, IReadOnlyCollection<string> memberIds)
    {
        var update = new ConsumerGroupUpdate(group, []);
        foreach (string memberId in memberIds) update.Remove(memberId);
        update.RemoveUnusedRegexes();
        update.SetEpoch(group.Epoch + 1, TopicsHash.Of(update.SubscribedTopics(), shard.Topics()));
        return Store(update);
    }
}
