using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer.Assignors;

/// <summary>Gives each member a range of every topic: topics with equally many partitions are cut at the same places.</summary>
internal sealed class RangeAssignor : IConsumerAssignor
{
    /// <inheritdoc/>
    public string Name => "range";

    /// <inheritdoc/>
    public Dictionary<string, PartitionSet> Assign(AssignmentInput input)
    {
        // Static members first: their places stay the same when they come back under other member ids.
        AssignmentMember[] ordered =
        [
            .. input.Members.OrderBy(static member => member.InstanceId is null).ThenBy(static member => member.InstanceId ?? member.Id, StringComparer.Ordinal),
        ];
        Dictionary<string, List<(Uuid, int)>> assigned = ordered.ToDictionary(static member => member.Id, static _ => new List<(Uuid, int)>(), StringComparer.Ordinal);
        foreach ((Uuid topic, int partitionCount) in input.PartitionCounts)
        {
            AssignmentMember[] subscribers = [.. ordered.Where(member => member.Topics.Contains(topic))];
            if (subscribers.Length == 0) continue;
            (int quota, int largerCount) = Math.DivRem(partitionCount, subscribers.Length);
            int next = 0;
            for (int i = 0; i < subscribers.Length; i++)
            {
                int end = next + quota + (i < largerCount ? 1 : 0);
                for (; next < end; next++) assigned[subscribers[i].Id].Add((topic, next));
            }
        }
        return assigned.ToDictionary(static pair => pair.Key, static pair => PartitionSet.From(pair.Value), StringComparer.Ordinal);
    }
}
