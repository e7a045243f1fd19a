using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer.Assignors;

/// <summary>Gives all members equally many partitions, and moves as few as that needs.</summary>
internal sealed class UniformAssignor : IConsumerAssignor
{
    /// <inheritdoc/>
    public string Name => "uniform";

    /// <inheritdoc/>
    public Dictionary<string, PartitionSet> Assign(AssignmentInput input)
    {
        if (input.Members.Count == 0) return [];
        return input.IsHomogeneous ? AssignAlike(input) : new UnevenAssignment(input).Assign();
    }

    // All want the same topics: everybody gets the quota, and some one more.
    private static Dictionary<string, PartitionSet> AssignAlike(AssignmentInput input)
    {
        (Uuid Topic, int Partition)[] all = [.. input.PartitionsOf(input.Members[0].Topics)];
        (int quota, int largerCount) = Math.DivRem(all.Length, input.Members.Count);
        HashSet<(Uuid, int)> unclaimed = [.. all];
        List<(AssignmentMember Member, List<(Uuid, int)> Partitions)> plans = new(input.Members.Count);
        foreach (AssignmentMember member in input.Members)
        {
            // Only a claim on something that exists and that nobody claimed before counts.
            List<(Uuid, int)> kept = [];
            foreach ((Uuid, int) partition in member.Current.All)
            {
                bool hasRoom = kept.Count < quota || (kept.Count == quota && largerCount > 0);
                if (!hasRoom) break;
                if (!unclaimed.Remove(partition)) continue;
                if (kept.Count == quota) largerCount--;
                kept.Add(partition);
            }
            plans.Add((member, kept));
        }
        using IEnumerator<(Uuid, int)> pool = all.Where(unclaimed.Contains).GetEnumerator();
        foreach ((_, List<(Uuid, int)> partitions) in plans)
        {
            while (partitions.Count < quota && pool.MoveNext()) partitions.Add(pool.Current);
            if (partitions.Count != quota || largerCount == 0 || !pool.MoveNext()) continue;
            partitions.Add(pool.Current);
            largerCount--;
        }
        return plans.ToDictionary(static plan => plan.Member.Id, static plan => PartitionSet.From(plan.Partitions), StringComparer.Ordinal);
    }
}
