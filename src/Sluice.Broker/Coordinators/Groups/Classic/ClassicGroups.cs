using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Classic;

/// <summary>The classic group protocol: what each request and each timer does to a group. No I/O but the records it writes.</summary>
/// <remarks>
/// Each method is an operation of the shard. It fills the response, or parks it and returns what ends when somebody else has filled it. A group is
/// written down when its leader's assignment arrives and when it becomes empty; in between a restart of the broker has the members join again.
/// </remarks>
internal sealed partial class ClassicGroups(GroupShardContext shard)
{
    /// <summary>Ids given out to members that have yet to come back, for one group. The oldest is forgotten for the next: its owner starts over.</summary>
    internal const int PendingIdsMax = 10_000;

    /// <summary>How long a new member may wait in its first join.</summary>
    private const int NewMemberTimeoutMs = 300_000;

    /// <summary>Takes a group in that was read from the log; a later record replaces it.</summary>
    public void Replay(string groupId, GroupMetadataValue value)
    {
        Group? before = shard.Groups.GetValueOrDefault(groupId);
        var group = new ClassicGroup(groupId, shard.NowMs)
        {
            Offsets = before?.Offsets ?? new(),
            Generation = value.Generation,
            ProtocolType = value.ProtocolType.Length == 0 ? null : value.ProtocolType,
            ProtocolName = value.Protocol,
            IsStored = true,
        };
        foreach (GroupMetadataValue.MemberMetadata stored in value.Members)
        {
            var member = new ClassicMember(stored.MemberId, stored.GroupInstanceId)
            {
                Client = new GroupClient(stored.ClientId, stored.ClientHost),
                SessionTimeoutMs = stored.SessionTimeout,
                RebalanceTimeoutMs = stored.RebalanceTimeout == -1 ? stored.SessionTimeout : stored.RebalanceTimeout,
                Protocols = [new ClassicProtocol(value.Protocol ?? "", stored.Subscription.ToArray())],
                Assignment = stored.Assignment.ToArray(),
            };
            group.Add(member, value.ProtocolType);
        }
        group.LeaderId = value.Leader;
        group.Enter(group.Members.Count == 0 ? ClassicGroupState.Empty : ClassicGroupState.Stable, value.CurrentStateTimestamp);
        group.ReadSubscriptions();
        shard.Groups[groupId] = group;
    }

    /// <summary>Starts the timers of a group that was read from the log.</summary>
    public void OnLoaded(ClassicGroup group)
    {
        foreach (ClassicMember member in group.Members.Values) RestartSession(group, member);
        if (group.Members.Count > shard.Settings.MembersMax) PrepareRebalance(group, "the group is larger than group.max.size");
    }

    /// <summary>Answers everybody who waits, because the shard is given up.</summary>
    public static void OnUnloaded(ClassicGroup group) => FailAll(group, ErrorCode.NotCoordinator);

    /// <summary>Ends a group that became one of another type: everybody who waits is answered, and its timers end.</summary>
    public void GiveUp(ClassicGroup group, ErrorCode error)
    {
        FailAll(group, error);
        CancelJoinTimer(group);
        CancelSyncTimer(group);
        foreach (ClassicMember member in group.Members.Values) StopTimer(member);
        foreach (ShardTimer timer in group.PendingIds.Values) shard.Timers.Cancel(timer);
    }

    /// <summary>Goes on with a group that was of another type: it is stable, and in the log.</summary>
    /// <param name="group">The group.</param>
    /// <param name="rebalance">Whether its members must agree anew on who reads what.</param>
    public void TakeOver(ClassicGroup group, bool rebalance)
    {
        foreach (ClassicMember member in group.Members.Values) RestartSession(group, member);
        if (rebalance) PrepareRebalance(group, "its members speak the classic protocol again");
    }

    /// <summary>Heartbeat.</summary>
    public ErrorCode Heartbeat(HeartbeatRequest request)
    {
        if (request.GroupId.Length == 0) return ErrorCode.InvalidGroupId;
        if (shard.Groups.GetValueOrDefault(request.GroupId) is not ClassicGroup group) return ErrorCode.UnknownMemberId;
        ErrorCode error = group.Check(request.MemberId, request.GroupInstanceId);
        if (error != ErrorCode.None) return error;
        if (request.GenerationId != group.Generation) return ErrorCode.IllegalGeneration;
        if (group.State == ClassicGroupState.Empty) return ErrorCode.UnknownMemberId;
        RestartSession(group, group.Members[request.MemberId]);
        return group.State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>Has a member's session begin anew: it was heard of.</summary>
    public void RestartSession(ClassicGroup group, ClassicMember member) => StartTimer(group, member, member.SessionTimeoutMs);

    private void StartTimer(ClassicGroup group, ClassicMember member, int delayMs)
    {
        member.SessionTimer ??= new ShardTimer(() => OnSessionEnded(group, member));
        shard.Timers.Schedule(member.SessionTimer, delayMs);
    }

    private void StopTimer(ClassicMember member)
    {
        if (member.SessionTimer is { } timer) shard.Timers.Cancel(timer);
    }

    private void OnSessionEnded(ClassicGroup group, ClassicMember member)
    {
        // One that waits in join or sync is there, unless it has waited in its very first join for too long.
        if (group.State == ClassicGroupState.Dead || (!member.IsNew && (member.Join is not null || member.Sync is not null))) return;
        string reason = member.IsNew ? "its first join was not completed in time" : "its session timed out";
        RemoveMember(group, member, reason);
        ContinueWithout(group, reason);
    }

    private void RemoveMember(ClassicGroup group, ClassicMember member, string reason)
    {
        BrokerLog.GroupMemberRemoved(shard.Logger, group.Id, member.Id, reason);
        FailJoin(member, ErrorCode.UnknownMemberId);
        FailSync(member, ErrorCode.UnknownMemberId);
        StopTimer(member);
        group.Remove(member);
    }

    // After members or expected ones went.
    private void ContinueWithout(ClassicGroup group, string reason)
    {
        if (group.State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance) PrepareRebalance(group, reason);
        else if (group.State == ClassicGroupState.PreparingRebalance) MaybeCompleteJoin(group);
        else RemoveIfUnused(group);
    }

    // Ids that never came back leave a group behind that nobody has ever been in.
    private void RemoveIfUnused(ClassicGroup group)
    {
        if (!group.IsSimple || group.IsStored || !group.Offsets.IsEmpty) return;
        group.OnRemoved();
        shard.Groups.Remove(group.Id);
    }

    private static void FailAll(ClassicGroup group, ErrorCode error)
    {
        foreach (ClassicMember member in group.Members.Values)
        {
            FailJoin(member, error);
            FailSync(member, error);
        }
    }

    private static void FailJoin(ClassicMember member, ErrorCode error)
    {
        if (member.Join is not { } parked) return;
        member.Join = null;
        FillRefused(parked.Response, error, member.Id);
        parked.Complete();
    }

    private static void FailSync(ClassicMember member, ErrorCode error)
    {
        if (member.Sync is not { } parked) return;
        member.Sync = null;
        parked.Response.ErrorCode = error;
        parked.Complete();
    }

    /// <summary>Answers a join that is not carried out.</summary>
    public static Task Refuse(JoinGroupResponse response, ErrorCode error, string memberId)
    {
        FillRefused(response, error, memberId);
        return Task.CompletedTask;
    }

    private static void FillRefused(JoinGroupResponse response, ErrorCode error, string memberId)
    {
        response.ErrorCode = error;
        response.MemberId = memberId;
        response.ProtocolName = null;
    }
}
