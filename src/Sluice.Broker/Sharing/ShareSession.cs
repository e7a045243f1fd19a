using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

/// <summary>What one member of a share group fetches, from request to request, on one connection.</summary>
/// <remarks>Used by its connection's requests only, one at a time.</remarks>
internal sealed class ShareSession(string groupId, string memberId, ShareFetchState owner)
{
    private readonly Dictionary<(Uuid TopicId, int Partition), ShareTarget> _targets = [];

    /// <summary>Share group.</summary>
    public string GroupId { get; } = groupId;

    /// <summary>Member of the group.</summary>
    public string MemberId { get; } = memberId;

    /// <summary>The connection that it belongs to.</summary>
    public ShareFetchState Owner { get; } = owner;

    /// <summary>Epoch that the next request must have; 1 or more.</summary>
    public int NextEpoch { get; private set; } = 1;

    /// <summary>The partitions, in the order in which they came.</summary>
    public List<ShareTarget> Targets { get; } = [];

    /// <summary>Adds a partition unless it is there.</summary>
    public ShareTarget Add(Uuid topicId, int partition)
    {
        if (_targets.TryGetValue((topicId, partition), out ShareTarget? target)) return target;
        target = new ShareTarget(topicId, partition);
        _targets.Add((topicId, partition), target);
        Targets.Add(target);
        return target;
    }

    /// <summary>Removes a partition if it is there.</summary>
    public void Remove(Uuid topicId, int partition)
    {
        if (!_targets.Remove((topicId, partition), out ShareTarget? target)) return;
        target.Clear();
        Targets.Remove(target);
    }

    /// <summary>Finds a partition; null if it is not there.</summary>
    public ShareTarget? Find(Uuid topicId, int partition) => _targets.GetValueOrDefault((topicId, partition));

    /// <summary>A request with the right epoch came.</summary>
    public void Advance() => NextEpoch = NextEpoch == int.MaxValue ? 1 : NextEpoch + 1;
}
