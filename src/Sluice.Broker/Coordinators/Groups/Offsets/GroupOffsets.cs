namespace Sluice.Broker.Coordinators.Groups.Offsets;

/// <summary>The committed offsets of one group, and those that open transactions may still commit.</summary>
internal sealed class GroupOffsets
{
    private readonly Dictionary<string, SortedDictionary<int, CommittedOffset>> _byTopic = new(StringComparer.Ordinal);

    // Few: transactions that are open at this moment.
    private readonly Dictionary<long, Dictionary<(string Topic, int Partition), CommittedOffset>> _pending = [];

    /// <summary>Partitions that have an offset.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a transaction holds offsets of the group.</summary>
    public bool HasPending => _pending.Count > 0;

    /// <summary>Whether there is nothing at all.</summary>
    public bool IsEmpty => Count == 0 && !HasPending;

    /// <summary>Topics with at least one offset.</summary>
    public IEnumerable<string> Topics => _byTopic.Keys;

    /// <summary>The offsets of a topic by partition, ascending; empty if there are none.</summary>
    public IEnumerable<KeyValuePair<int, CommittedOffset>> Of(string topic) => _byTopic.TryGetValue(topic, out var partitions) ? partitions : [];

    /// <summary>Finds one offset.</summary>
    public bool TryGet(string topic, int partition, out CommittedOffset committed)
    {
        committed = default;
        return _byTopic.TryGetValue(topic, out var partitions) && partitions.TryGetValue(partition, out committed);
    }

    /// <summary>Sets one offset.</summary>
    public void Set(string topic, int partition, in CommittedOffset committed)
    {
        if (!_byTopic.TryGetValue(topic, out var partitions)) _byTopic.Add(topic, partitions = []);
        int before = partitions.Count;
        partitions[partition] = committed;
        Count += partitions.Count - before;
    }

    /// <summary>Removes an offset, the pending ones of that partition with it.</summary>
    public void Remove(string topic, int partition)
    {
        if (_byTopic.TryGetValue(topic, out var partitions) && partitions.Remove(partition))
        {
            Count--;
            if (partitions.Count == 0) _byTopic.Remove(topic);
        }
        foreach ((long producerId, var pending) in _pending)
        {
            if (pending.Remove((topic, partition)) && pending.Count == 0) _pending.Remove(producerId);
        }
    }

    /// <summary>Keeps an offset until the transaction of <paramref name="producerId"/> ends.</summary>
    public void SetPending(long producerId, string topic, int partition, in CommittedOffset committed)
    {
        if (!_pending.TryGetValue(producerId, out var pending)) _pending.Add(producerId, pending = []);
        pending[(topic, partition)] = committed;
    }

    /// <summary>Whether a transaction may still change the offset.</summary>
    public bool IsPending(string topic, int partition)
    {
        foreach (var pending in _pending.Values)
        {
            if (pending.ContainsKey((topic, partition))) return true;
        }
        return false;
    }

    /// <summary>Partitions that transactions may still change.</summary>
    public IEnumerable<(string Topic, int Partition)> PendingPartitions => _pending.Values.SelectMany(static pending => pending.Keys).Distinct();

    /// <summary>Ends the transaction of <paramref name="producerId"/>.</summary>
    /// <remarks>A commit that was made after the pending one, outside the transaction, stays.</remarks>
    public void EndTransaction(long producerId, bool isCommit)
    {
        if (!_pending.Remove(producerId, out var pending) || !isCommit) return;
        foreach (((string topic, int partition), CommittedOffset committed) in pending)
        {
            if (!TryGet(topic, partition, out CommittedOffset current) || committed.RecordOffset > current.RecordOffset) Set(topic, partition, committed);
        }
    }
}
