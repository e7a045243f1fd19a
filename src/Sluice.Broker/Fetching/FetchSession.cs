using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Fetching;

/// <summary>
/// An incremental fetch session (KIP-227): the broker remembers the partitions, the client sends and gets only changes.
/// </summary>
/// <remarks>
/// Used by one request at a time: <see cref="TryBegin"/> admits the one with the expected epoch, <see cref="End"/> lets
/// the next in. Fields that the cache reads for eviction are written under the cache's lock.
/// </remarks>
internal sealed class FetchSession(int id, bool usesTopicIds, bool privileged, long nowTimestamp)
{
    private readonly Dictionary<(Uuid Id, string Topic, int Partition), FetchTarget> _byKey = [];
    private readonly LinkedList<FetchTarget> _order = [];
    private readonly List<FetchTarget> _targets = [];
    private readonly Lock _lock = new();
    private int _expectedEpoch = 1;
    private bool _busy;

    /// <summary>Random, above 0.</summary>
    public int Id { get; } = id;

    /// <summary>Whether the session was made by a request that names topics by id (v13 and later).</summary>
    public bool UsesTopicIds { get; } = usesTopicIds;

    /// <summary>Followers' sessions are evicted after consumers'.</summary>
    public bool Privileged { get; } = privileged;

    /// <summary>When the session was made.</summary>
    public long CreatedTimestamp { get; } = nowTimestamp;

    /// <summary>When the session was last used.</summary>
    public long LastUsedTimestamp { get; set; } = nowTimestamp;

    /// <summary>Number of partitions, as of the last request.</summary>
    public int PartitionCount => _byKey.Count;

    /// <summary>Its partitions in the order in which they are served.</summary>
    public IReadOnlyList<FetchTarget> Targets => _targets;

    /// <summary>Admits the request with <paramref name="epoch"/>, or refuses it.</summary>
    public bool TryBegin(int epoch)
    {
        lock (_lock)
        {
            if (_busy || epoch != _expectedEpoch) return false;
            _busy = true;
            _expectedEpoch = epoch == int.MaxValue ? 1 : epoch + 1;
            return true;
        }
    }

    /// <summary>Admits the request that made the session.</summary>
    public void BeginFirst() => _busy = true;

    /// <summary>The request is answered.</summary>
    public void End()
    {
        lock (_lock) _busy = false;
    }

    /// <summary>Adds, changes and removes partitions as the request says.</summary>
    public void Update(FetchRequest request)
    {
        foreach (FetchRequest.FetchTopic topic in request.Topics)
        {
            foreach (FetchRequest.FetchPartition partition in topic.Partitions)
            {
                (Uuid, string, int) key = Key(topic.TopicId, topic.Topic, partition.Partition);
                if (!_byKey.TryGetValue(key, out FetchTarget? target))
                {
                    target = new FetchTarget { Topic = topic.Topic, TopicId = topic.TopicId, PartitionIndex = partition.Partition };
                    target.Node = _order.AddLast(target);
                    _byKey.Add(key, target);
                }
                target.Ask(partition);
            }
        }
        foreach (FetchRequest.ForgottenTopic topic in request.ForgottenTopicsData)
        {
            foreach (int partition in topic.Partitions)
            {
                if (!_byKey.Remove(Key(topic.TopicId, topic.Topic, partition), out FetchTarget? target)) continue;
                _order.Remove(target.Node!);
                target.ClearResult();
            }
        }
        _targets.Clear();
        foreach (FetchTarget target in _order) _targets.Add(target);
    }

    /// <summary>Whether an incremental answer must mention <paramref name="target"/>; notes what the client now knows.</summary>
    /// <remarks>A partition that brought records goes to the end of the order, so that a busy one cannot starve the rest.</remarks>
    public bool Tell(FetchTarget target, bool full)
    {
        bool changed = target.Records.SizeBytes > 0
            || target.Error != ErrorCode.None
            || target.Diverging is not null
            || target.Offsets.HighWatermark != target.ToldHighWatermark
            || target.Offsets.LogStartOffset != target.ToldLogStartOffset;
        if (!changed && !full) return false;
        // An error clears the memory, so that the watermark is told again once the partition is well.
        target.ToldHighWatermark = target.Error == ErrorCode.None ? target.Offsets.HighWatermark : -1;
        target.ToldLogStartOffset = target.Offsets.LogStartOffset;
        if (target.Records.SizeBytes > 0 && !full)
        {
            _order.Remove(target.Node!);
            _order.AddLast(target.Node!);
        }
        return true;
    }

    /// <summary>Drops every region the targets hold.</summary>
    public void ClearResults()
    {
        foreach (FetchTarget target in _targets) target.ClearResult();
    }

    private (Uuid Id, string Topic, int Partition) Key(Uuid topicId, string topic, int partition) =>
        UsesTopicIds ? (topicId, "", partition) : (default, topic, partition);
}
