using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Classic;

// LeaveGroup: members go by themselves, or an administrator removes them.
internal sealed partial class ClassicGroups
{
    /// <summary>LeaveGroup for a list of members, as version 3 and later send it.</summary>
    /// <param name="group">The group; null if there is none, or it is of a type that has no such members.</param>
    /// <param name="request">Who leaves.</param>
    /// <param name="response">Gets one entry for each.</param>
    public void Leave(ClassicGroup? group, LeaveGroupRequest request, LeaveGroupResponse response)
    {
        bool changed = false;
        foreach (LeaveGroupRequest.MemberIdentity leaving in request.Members)
        {
            LeaveGroupResponse.MemberResponse entry = response.Members.Add();
            entry.MemberId = leaving.MemberId;
            entry.GroupInstanceId = leaving.GroupInstanceId;
            entry.ErrorCode = group is null ? ErrorCode.UnknownMemberId : Leave(group, leaving.MemberId, leaving.GroupInstanceId, leaving.Reason);
            changed |= entry.ErrorCode == ErrorCode.None;
        }
        if (changed) ContinueWithout(group!, "members left");
    }

    /// <summary>LeaveGroup for one member, as versions 0 to 2 send it.</summary>
    public ErrorCode LeaveOne(ClassicGroup? group, string memberId)
    {
        if (group is null) return ErrorCode.UnknownMemberId;
        ErrorCode error = Leave(group, memberId, instanceId: null, reason: null);
        if (error == ErrorCode.None) ContinueWithout(group, "a member left");
        return error;
    }

    private ErrorCode Leave(ClassicGroup group, string memberId, string? instanceId, string? reason)
    {
        if (group.PendingIds.ContainsKey(memberId))
        {
            if (instanceId is not null) return ErrorCode.UnknownMemberId;
            Forget(group, memberId);
            return ErrorCode.None;
        }

        // An administrator knows the instance, not the member id that it has at the moment.
        ClassicMember? member = memberId.Length == 0 && instanceId is not null ? group.FindStatic(instanceId) : null;
        ErrorCode error = member is null ? group.Check(memberId, instanceId) : ErrorCode.None;
        if (error != ErrorCode.None) return error;
        RemoveMember(group, member ?? group.Members[memberId], string.IsNullOrEmpty(reason) ? "it left" : $"it left: {reason}");
        return ErrorCode.None;
    }
}
