using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Classic;

// SyncGroup: the leader brings the assignment, everybody fetches their part of it.
internal sealed partial class ClassicGroups
{
    /// <summary>SyncGroup.</summary>
    /// <param name="request">Its bytes are copied.</param>
    /// <param name="version">From 5 on protocol type and name are compared with the group's.</param>
    /// <param name="response">Filled now, or when the returned task ends.</param>
    public Task Sync(SyncGroupRequest request, short version, SyncGroupResponse response)
    {
        response.ErrorCode = CheckSync(request, version, out ClassicGroup? group);
        if (response.ErrorCode != ErrorCode.None) return Task.CompletedTask;

        ClassicMember member = group!.Members[request.MemberId];
        group.PendingSyncIds.Remove(member.Id);
        if (group.PendingSyncIds.Count == 0) CancelSyncTimer(group);
        switch (group.State)
        {
            case ClassicGroupState.CompletingRebalance:
                FailSync(member, ErrorCode.UnknownMemberId); // An earlier one of the same member: its client has gone.
                var parked = new Parked<SyncGroupResponse>(response);
                member.Sync = parked;
                if (group.LeaderId == member.Id) Assign(group, request);
                return parked.Done;
            case ClassicGroupState.Stable:
                FillSynced(group, member, response);
                RestartSession(group, member);
                return Task.CompletedTask;
            default:
                response.ErrorCode = group.State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.UnknownMemberId;
                return Task.CompletedTask;
        }
    }

    private ErrorCode CheckSync(SyncGroupRequest request, short version, out ClassicGroup? group)
    {
        group = null;
        if (version >= 5 && (request.ProtocolType is null || request.ProtocolName is null)) return ErrorCode.InconsistentGroupProtocol;
        if (request.GroupId.Length == 0) return ErrorCode.InvalidGroupId;
        group = shard.Groups.GetValueOrDefault(request.GroupId) as ClassicGroup;
        if (group is null || group.State == ClassicGroupState.Empty) return ErrorCode.UnknownMemberId;
        ErrorCode error = group.Check(request.MemberId, request.GroupInstanceId);
        if (error != ErrorCode.None) return error;
        if (request.GenerationId != group.Generation) return ErrorCode.IllegalGeneration;
        bool differs = (request.ProtocolType is { } type && type != group.ProtocolType) || (request.ProtocolName is { } name && name != group.ProtocolName);
        return differs ? ErrorCode.InconsistentGroupProtocol : ErrorCode.None;
    }

    private void Assign(ClassicGroup group, SyncGroupRequest request)
    {
        Dictionary<string, byte[]> assignments = new(StringComparer.Ordinal);
        foreach (SyncGroupRequest.SyncGroupRequestAssignment assignment in request.Assignments) assignments[assignment.MemberId] = assignment.Assignment.ToArray();
        foreach (ClassicMember member in group.Members.Values) member.Assignment = assignments.GetValueOrDefault(member.Id) ?? [];

        CoordinatorAppend stored = Store(group, ClassicGroupRecords.Of(group));
        if (!stored.IsDone)
        {
            BrokerLog.GroupNotStored(shard.Logger, group.Id, stored.Error);
            DropAssignments(group, stored.Error);
            PrepareRebalance(group, "the assignment could not be stored");
            return;
        }
        group.Enter(ClassicGroupState.Stable, shard.NowMs);
        foreach (ClassicMember member in group.Members.Values)
        {
            if (member.Sync is not { } parked) continue;
            member.Sync = null;
            FillSynced(group, member, parked.Response);
            RestartSession(group, member);
            parked.Complete();
        }
    }

    private static void FillSynced(ClassicGroup group, ClassicMember member, SyncGroupResponse response)
    {
        response.ProtocolType = group.ProtocolType;
        response.ProtocolName = group.ProtocolName;
        response.Assignment = member.Assignment;
    }
}
