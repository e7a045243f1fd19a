using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Share;

/// <summary>The records of <c>__share_group_state</c>, made and read.</summary>
internal static class ShareRecords
{
    /// <summary>The whole state of a share partition.</summary>
    public static CoordinatorRecord Snapshot(SharePartitionKey key, ShareEntry entry)
    {
        var value = new ShareSnapshotValue
        {
            SnapshotEpoch = entry.SnapshotEpoch,
            StateEpoch = entry.StateEpoch,
            LeaderEpoch = entry.LeaderEpoch,
            StartOffset = entry.StartOffset,
            DeliveryCompleteCount = entry.DeliveryCompleteCount,
            CreateTimestamp = entry.CreatedMs,
            WriteTimestamp = entry.WrittenMs,
        };
        foreach (ShareStateBatch batch in entry.Batches.All)
        {
            ShareSnapshotValue.StateBatch written = value.StateBatches.Add();
            written.FirstOffset = batch.FirstOffset;
            written.LastOffset = batch.LastOffset;
            written.DeliveryState = batch.State;
            written.DeliveryCount = batch.DeliveryCount;
        }
        return new CoordinatorRecord(ShareSnapshotKey.RecordType, SnapshotKey(key), value, 0);
    }

    /// <summary>A change of the state that a snapshot tells.</summary>
    public static CoordinatorRecord Update(SharePartitionKey key, int snapshotEpoch, ShareState change)
    {
        var value = new ShareUpdateValue
        {
            SnapshotEpoch = snapshotEpoch,
            LeaderEpoch = change.LeaderEpoch,
            StartOffset = change.StartOffset,
            DeliveryCompleteCount = change.DeliveryCompleteCount,
        };
        foreach (ShareStateBatch batch in change.Batches)
        {
            ShareUpdateValue.StateBatch written = value.StateBatches.Add();
            written.FirstOffset = batch.FirstOffset;
            written.LastOffset = batch.LastOffset;
            written.DeliveryState = batch.State;
            written.DeliveryCount = batch.DeliveryCount;
        }
        return new CoordinatorRecord(ShareUpdateKey.RecordType, new ShareUpdateKey { GroupId = key.GroupId, TopicId = key.TopicId, Partition = key.Partition }, value, 0);
    }

    /// <summary>The end of a share partition.</summary>
    public static CoordinatorRecord Tombstone(SharePartitionKey key) => CoordinatorRecord.Tombstone(ShareSnapshotKey.RecordType, SnapshotKey(key));

    /// <summary>What a snapshot at <paramref name="offset"/> of the log tells.</summary>
    public static ShareEntry Read(ShareSnapshotValue value, long offset)
    {
        var entry = new ShareEntry
        {
            SnapshotEpoch = value.SnapshotEpoch,
            StateEpoch = value.StateEpoch,
            LeaderEpoch = value.LeaderEpoch,
            StartOffset = value.StartOffset,
            DeliveryCompleteCount = value.DeliveryCompleteCount,
            CreatedMs = value.CreateTimestamp,
            WrittenMs = value.WriteTimestamp,
            SnapshotOffset = offset,
        };
        foreach (ShareSnapshotValue.StateBatch batch in value.StateBatches)
            entry.Batches.Merge(new ShareStateBatch(batch.FirstOffset, batch.LastOffset, batch.DeliveryState, batch.DeliveryCount));
        return entry;
    }

    /// <summary>What an update tells.</summary>
    public static ShareState Read(ShareUpdateValue value, int stateEpoch) => new(
        stateEpoch,
        value.LeaderEpoch,
        value.StartOffset,
        value.DeliveryCompleteCount,
        [.. value.StateBatches.Select(static batch => new ShareStateBatch(batch.FirstOffset, batch.LastOffset, batch.DeliveryState, batch.DeliveryCount))]);

    private static ShareSnapshotKey SnapshotKey(SharePartitionKey key) => new() { GroupId = key.GroupId, TopicId = key.TopicId, Partition = key.Partition };
}
