using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Share;

/// <summary>One shard of the share coordinator: the share partitions whose keys belong to one partition of <c>__share_group_state</c>.</summary>
/// <remarks>A state machine without I/O of its own. Its topic is not compacted: it removes by itself what it does not need any more.</remarks>
internal sealed partial class ShareShard : ICoordinatorState
{
    private readonly Dictionary<SharePartitionKey, ShareEntry> _entries = [];
    private readonly ICoordinatorLog _log;
    private readonly ShardTimers _timers;
    private readonly ShareCoordinatorSettings _settings;
    private readonly TimeProvider _time;
    private readonly Func<TopicTable> _topics;
    private readonly Action<long> _prune;
    private readonly ILogger _logger;

    /// <summary>Makes an empty shard.</summary>
    /// <param name="log">Where what must last is written.</param>
    /// <param name="timers">Timers of the shard.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="time">Clock of what is stored.</param>
    /// <param name="topics">The topics now.</param>
    /// <param name="prune">Removes the records of the log below an offset, once everything above is durable.</param>
    /// <param name="logger">Told of failures.</param>
    public ShareShard(
        ICoordinatorLog log, ShardTimers timers, ShareCoordinatorSettings settings, TimeProvider time, Func<TopicTable> topics, Action<long> prune, ILogger logger)
    {
        _log = log;
        _timers = timers;
        _settings = settings;
        _time = time;
        _topics = topics;
        _prune = prune;
        _logger = logger;
        _coldSnapshots = new ShardTimer(SnapshotCold);
        _pruning = new ShardTimer(Prune);
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Begins a share partition, or begins it anew.</summary>
    public ErrorCode Initialize(SharePartitionKey key, int stateEpoch, long startOffset)
    {
        if (Check(key) is var wrong and not ErrorCode.None) return wrong;
        ShareEntry? known = _entries.GetValueOrDefault(key);
        if (known is not null && stateEpoch != -1 && stateEpoch < known.StateEpoch) return ErrorCode.FencedStateEpoch;
        long nowMs = NowMs;
        var entry = new ShareEntry
        {
            SnapshotEpoch = known is null ? 0 : known.SnapshotEpoch + 1,
            StateEpoch = stateEpoch,
            StartOffset = startOffset,
            DeliveryCompleteCount = startOffset < 0 ? -1 : 0,
            CreatedMs = nowMs,
            WrittenMs = nowMs,
        };
        return WriteSnapshot(key, entry);
    }

    /// <summary>Reads the state for a partition's leader.</summary>
    /// <param name="key">The share partition.</param>
    /// <param name="leaderEpoch">-1 = not told.</param>
    /// <param name="state">Null with every error.</param>
    public ErrorCode Read(SharePartitionKey key, int leaderEpoch, out ShareState? state)
    {
        state = null;
        if (_entries.GetValueOrDefault(key) is not { } entry) return ErrorCode.InvalidRequest;
        if (Check(key) is var wrong and not ErrorCode.None) return wrong;
        if (leaderEpoch != -1 && leaderEpoch < entry.LeaderEpoch) return ErrorCode.FencedLeaderEpoch;
        if (leaderEpoch > entry.LeaderEpoch)
        {
            // From now on a leader of an older epoch is refused, whoever coordinates.
            var change = new ShareState(entry.StateEpoch, leaderEpoch, entry.StartOffset, entry.DeliveryCompleteCount, []);
            if (WriteUpdate(key, entry, change) is var refused and not ErrorCode.None) return refused;
        }
        state = new ShareState(entry.StateEpoch, entry.LeaderEpoch, entry.StartOffset, entry.DeliveryCompleteCount, [.. entry.Batches.All]);
        return ErrorCode.None;
    }

    /// <summary>Stores what became of records.</summary>
    public ErrorCode Write(SharePartitionKey key, ShareState change)
    {
        if (_entries.GetValueOrDefault(key) is not { } entry) return ErrorCode.InvalidRequest;
        if (Check(key) is var wrong and not ErrorCode.None) return wrong;
        if (change.LeaderEpoch != -1 && change.LeaderEpoch < entry.LeaderEpoch) return ErrorCode.FencedLeaderEpoch;
        if (change.StateEpoch != -1 && change.StateEpoch < entry.StateEpoch) return ErrorCode.FencedStateEpoch;
        if (change.Batches.Any(static batch => batch.FirstOffset < 0 || batch.LastOffset < batch.FirstOffset)) return ErrorCode.InvalidRequest;
        return entry.UpdatesCount < _settings.UpdatesPerSnapshot ? WriteUpdate(key, entry, change) : WriteMerged(key, entry, change);
    }

    /// <summary>Reads the state without its batches, for somebody who does not lead the partition.</summary>
    /// <param name="key">The share partition.</param>
    /// <param name="state">Null with every error.</param>
    public ErrorCode ReadSummary(SharePartitionKey key, out ShareState? state)
    {
        state = null;
        if (Check(key) is var wrong and not ErrorCode.None) return wrong;
        state = _entries.GetValueOrDefault(key) is not { } entry
            ? new ShareState(StateEpoch: 0, LeaderEpoch: 0, StartOffset: -1, DeliveryCompleteCount: -1, [])
            : new ShareState(entry.StateEpoch, entry.LeaderEpoch, entry.StartOffset, entry.DeliveryCompleteCount, []);
        return ErrorCode.None;
    }

    /// <summary>Forgets a share partition.</summary>
    public ErrorCode Delete(SharePartitionKey key)
    {
        if (Check(key) is var wrong and not ErrorCode.None) return wrong;
        return _entries.ContainsKey(key) ? Remove([key]) : ErrorCode.None;
    }

    /// <summary>Forgets the share partitions of topics that were deleted.</summary>
    public void OnTopicsDeleted(IReadOnlySet<Uuid> topicIds)
    {
        SharePartitionKey[] gone = [.. _entries.Keys.Where(key => topicIds.Contains(key.TopicId))];
        if (gone.Length == 0) return;
        ErrorCode error = Remove(gone);
        if (error != ErrorCode.None) BrokerLog.GroupNotStored(_logger, gone[0].GroupId, error);
    }

    private ErrorCode Check(SharePartitionKey key)
    {
        if (key.Partition < 0) return ErrorCode.InvalidRequest;
        return _topics().Find(key.TopicId) is { } topic && key.Partition < topic.Partitions.Length ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition;
    }

    private ErrorCode WriteSnapshot(SharePartitionKey key, ShareEntry entry)
    {
        CoordinatorAppend append = _log.Append([ShareRecords.Snapshot(key, entry)]);
        if (!append.IsDone) return append.Error;
        entry.SnapshotOffset = append.BaseOffset;
        entry.UpdatesCount = 0;
        _entries[key] = entry;
        return ErrorCode.None;
    }

    private ErrorCode WriteUpdate(SharePartitionKey key, ShareEntry entry, ShareState change)
    {
        CoordinatorAppend append = _log.Append([ShareRecords.Update(key, entry.SnapshotEpoch, change)]);
        if (!append.IsDone) return append.Error;
        Apply(entry, change);
        entry.UpdatesCount++;
        entry.WrittenMs = NowMs;
        return ErrorCode.None;
    }

    // The state as it is after the change, in one record; the one in memory stays as it is until that is written.
    private ErrorCode WriteMerged(SharePartitionKey key, ShareEntry entry, ShareState change)
    {
        ShareEntry merged = Copy(entry);
        Apply(merged, change);
        merged.SnapshotEpoch++;
        merged.CreatedMs = merged.WrittenMs = NowMs;
        return WriteSnapshot(key, merged);
    }

    private ErrorCode Remove(IReadOnlyList<SharePartitionKey> keys)
    {
        CoordinatorAppend append = _log.Append([.. keys.Select(ShareRecords.Tombstone)]);
        if (!append.IsDone) return append.Error;
        foreach (SharePartitionKey key in keys) _entries.Remove(key);
        return ErrorCode.None;
    }

    private static ShareEntry Copy(ShareEntry entry)
    {
        var copy = new ShareEntry
        {
            SnapshotEpoch = entry.SnapshotEpoch,
            StateEpoch = entry.StateEpoch,
            LeaderEpoch = entry.LeaderEpoch,
            StartOffset = entry.StartOffset,
            DeliveryCompleteCount = entry.DeliveryCompleteCount,
            CreatedMs = entry.CreatedMs,
            WrittenMs = entry.WrittenMs,
        };
        foreach (ShareStateBatch batch in entry.Batches.All) copy.Batches.Merge(batch);
        return copy;
    }

    // Two writes of one leader may come in another order than they were decided in: epochs and the start offset only grow.
    private static void Apply(ShareEntry entry, ShareState change)
    {
        entry.LeaderEpoch = Math.Max(entry.LeaderEpoch, change.LeaderEpoch);
        entry.StartOffset = Math.Max(entry.StartOffset, change.StartOffset);
        entry.DeliveryCompleteCount = change.DeliveryCompleteCount;
        foreach (ShareStateBatch batch in change.Batches) entry.Batches.Merge(batch);
        entry.Batches.RemoveBelow(entry.StartOffset);
    }
}
