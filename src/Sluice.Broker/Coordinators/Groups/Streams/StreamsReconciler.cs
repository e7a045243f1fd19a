namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>Takes one member one step nearer to its target (KIP-1071): first it gives up, then it is given what others have given up.</summary>
internal static class StreamsReconciler
{
    /// <summary>Computes where the member stands after this heartbeat.</summary>
    /// <param name="member">The member.</param>
    /// <param name="targetEpoch">Epoch of its target.</param>
    /// <param name="target">What it is to get.</param>
    /// <param name="owned">Tasks that the member says it has; null where it did not say.</param>
    /// <param name="holders">Who has which task.</param>
    /// <returns>The member itself if nothing changes; null if it must be fenced.</returns>
    public static StreamsMember? Reconcile(StreamsMember member, int targetEpoch, TaskSets target, TaskSets? owned, TaskHolders holders)
    {
        switch (member.State)
        {
            case StreamsMemberState.Stable when member.Epoch == targetEpoch:
            case StreamsMemberState.UnrevokedTasks when owned is null || owned.Overlaps(member.Revoking):
                return member;
            case StreamsMemberState.Unknown when owned is null or { IsEmpty: false }:
                return null;
            default:
                return Next(member, targetEpoch, target, owned, holders);
        }
    }

    private static StreamsMember Next(StreamsMember member, int targetEpoch, TaskSets target, TaskSets? owned, TaskHolders holders)
    {
        TaskSets kept = member.Assigned.Intersect(target);
        TaskSets revoked = member.Assigned.Except(target);
        if (!revoked.IsEmpty && (owned is null || owned.Overlaps(revoked)))
            return Changed(member, member.WithAssignment(member.Epoch, StreamsMemberState.UnrevokedTasks, kept, revoked));

        // A task is active once in the group, and of any kind once in a process.
        TaskSets missing = target.Except(kept);
        var free = new TaskSets(
            missing.Active.Where(task => holders.ActiveProcess(task) is null && !holders.HasCopy(member.ProcessId, task)),
            missing.Standby.Where(task => IsFreeForCopy(member, holders, task)),
            missing.Warmup.Where(task => IsFreeForCopy(member, holders, task)));
        bool isEverythingFree = missing.IsSubsetOf(free);
        return Changed(member, member.WithAssignment(
            targetEpoch, isEverythingFree ? StreamsMemberState.Stable : StreamsMemberState.UnreleasedTasks, kept.Union(free), TaskSets.Empty));
    }

    private static bool IsFreeForCopy(StreamsMember member, TaskHolders holders, TaskId task) => holders.ActiveProcess(task) != member.ProcessId && !holders.HasCopy(member.ProcessId, task);

    private static StreamsMember Changed(StreamsMember before, StreamsMember after) => after.HasSameAssignment(before) ? before : after;
}
