using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Classic;

// From the first reason to rebalance to the moment when everybody has joined.
internal sealed partial class ClassicGroups
{
    private void PrepareRebalance(ClassicGroup group, string reason)
    {
        BrokerLog.GroupRebalance(shard.Logger, group.Id, group.Generation, group.Members.Count, reason);
        if (group.State == ClassicGroupState.CompletingRebalance) DropAssignments(group, ErrorCode.RebalanceInProgress);
        CancelSyncTimer(group);
        bool isInitial = group.State == ClassicGroupState.Empty;
        group.Enter(ClassicGroupState.PreparingRebalance, shard.NowMs);
        group.IsInInitialDelay = isInitial;
        group.HasNewMember = false;
        if (isInitial)
        {
            int delayMs = shard.Settings.InitialRebalanceDelayMs;
            WaitInitially(group, delayMs, Math.Max(group.RebalanceTimeoutMs - delayMs, 0));
            return;
        }
        if (!MaybeCompleteJoin(group)) StartJoinTimer(group, group.RebalanceTimeoutMs, () => CompleteJoin(group));
    }

    // A group that starts is joined by several members within moments: one assignment for all of them instead of one for each.
    private void WaitInitially(ClassicGroup group, int delayMs, int remainingMs)
    {
        if (delayMs <= 0)
        {
            CompleteJoin(group);
            return;
        }
        StartJoinTimer(
            group,
            delayMs,
            () =>
            {
                if (!group.HasNewMember || remainingMs == 0)
                {
                    CompleteJoin(group);
                    return;
                }
                group.HasNewMember = false;
                WaitInitially(group, Math.Min(shard.Settings.InitialRebalanceDelayMs, remainingMs), Math.Max(remainingMs - delayMs, 0));
            });
    }

    private bool MaybeCompleteJoin(ClassicGroup group)
    {
        if (group.State != ClassicGroupState.PreparingRebalance || group.IsInInitialDelay || !group.HaveAllJoined) return false;
        CompleteJoin(group);
        return true;
    }

    private void CompleteJoin(ClassicGroup group)
    {
        if (group.State != ClassicGroupState.PreparingRebalance) return;
        CancelJoinTimer(group);
        foreach (ClassicMember absent in group.Members.Values.Where(static member => member.Join is null && !member.IsStatic).ToArray())
        {
            RemoveMember(group, absent, "it did not join again in time");
        }
        bool leaderIsThere = group.LeaderId is { } leader && group.Members.GetValueOrDefault(leader)?.Join is not null;
        ClassicMember? present = group.Members.Values.FirstOrDefault(static member => member.Join is not null);
        if (!leaderIsThere && present is null && group.Members.Count > 0)
        {
            // Static members only, and none of them is there: they keep their places until their sessions end.
            StartJoinTimer(group, group.RebalanceTimeoutMs, () => CompleteJoin(group));
            return;
        }
        if (!leaderIsThere && present is not null) group.LeaderId = present.Id;
        group.IsInInitialDelay = false;
        group.Generation++;
        group.PendingSyncIds.Clear();
        if (group.Members.Count == 0) BecomeEmpty(group);
        else BeginGeneration(group);
    }

    private void BecomeEmpty(ClassicGroup group)
    {
        group.ProtocolName = null;
        group.LeaderId = null;
        group.Enter(ClassicGroupState.Empty, shard.NowMs);
        group.ReadSubscriptions();
        BrokerLog.GroupGeneration(shard.Logger, group.Id, group.Generation, 0);
        CoordinatorAppend stored = Store(group, ClassicGroupRecords.Of(group));

        // Then the log still says Stable, and a restart will wait for members whose sessions then end: no harm is done.
        if (!stored.IsDone) BrokerLog.GroupNotStored(shard.Logger, group.Id, stored.Error);
    }

    private void BeginGeneration(ClassicGroup group)
    {
        group.ProtocolName = group.ChooseProtocol();
        group.Enter(ClassicGroupState.CompletingRebalance, shard.NowMs);
        group.ReadSubscriptions();
        BrokerLog.GroupGeneration(shard.Logger, group.Id, group.Generation, group.Members.Count);
        foreach (ClassicMember member in group.Members.Values)
        {
            if (member.Join is { } parked)
            {
                member.Join = null;
                FillJoined(group, member, parked.Response, withMembers: group.LeaderId == member.Id);
                parked.Complete();
            }
            RestartSession(group, member);
            member.IsNew = false;
            group.PendingSyncIds.Add(member.Id);
        }
        int generation = group.Generation;
        group.SyncTimer = new ShardTimer(() => OnSyncTimeout(group, generation));
        shard.Timers.Schedule(group.SyncTimer, group.RebalanceTimeoutMs);
    }

    private void OnSyncTimeout(ClassicGroup group, int generation)
    {
        if (group.Generation != generation || group.State is not (ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable)) return;
        const string reason = "it did not ask for its assignment in time";
        ClassicMember[] silent = [.. group.PendingSyncIds.Select(id => group.Members[id])];
        foreach (ClassicMember member in silent) RemoveMember(group, member, reason);
        if (silent.Length > 0) PrepareRebalance(group, "members did not ask for their assignment in time");
    }

    private void DropAssignments(ClassicGroup group, ErrorCode error)
    {
        foreach (ClassicMember member in group.Members.Values)
        {
            member.Assignment = [];
            if (member.Sync is null) continue;
            FailSync(member, error);

            // It has just been heard of.
            RestartSession(group, member);
        }
    }

    private CoordinatorAppend Store(ClassicGroup group, CoordinatorRecord record)
    {
        CoordinatorAppend stored = shard.Log.Append([record]);
        group.IsStored |= stored.IsDone;
        return stored;
    }

    private void StartJoinTimer(ClassicGroup group, int delayMs, Action onDue)
    {
        CancelJoinTimer(group);
        group.JoinTimer = new ShardTimer(onDue);
        shard.Timers.Schedule(group.JoinTimer, delayMs);
    }

    private void CancelJoinTimer(ClassicGroup group)
    {
        if (group.JoinTimer is { } timer) shard.Timers.Cancel(timer);
        group.JoinTimer = null;
    }

    private void CancelSyncTimer(ClassicGroup group)
    {
        if (group.SyncTimer is { } timer) shard.Timers.Cancel(timer);
        group.SyncTimer = null;
    }
}
