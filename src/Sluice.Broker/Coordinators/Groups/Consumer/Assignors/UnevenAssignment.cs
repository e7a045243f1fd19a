using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer.Assignors;

/// <summary>One uniform assignment over members that want different topics: as even as the wishes allow within a bounded number of rounds.</summary>
internal sealed class UnevenAssignment
{
    /// <summary>Rounds over all topics in which partitions are moved from members with many to members with few.</summary>
    private const int RoundsMax = 16;

    private readonly AssignmentInput _input;
    private readonly HashSet<(Uuid Topic, int Partition)>[] _assigned;
    private readonly Dictionary<Uuid, List<int>> _subscribers = [];

    /// <summary>Prepares one assignment.</summary>
    public UnevenAssignment(AssignmentInput input)
    {
        _input = input;
        _assigned = new HashSet<(Uuid, int)>[input.Members.Count];
        for (int index = 0; index < _assigned.Length; index++)
        {
            _assigned[index] = [];
            foreach (Uuid topic in input.Members[index].Topics)
            {
                if (!_subscribers.TryGetValue(topic, out List<int>? subscribers)) _subscribers.Add(topic, subscribers = []);
                subscribers.Add(index);
            }
        }
    }

    /// <summary>Makes it; once.</summary>
    public Dictionary<string, PartitionSet> Assign()
    {
        // Topics that burden their subscribers most come first, while there is most choice.
        Uuid[] topics =
        [
            .. _subscribers
                .OrderByDescending(pair => (double)_input.PartitionCounts[pair.Key] / pair.Value.Count)
                .ThenBy(static pair => pair.Value.Count)
                .ThenBy(static pair => pair.Key)
                .Select(static pair => pair.Key),
        ];
        HashSet<(Uuid, int)> taken = KeepCurrent();
        foreach (Uuid topic in topics)
        {
            for (int partition = 0; partition < _input.PartitionCounts[topic]; partition++)
            {
                if (!taken.Contains((topic, partition))) _assigned[LeastLoaded(_subscribers[topic])].Add((topic, partition));
            }
        }
        bool moved = true;
        for (int round = 0; moved && round < RoundsMax; round++)
        {
            moved = false;
            foreach (Uuid topic in topics) moved |= _subscribers[topic].Count > 1 && Balance(topic);
        }
        return Enumerable.Range(0, _assigned.Length).ToDictionary(index => _input.Members[index].Id, index => PartitionSet.From(_assigned[index]), StringComparer.Ordinal);
    }

    private HashSet<(Uuid, int)> KeepCurrent()
    {
        HashSet<(Uuid, int)> taken = [];
        for (int index = 0; index < _assigned.Length; index++)
        {
            foreach ((Uuid topic, int partition) in _input.Members[index].Current.All)
            {
                bool isWanted = _input.Members[index].Topics.Contains(topic) && partition < _input.PartitionCounts[topic];
                if (isWanted && taken.Add((topic, partition))) _assigned[index].Add((topic, partition));
            }
        }
        return taken;
    }

    private bool Balance(Uuid topic)
    {
        List<int> subscribers = _subscribers[topic];
        Dictionary<int, Stack<int>> owned = [];
        foreach (int index in subscribers)
        {
            Stack<int> partitions = new(_assigned[index].Where(each => each.Topic == topic).Select(static each => each.Partition).Order());
            if (partitions.Count > 0) owned.Add(index, partitions);
        }
        bool moved = false;
        while (owned.Count > 0)
        {
            int most = owned.Keys.MaxBy(index => _assigned[index].Count);
            int least = LeastLoaded(subscribers);
            if (_assigned[most].Count - _assigned[least].Count <= 1) break;
            int partition = owned[most].Pop();
            if (owned[most].Count == 0) owned.Remove(most);
            _assigned[most].Remove((topic, partition));
            _assigned[least].Add((topic, partition));
            if (!owned.TryGetValue(least, out Stack<int>? received)) owned.Add(least, received = []);
            received.Push(partition);
            moved = true;
        }
        return moved;
    }

    private int LeastLoaded(List<int> members)
    {
        int least = members[0];
        foreach (int index in members)
        {
            if (_assigned[index].Count < _assigned[least].Count) least = index;
        }
        return least;
    }
}
