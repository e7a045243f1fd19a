using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Share;

// Reading the state back, and keeping the log that it is read from short.
internal sealed partial class ShareShard
{
    private readonly ShardTimer _coldSnapshots;
    private readonly ShardTimer _pruning;
    private long _prunedTo;

    /// <inheritdoc/>
    public void Replay(in ReplayedRecord record)
    {
        switch (record.RecordType)
        {
            case ShareSnapshotKey.RecordType:
                ShareSnapshotKey snapshotKey = record.ReadKey(new ShareSnapshotKey());
                var key = new SharePartitionKey(snapshotKey.GroupId, snapshotKey.TopicId, snapshotKey.Partition);
                if (record.IsTombstone) _entries.Remove(key);
                else _entries[key] = ShareRecords.Read(record.ReadValue(new ShareSnapshotValue()), record.Offset);
                break;
            case ShareUpdateKey.RecordType when !record.IsTombstone:
                ShareUpdateKey updateKey = record.ReadKey(new ShareUpdateKey());
                if (_entries.TryGetValue(new SharePartitionKey(updateKey.GroupId, updateKey.TopicId, updateKey.Partition), out ShareEntry? entry))
                {
                    Apply(entry, ShareRecords.Read(record.ReadValue(new ShareUpdateValue()), entry.StateEpoch));
                    entry.UpdatesCount++;
                    entry.WrittenMs = record.TimestampMs;
                }
                break;
            case ShareUpdateKey.RecordType:
                break;
            default:
                BrokerLog.CoordinatorRecordUnknown(_logger, "__share_group_state", record.RecordType, record.Offset);
                break;
        }
    }

    /// <inheritdoc/>
    public void ReplayEndOfTransaction(long producerId, bool isCommit)
    {
        // Nobody writes this topic in transactions.
    }

    /// <inheritdoc/>
    public void OnLoaded()
    {
        // Topics may have gone while nobody looked.
        TopicTable topics = _topics();
        OnTopicsDeleted(_entries.Keys.Select(static key => key.TopicId).Where(id => topics.Find(id) is null).ToHashSet());
        _timers.Schedule(_coldSnapshots, _settings.ColdSnapshotIntervalMs);
        _timers.Schedule(_pruning, _settings.PruneIntervalMs);
    }

    /// <inheritdoc/>
    public void OnUnloaded()
    {
        // Nobody waits here.
    }

    // A partition that nothing happens to would keep the whole log since its last snapshot. If that is true of all of them, the log does not grow.
    private void SnapshotCold()
    {
        long nowMs = NowMs;
        KeyValuePair<SharePartitionKey, ShareEntry>[] cold = [.. _entries.Where(each => nowMs - each.Value.WrittenMs >= _settings.ColdSnapshotIntervalMs)];
        if (cold.Length < _entries.Count)
        {
            foreach ((SharePartitionKey key, ShareEntry entry) in cold)
            {
                ShareEntry copy = Copy(entry);
                copy.SnapshotEpoch++;
                copy.WrittenMs = nowMs;
                ErrorCode error = WriteSnapshot(key, copy);
                if (error != ErrorCode.None) BrokerLog.GroupNotStored(_logger, key.GroupId, error);
            }
        }
        _timers.Schedule(_coldSnapshots, _settings.ColdSnapshotIntervalMs);
    }

    private void Prune()
    {
        long needed = _entries.Count == 0 ? 0 : _entries.Values.Min(static entry => entry.SnapshotOffset);
        if (needed > _prunedTo)
        {
            _prune(needed);
            _prunedTo = needed;
        }
        _timers.Schedule(_pruning, _settings.PruneIntervalMs);
    }
}
