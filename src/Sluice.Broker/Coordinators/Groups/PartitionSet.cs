using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>Partitions of topics that are known by their ids. Immutable; no partition twice.</summary>
internal sealed class PartitionSet : IEquatable<PartitionSet>
{
    // No topic without partitions; partitions ascending.
    private readonly Dictionary<Uuid, ImmutableArray<int>> _byTopic;

    private PartitionSet(Dictionary<Uuid, ImmutableArray<int>> byTopic)
    {
        _byTopic = byTopic;
        foreach (ImmutableArray<int> partitions in byTopic.Values) Count += partitions.Length;
    }

    /// <summary>No partitions.</summary>
    public static PartitionSet Empty { get; } = new([]);

    /// <summary>How many partitions.</summary>
    public int Count { get; }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Topics with at least one partition, in no order.</summary>
    public IReadOnlyCollection<Uuid> Topics => _byTopic.Keys;

    /// <summary>Every partition, in no order of topics.</summary>
    public IEnumerable<(Uuid Topic, int Partition)> All
    {
        get
        {
            foreach ((Uuid topic, ImmutableArray<int> partitions) in _byTopic)
            {
                foreach (int partition in partitions) yield return (topic, partition);
            }
        }
    }

    /// <summary>Collects partitions; those that come twice count once.</summary>
    public static PartitionSet From(IEnumerable<(Uuid Topic, int Partition)> partitions)
    {
        Dictionary<Uuid, SortedSet<int>> byTopic = [];
        foreach ((Uuid topic, int partition) in partitions)
        {
            if (!byTopic.TryGetValue(topic, out SortedSet<int>? set)) byTopic.Add(topic, set = []);
            set.Add(partition);
        }
        return byTopic.Count == 0 ? Empty : new PartitionSet(byTopic.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToImmutableArray()));
    }

    /// <summary>The partitions of a topic, ascending; empty if there are none.</summary>
    public ImmutableArray<int> Of(Uuid topic) => _byTopic.TryGetValue(topic, out ImmutableArray<int> partitions) ? partitions : [];

    /// <summary>Whether a partition is among them.</summary>
    public bool Contains(Uuid topic, int partition) => _byTopic.TryGetValue(topic, out ImmutableArray<int> partitions) && partitions.AsSpan().BinarySearch(partition) >= 0;

    /// <summary>Whether all of these are in <paramref name="other"/>.</summary>
    public bool IsSubsetOf(PartitionSet other) => Count <= other.Count && All.All(each => other.Contains(each.Topic, each.Partition));

    /// <summary>Whether both have a partition in common.</summary>
    public bool Overlaps(PartitionSet other) => All.Any(each => other.Contains(each.Topic, each.Partition));

    /// <summary>Those that are also in <paramref name="other"/>.</summary>
    public PartitionSet Intersect(PartitionSet other) => Filter((topic, partition) => other.Contains(topic, partition));

    /// <summary>Those that are not in <paramref name="other"/>.</summary>
    public PartitionSet Except(PartitionSet other) => other.IsEmpty ? this : Filter((topic, partition) => !other.Contains(topic, partition));

    /// <summary>Both together.</summary>
    public PartitionSet Union(PartitionSet other)
    {
        if (other.IsEmpty) return this;
        return IsEmpty ? other : From(All.Concat(other.All));
    }

    /// <summary>Those of the topics that pass.</summary>
    public PartitionSet WhereTopic(Func<Uuid, bool> isWanted) =>
        _byTopic.Keys.All(isWanted) ? this : new PartitionSet(_byTopic.Where(pair => isWanted(pair.Key)).ToDictionary());

    /// <summary>Those that pass.</summary>
    public PartitionSet Filter(Func<Uuid, int, bool> isWanted)
    {
        Dictionary<Uuid, ImmutableArray<int>> kept = new(_byTopic.Count);
        foreach ((Uuid topic, ImmutableArray<int> partitions) in _byTopic)
        {
            ImmutableArray<int> wanted = [.. partitions.Where(partition => isWanted(topic, partition))];
            if (!wanted.IsEmpty) kept.Add(topic, wanted);
        }
        return kept.Count == 0 ? Empty : new PartitionSet(kept);
    }

    /// <inheritdoc/>
    public bool Equals(PartitionSet? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || Count != other.Count || _byTopic.Count != other._byTopic.Count) return false;
        foreach ((Uuid topic, ImmutableArray<int> partitions) in _byTopic)
        {
            if (!partitions.AsSpan().SequenceEqual(other.Of(topic).AsSpan())) return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PartitionSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int sum = Count;
        foreach ((Uuid topic, ImmutableArray<int> partitions) in _byTopic) sum ^= HashCode.Combine(topic, partitions.Length);
        return sum;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _byTopic.Select(static pair => $"{pair.Key}: {string.Join(' ', pair.Value)}"));
}
