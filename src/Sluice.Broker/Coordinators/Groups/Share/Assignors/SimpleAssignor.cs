using Sluice.Broker.Coordinators.Groups.Consumer.Assignors;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Share.Assignors;

/// <summary>Gives every partition to as many members as it takes to keep all of them busy, and every member equally many partitions.</summary>
/// <remarks>
/// A pure function. With at least as many partitions as members each partition has one member; with fewer, members share. What somebody has stays
/// as long as that is even. Members with different wishes are served topic by topic.
/// </remarks>
internal sealed class SimpleAssignor
{
    /// <summary>Name in <c>group.share.assignors</c>, and as groups are described.</summary>
    public const string Name = "simple";

    private readonly ShareAssignmentInput _input;
    private readonly HashSet<(Uuid Topic, int Partition)>[] _assigned;

    private SimpleAssignor(ShareAssignmentInput input)
    {
        _input = input;
        _assigned = [.. input.Members.Select(static _ => new HashSet<(Uuid, int)>())];
    }

    /// <summary>Whether a setting means this assignor: by its name, or by the name of the Java class that settings of Kafka may give.</summary>
    public static bool IsNamed(string name) => name is Name or "org.apache.kafka.coordinator.group.assignor.SimpleAssignor";

    /// <summary>Makes an assignment.</summary>
    /// <returns>An entry for each member, by its id.</returns>
    public static Dictionary<string, PartitionSet> Assign(ShareAssignmentInput input)
    {
        if (input.Members.Count == 0) return [];
        var assignor = new SimpleAssignor(input);
        if (input.IsHomogeneous) assignor.Spread(Enumerable.Range(0, input.Members.Count), input.PartitionsOf(input.Members[0].Topics));
        else assignor.SpreadByTopic();
        return Enumerable.Range(0, input.Members.Count).ToDictionary(index => input.Members[index].Id, index => PartitionSet.From(assignor._assigned[index]), StringComparer.Ordinal);
    }

    private void SpreadByTopic()
    {
        foreach (Uuid topic in _input.Members.SelectMany(static member => member.Topics).Distinct().Order())
            Spread(Enumerable.Range(0, _input.Members.Count).Where(index => _input.Members[index].Topics.Contains(topic)), _input.PartitionsOf([topic]));
    }

    // Every partition has exactly so many places that they go round, every member gets the quota of them, and some get one more.
    private void Spread(IEnumerable<int> subscribers, (Uuid Topic, int Partition)[] partitions)
    {
        int[] members = [.. subscribers];
        if (members.Length == 0 || partitions.Length == 0) return;
        int sharing = (members.Length + partitions.Length - 1) / partitions.Length;
        (int quota, int largerCount) = Math.DivRem(sharing * partitions.Length, members.Length);
        Dictionary<(Uuid, int), int> places = partitions.ToDictionary(static partition => partition, _ => sharing);
        Dictionary<int, int> counts = members.ToDictionary(static member => member, static _ => 0);

        // First what they have: the quota for everybody, then one more for as many as may have one more.
        foreach (int member in members) Keep(member, quota);
        foreach (int member in members)
        {
            if (largerCount > 0 && Keep(member, quota + 1)) largerCount--;
        }

        // A member below the quota has none of these partitions, or nobody has two places in any: either way it may take every place that is left.
        Queue<(Uuid, int)> open = new(OpenPlaces(partitions, places));
        foreach (int member in members)
        {
            while (counts[member] < quota) Give(member, open.Dequeue());
        }
        foreach ((Uuid, int) partition in open)
        {
            // Such a member there always is: fewer have the partition than have no more than the quota.
            Give(members.Where(member => counts[member] == quota && !_assigned[member].Contains(partition)).MinBy(member => _assigned[member].Count), partition);
        }

        bool Keep(int member, int most)
        {
            bool isKept = false;
            foreach ((Uuid, int) partition in _input.Members[member].Current.All)
            {
                if (counts[member] >= most) break;
                if (places.GetValueOrDefault(partition) == 0 || _assigned[member].Contains(partition)) continue;
                Give(member, partition);
                places[partition]--;
                isKept = true;
            }
            return isKept;
        }

        void Give(int member, (Uuid, int) partition)
        {
            _assigned[member].Add(partition);
            counts[member]++;
        }
    }

    // The partitions with the most places first, so that what is shared is shared evenly on the way.
    private static IEnumerable<(Uuid, int)> OpenPlaces((Uuid Topic, int Partition)[] partitions, Dictionary<(Uuid, int), int> places)
    {
        for (int round = places.Values.Max(); round > 0; round--)
        {
            foreach ((Uuid, int) partition in partitions)
            {
                if (places[partition] >= round) yield return partition;
            }
        }
    }
}
