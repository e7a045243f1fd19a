using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>Takes one member one step nearer to its target (KIP-848): first it gives up, then it is given what others have given up.</summary>
internal static class MemberReconciler
{
    /// <summary>Computes where the member stands after this heartbeat.</summary>
    /// <param name="member">The member with its subscription as of now.</param>
    /// <param name="goal">Where it shall go.</param>
    /// <param name="owned">Partitions that the member says it has; null where it did not say.</param>
    /// <param name="isSubscriptionNew">Whether this heartbeat changed its subscription.</param>
    /// <param name="partitionEpoch">Epoch of the member that has a partition; -1 for a free one.</param>
    /// <returns>The member itself if nothing changes; null if it must be fenced.</returns>
    public static ConsumerMember? Reconcile(
        ConsumerMember member, in ReconciliationGoal goal, PartitionSet? owned, bool isSubscriptionNew, Func<Uuid, int, int> partitionEpoch)
    {
        switch (member.State)
        {
            case ConsumerMemberState.Stable when member.Epoch == goal.Epoch:
                return isSubscriptionNew ? Shrink(member, goal, owned) : member;
            case ConsumerMemberState.UnrevokedPartitions when owned is null || owned.Overlaps(member.Revoking):
                return isSubscriptionNew ? Shrink(member, goal, owned) : member;
            case ConsumerMemberState.Unknown when owned is null or { IsEmpty: false }:
                return null;
            default:
                return Next(member, goal, owned, partitionEpoch);
        }
    }

    // Partitions of topics that it does not want any more are taken at once, without waiting for a new target.
    private static ConsumerMember Shrink(ConsumerMember member, in ReconciliationGoal goal, PartitionSet? owned)
    {
        PartitionSet kept = member.Assigned.WhereTopic(goal.IsSubscribed);
        if (kept.Count == member.Assigned.Count) return member;
        PartitionSet unwanted = member.Assigned.Except(kept);
        return owned is not null && !owned.Overlaps(unwanted)
            ? member.WithAssignment(member.Epoch, member.State, kept, member.Revoking)
            : member.WithAssignment(member.Epoch, ConsumerMemberState.UnrevokedPartitions, kept, member.Revoking.Union(unwanted));
    }

    private static ConsumerMember Next(ConsumerMember member, in ReconciliationGoal goal, PartitionSet? owned, Func<Uuid, int, int> partitionEpoch)
    {
        PartitionSet target = goal.Target.WhereTopic(goal.IsSubscribed);
        PartitionSet kept = member.Assigned.Intersect(target);
        PartitionSet revoked = member.Assigned.Except(target);
        if (!revoked.IsEmpty && (owned is null || owned.Overlaps(revoked)))
            return member.WithAssignment(member.Epoch, ConsumerMemberState.UnrevokedPartitions, kept, revoked);

        PartitionSet missing = target.Except(kept);
        PartitionSet free = missing.Filter((topic, partition) => partitionEpoch(topic, partition) == -1 || member.Revoking.Contains(topic, partition));
        ConsumerMemberState state = free.Count < missing.Count ? ConsumerMemberState.UnreleasedPartitions : ConsumerMemberState.Stable;
        ConsumerMember next = member.WithAssignment(goal.Epoch, state, kept.Union(free), PartitionSet.Empty);
        return next.HasSameAssignment(member) ? member : next;
    }
}
