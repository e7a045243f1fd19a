using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Classic;

// JoinGroup: who gets in, and what a join does in each state of the group.
internal sealed partial class ClassicGroups
{
    /// <summary>JoinGroup.</summary>
    /// <param name="request">Its bytes are copied.</param>
    /// <param name="version">From 4 on a member gets its id first; from 9 on a returning leader may be told to leave the assignment alone.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="response">Filled now, or when the returned task ends.</param>
    public Task Join(JoinGroupRequest request, short version, GroupClient client, JoinGroupResponse response)
    {
        if (request.GroupId.Length == 0) return Refuse(response, ErrorCode.InvalidGroupId, request.MemberId);
        if (!IsSessionTimeoutValid(request))
            return Refuse(response, ErrorCode.InvalidSessionTimeout, request.MemberId);
        Group? found = shard.Groups.GetValueOrDefault(request.GroupId);
        if (found is not (null or ClassicGroup)) return Refuse(response, ErrorCode.InconsistentGroupProtocol, "");
        if (found is null && request.MemberId.Length > 0) return Refuse(response, ErrorCode.UnknownMemberId, request.MemberId);

        var group = (ClassicGroup?)found ?? new ClassicGroup(request.GroupId, shard.NowMs);
        var join = new JoinAttempt(request, version, client, [.. request.Protocols.Select(static protocol => new ClassicProtocol(protocol.Name, protocol.Metadata.ToArray()))]);
        if (!Accepts(group, request.MemberId))
        {
            if (group.Members.TryGetValue(request.MemberId, out ClassicMember? rejected)) RemoveMember(group, rejected, "the group has group.max.size members");
            return Refuse(response, ErrorCode.GroupMaxSizeReached, "");
        }
        if (!group.Supports(request.ProtocolType, join.Protocols)) return Refuse(response, ErrorCode.InconsistentGroupProtocol, request.MemberId);

        shard.Groups[group.Id] = group;
        Task parked = request.MemberId.Length == 0 ? JoinWithoutId(group, join, response) : JoinWithId(group, join, response);
        return found is null && !parked.IsCompleted ? StoreNew(group, parked) : parked;
    }

    /// <summary>Whether the broker accepts the session timeout that a member asks for.</summary>
    public bool IsSessionTimeoutValid(JoinGroupRequest request) =>
        request.SessionTimeoutMs >= shard.Settings.SessionTimeoutMsMin && request.SessionTimeoutMs <= shard.Settings.SessionTimeoutMsMax;

    // From its first parked join on the log knows that the group is a classic one.
    private Task StoreNew(ClassicGroup group, Task parked)
    {
        CoordinatorAppend stored = Store(group, ClassicGroupRecords.OfNew(group));
        if (stored.IsDone) return parked;
        foreach (ClassicMember member in group.Members.Values.ToArray())
        {
            FailJoin(member, stored.Error);
            StopTimer(member);
        }
        group.OnRemoved();
        shard.Groups.Remove(group.Id);
        return parked;
    }

    private bool Accepts(ClassicGroup group, string memberId)
    {
        int membersMax = shard.Settings.MembersMax;
        return group.State switch
        {
            ClassicGroupState.PreparingRebalance =>
                group.Members.GetValueOrDefault(memberId)?.Join is not null || group.Members.Values.Count(static member => member.Join is not null) < membersMax,
            ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable => group.Members.ContainsKey(memberId) || group.Members.Count < membersMax,
            _ => true,
        };
    }

    private Task JoinWithoutId(ClassicGroup group, JoinAttempt join, JoinGroupResponse response)
    {
        string? instanceId = join.Request.GroupInstanceId;
        string newId = $"{instanceId ?? join.Client.Id}-{Guid.NewGuid()}";
        if (instanceId is not null)
        {
            return group.FindStatic(instanceId) is { } old ? ReplaceStatic(group, old, newId, join, response) : AddMember(group, newId, join, response);
        }
        if (join.Version < 4) return AddMember(group, newId, join, response);

        // An id first, so that a client that tries again does not leave a member behind with every attempt (KIP-394).
        if (group.PendingIds.Count >= PendingIdsMax) Forget(group, group.PendingIds.GetAt(0).Key);
        var timer = new ShardTimer(() =>
        {
            group.PendingIds.Remove(newId);
            ContinueWithoutPending(group);
        });
        group.PendingIds.Add(newId, timer);
        shard.Timers.Schedule(timer, join.Request.SessionTimeoutMs);
        return Refuse(response, ErrorCode.MemberIdRequired, newId);
    }

