using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

/// <summary>The share partitions that are in memory: those of groups that fetch.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class SharePartitions : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SharePartitionKey, SharePartition> _partitions = [];
    private readonly TopicManager _topics;
    private readonly IShareStateStore _store;
    private readonly ShareSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Makes an empty set that follows the topics.</summary>
    public SharePartitions(TopicManager topics, IShareStateStore store, ShareSettings settings, TimeProvider time, ILogger logger)
    {
        _topics = topics;
        _store = store;
        _settings = settings;
        _time = time;
        _logger = logger;
        _topics.TableChanged += OnTableChanged;
    }

    /// <summary>Finds a share partition that is in memory; null if it is not.</summary>
    public SharePartition? Find(SharePartitionKey key)
    {
        lock (_lock) return _partitions.GetValueOrDefault(key);
    }

    /// <summary>Brings a share partition into memory.</summary>
    /// <param name="key">Group and partition.</param>
    /// <returns>NONE with the share partition, or what the member is answered for it.</returns>
    public async ValueTask<(ErrorCode Error, SharePartition? Partition)> OpenAsync(SharePartitionKey key)
    {
        ErrorCode error = _topics.Table.Find(key.TopicId, key.Partition, out _, out Partition? partition);
        if (error != ErrorCode.None) return (error, null);
        SharePartition? opened;
        lock (_lock)
        {
            if (!_partitions.TryGetValue(key, out opened) || opened.Partition != partition)
                _partitions[key] = opened = new SharePartition(key, partition!, _store, _settings, _time, _logger);
        }
        error = await opened.LoadAsync().ConfigureAwait(false);
        if (error == ErrorCode.None) return (ErrorCode.None, opened);
        Close(opened);
        return (error, null);
    }

    /// <summary>Takes a share partition out of memory; the next who opens it reads what is stored.</summary>
    public void Close(SharePartition partition)
    {
        lock (_lock)
        {
            if (_partitions.GetValueOrDefault(partition.Key) == partition) _partitions.Remove(partition.Key);
        }
        partition.Dispose();
    }

    /// <summary>Takes everything of a group out of memory: none of its members fetches any more.</summary>
    public void CloseGroup(string groupId) => CloseAll(partition => partition.Key.GroupId == groupId);

    /// <inheritdoc/>
    public void Dispose()
    {
        _topics.TableChanged -= OnTableChanged;
        CloseAll(static _ => true);
    }

    // A topic that went, or was made anew: the partition's object is another one then.
    private void OnTableChanged(TopicTable before, TopicTable after) =>
        CloseAll(partition => after.Find(partition.Key.TopicId, partition.Key.Partition, out _, out Partition? found) != ErrorCode.None || found != partition.Partition);

    private void CloseAll(Func<SharePartition, bool> isMeant)
    {
        SharePartition[] gone;
        lock (_lock) gone = [.. _partitions.Values.Where(isMeant)];
        foreach (SharePartition partition in gone) Close(partition);
    }
}
