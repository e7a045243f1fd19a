using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// Members of the classic protocol in a consumer group: the broker assigns for them, and what they ask is put into the terms of the newer protocol.
internal sealed partial class ConsumerGroups
{
    /// <summary>SyncGroup of a member of a consumer group.</summary>
    public void Sync(ConsumerGroup group, SyncGroupRequest request, short version, SyncGroupResponse response)
    {
        response.ErrorCode = CheckClassic(group, request.MemberId, request.GroupInstanceId, request.GenerationId);
        if (response.ErrorCode != ErrorCode.None) return;
        ConsumerMember member = group.Members[request.MemberId];
        ClassicProtocol protocol = member.Classic!.Protocols[0];
        bool isTypeOther = request.ProtocolType is { } type ? type != ClassicGroup.ConsumerProtocolType : version >= 5;
        bool isNameOther = request.ProtocolName is { } name ? name != protocol.Name : version >= 5;
        if (isTypeOther || isNameOther)
        {
            response.ErrorCode = ErrorCode.InconsistentGroupProtocol;
            return;
        }
        if (group.Epoch > member.Epoch && member.State != ConsumerMemberState.UnrevokedPartitions)
        {
            ExpectJoin(group, member);
            response.ErrorCode = ErrorCode.RebalanceInProgress;
            return;
        }
        Cancel(group.TimersOf(member.Id).Sync);
        StartSession(group, member);
        response.ProtocolType = ClassicGroup.ConsumerProtocolType;
        response.ProtocolName = protocol.Name;
        response.Assignment = ToAssignment(member.Assigned, protocol.Metadata, shard.Topics());
    }

    /// <summary>Heartbeat of a member of a consumer group.</summary>
    public ErrorCode Heartbeat(ConsumerGroup group, HeartbeatRequest request)
    {
        ErrorCode error = CheckClassic(group, request.MemberId, request.GroupInstanceId, request.GenerationId);
        if (error != ErrorCode.None) return error;
        ConsumerMember member = group.Members[request.MemberId];
        StartSession(group, member);

        // Joining again is how it gets on: to a newer epoch, to having given up what it must, or to what others have given up for it.
        bool mustJoin = member.Epoch < group.Epoch
            || member.State == ConsumerMemberState.UnrevokedPartitions
            || (member.State == ConsumerMemberState.UnreleasedPartitions && IsEverythingFree(group, member));
        if (!mustJoin) return ErrorCode.None;
        ExpectJoin(group, member);
        return ErrorCode.RebalanceInProgress;
    }

    /// <summary>LeaveGroup from a consumer group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="leaving">Who leaves, whichever protocol they speak: administrators remove members by this request. One without a member id names an instance.</param>
    /// <param name="errors">Gets one entry for each.</param>
    public void Leave(ConsumerGroup group, IReadOnlyList<(string MemberId, string? InstanceId)> leaving, List<ErrorCode> errors)
    {
        List<string> removedIds = [];
        foreach ((string memberId, string? instanceId) in leaving)
        {
            ErrorCode error = CheckLeave(group, memberId, instanceId, out ConsumerMember? member);
            errors.Add(error);
            if (error == ErrorCode.None && !removedIds.Contains(member!.Id)) removedIds.Add(member.Id);
        }
        if (removedIds.Count == 0) return;
        ErrorCode stored = Remove(group, removedIds, "it left");
        if (stored == ErrorCode.None) return;
        for (int i = 0; i < errors.Count; i++)
        {
            if (errors[i] == ErrorCode.None) errors[i] = stored;
        }
    }

    private static ErrorCode CheckLeave(ConsumerGroup group, string memberId, string? instanceId, out ConsumerMember? member)
    {
        member = instanceId is null ? group.Members.GetValueOrDefault(memberId) : group.FindStatic(instanceId);
        if (member is null) return ErrorCode.UnknownMemberId;
        if (instanceId is not null && memberId.Length == 0) return ErrorCode.None;
        return member.Id == memberId ? ErrorCode.None : ErrorCode.FencedInstanceId;
    }

    private static ErrorCode CheckClassic(ConsumerGroup group, string memberId, string? instanceId, int generation)
    {
        ConsumerMember? member = instanceId is null ? group.Members.GetValueOrDefault(memberId) : group.FindStatic(instanceId);
        if (member is null) return ErrorCode.UnknownMemberId;
        if (member.Id != memberId) return ErrorCode.FencedInstanceId;
        if (!member.IsClassic) return ErrorCode.UnknownMemberId;
        return generation == member.Epoch ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }

    private static bool IsEverythingFree(ConsumerGroup group, ConsumerMember member)
    {
        PartitionSet target = group.Targets.GetValueOrDefault(member.Id) ?? PartitionSet.Empty;
        return target.Except(member.Assigned).All.All(each => group.PartitionEpoch(each.Topic, each.Partition) == -1);
    }
}