    private Task JoinWithId(ClassicGroup group, JoinAttempt join, JoinGroupResponse response)
    {
        string memberId = join.Request.MemberId;
        string? instanceId = join.Request.GroupInstanceId;
        if (group.PendingIds.ContainsKey(memberId))
        {
            // Static members are never given an id beforehand, so nobody can have this one honestly.
            return instanceId is null ? AddMember(group, memberId, join, response) : Refuse(response, ErrorCode.UnknownServerError, memberId);
        }
        ErrorCode error = group.Check(memberId, instanceId);
        if (error != ErrorCode.None) return Refuse(response, error, memberId);

        ClassicMember member = group.Members[memberId];
        switch (group.State)
        {
            case ClassicGroupState.PreparingRebalance:
                Update(group, member, join);
                return Park(group, member, response, "");
            case ClassicGroupState.CompletingRebalance when member.Offers(join.Protocols):
            case ClassicGroupState.Stable when member.Offers(join.Protocols) && group.LeaderId != memberId:
                // The answer to its last join was lost, or a follower looks in: nothing is new.
                FillJoined(group, member, response, withMembers: group.State == ClassicGroupState.CompletingRebalance && group.LeaderId == memberId);
                return Task.CompletedTask;
            case ClassicGroupState.CompletingRebalance:
            case ClassicGroupState.Stable:
                string reason = group.LeaderId == memberId ? "the leader joined again" : "a member's subscription changed";
                Update(group, member, join);
                return Park(group, member, response, reason);
            default:
                return Refuse(response, ErrorCode.UnknownMemberId, memberId);
        }
    }

    private Task AddMember(ClassicGroup group, string memberId, JoinAttempt join, JoinGroupResponse response)
    {
        Forget(group, memberId);
        var member = new ClassicMember(memberId, join.Request.GroupInstanceId) { IsNew = true, Protocols = join.Protocols };
        group.Add(member, join.Request.ProtocolType);
        Update(group, member, join);
        if (group.IsInInitialDelay) group.HasNewMember = true;
        StartTimer(group, member, NewMemberTimeoutMs);
        return Park(group, member, response, "a member joined");
    }

    private static void Update(ClassicGroup group, ClassicMember member, JoinAttempt join)
    {
        group.SetProtocols(member, join.Protocols);
        member.Client = join.Client;
        member.SessionTimeoutMs = join.Request.SessionTimeoutMs;
        member.RebalanceTimeoutMs = join.RebalanceTimeoutMs;
    }

    private Task Park(ClassicGroup group, ClassicMember member, JoinGroupResponse response, string reason)
    {
        // The same member on another connection: whoever asked first has gone.
        FailJoin(member, ErrorCode.UnknownMemberId);
        var parked = new Parked<JoinGroupResponse>(response);
        member.Join = parked;
        if (group.State == ClassicGroupState.PreparingRebalance) MaybeCompleteJoin(group);
        else PrepareRebalance(group, reason);
        return parked.Done;
    }

    // A static member came back under a new id (KIP-345): it takes the old one's place, if possible without disturbing anybody.
    private Task ReplaceStatic(ClassicGroup group, ClassicMember old, string newId, JoinAttempt join, JoinGroupResponse response)
    {
        string? leaderBefore = group.LeaderId;
        FailJoin(old, ErrorCode.FencedInstanceId);
        FailSync(old, ErrorCode.FencedInstanceId);
        StopTimer(old);
        ClassicMember member = group.ReplaceStatic(old, newId);
        Update(group, member, join);
        RestartSession(group, member);
        if (group.State != ClassicGroupState.Stable || !group.WouldKeepProtocol()) return Park(group, member, response, "a static member came back with another protocol");

        CoordinatorAppend stored = Store(group, ClassicGroupRecords.Of(group));
        if (!stored.IsDone)
        {
            // As if it had not come: the old id is in the log, and must be the one that counts.
            StopTimer(member);
            ClassicMember restored = group.ReplaceStatic(member, old.Id);
            group.SetProtocols(restored, old.Protocols);
            restored.Client = old.Client;
            restored.SessionTimeoutMs = old.SessionTimeoutMs;
            restored.RebalanceTimeoutMs = old.RebalanceTimeoutMs;
            RestartSession(group, restored);
            return Refuse(response, stored.Error, "");
        }
        bool mayLead = join.Version >= 9;
        bool leads = group.LeaderId == newId;
        FillJoined(group, member, response, withMembers: mayLead && leads);
        response.SkipAssignment = mayLead && leads;

        // Older clients that read their own id as the leader's would assign anew, for nothing.
        if (!mayLead) response.Leader = leaderBefore ?? "";
        return Task.CompletedTask;
    }

    private void Forget(ClassicGroup group, string pendingId)
    {
        if (group.PendingIds.Remove(pendingId, out ShardTimer? timer)) shard.Timers.Cancel(timer);
    }

    private void ContinueWithoutPending(ClassicGroup group)
    {
        if (group.State == ClassicGroupState.PreparingRebalance) MaybeCompleteJoin(group);
        else RemoveIfUnused(group);
    }

    private static void FillJoined(ClassicGroup group, ClassicMember member, JoinGroupResponse response, bool withMembers)
    {
        response.ErrorCode = ErrorCode.None;
        response.MemberId = member.Id;
        response.GenerationId = group.Generation;
        response.ProtocolType = group.ProtocolType;
        response.ProtocolName = group.ProtocolName;
        response.Leader = group.LeaderId ?? "";
        if (!withMembers) return;
        foreach (ClassicMember each in group.Members.Values)
        {
            JoinGroupResponse.JoinGroupResponseMember entry = response.Members.Add();
            entry.MemberId = each.Id;
            entry.GroupInstanceId = each.InstanceId;
            entry.Metadata = each.MetadataOf(group.ProtocolName);
        }
    }
}
