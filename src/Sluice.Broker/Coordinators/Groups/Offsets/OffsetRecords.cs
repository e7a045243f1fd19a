using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Offsets;

/// <summary>The records that committed offsets are stored in.</summary>
internal static class OffsetRecords
{
    private const short ValueVersion = 4;
    private const short ValueVersionWithExpiry = 1;

    /// <summary>An offset.</summary>
    public static CoordinatorRecord Of(string groupId, string topic, int partition, in CommittedOffset committed) => new(
        OffsetCommitKey.RecordType,
        Key(groupId, topic, partition),
        new OffsetCommitValue
        {
            Offset = committed.Offset,
            LeaderEpoch = committed.LeaderEpoch,
            Metadata = committed.Metadata,
            CommitTimestamp = committed.CommitTimestampMs,
            ExpireTimestamp = committed.ExpireTimestampMs,
            TopicId = committed.TopicId,
        },
        committed.ExpireTimestampMs == -1 ? ValueVersion : ValueVersionWithExpiry);

    /// <summary>What removes an offset.</summary>
    public static CoordinatorRecord Tombstone(string groupId, string topic, int partition) =>
        CoordinatorRecord.Tombstone(OffsetCommitKey.RecordType, Key(groupId, topic, partition));

    private static OffsetCommitKey Key(string groupId, string topic, int partition) => new() { Group = groupId, Topic = topic, Partition = partition };
}
