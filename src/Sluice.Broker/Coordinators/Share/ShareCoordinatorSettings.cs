using Sluice.Metadata.Configs;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Coordinators.Share;

/// <summary>The settings of the share coordinator, read once: none of them changes while the broker runs.</summary>
internal sealed class ShareCoordinatorSettings(BrokerSettings broker)
{
    /// <summary><c>share.coordinator.state.topic.num.partitions</c>.</summary>
    public int PartitionCount { get; } = broker.GetInt(BrokerConfigKeys.ShareCoordinatorStateTopicNumPartitions);

    /// <summary><c>share.coordinator.state.topic.segment.bytes</c>.</summary>
    public int SegmentBytes { get; } = broker.GetInt(BrokerConfigKeys.ShareCoordinatorStateTopicSegmentBytes);

    /// <summary><c>share.coordinator.state.topic.compression.codec</c>.</summary>
    public CompressionType Compression { get; } = (CompressionType)broker.GetInt(BrokerConfigKeys.ShareCoordinatorStateTopicCompressionCodec);

    /// <summary><c>share.coordinator.load.buffer.size</c>.</summary>
    public int LoadBufferBytes { get; } = broker.GetInt(BrokerConfigKeys.ShareCoordinatorLoadBufferSize);

    /// <summary><c>share.coordinator.threads</c>: shards that load at the same time.</summary>
    public int Threads { get; } = broker.GetInt(BrokerConfigKeys.ShareCoordinatorThreads);

    /// <summary><c>share.coordinator.snapshot.update.records.per.snapshot</c>: changes after which the whole state is written.</summary>
    public int UpdatesPerSnapshot { get; } = broker.GetInt(BrokerConfigKeys.ShareCoordinatorSnapshotUpdateRecordsPerSnapshot);

    /// <summary><c>share.coordinator.cold.partition.snapshot.interval.ms</c>.</summary>
    public int ColdSnapshotIntervalMs { get; } = broker.GetInt(BrokerConfigKeys.ShareCoordinatorColdPartitionSnapshotIntervalMs);

    /// <summary><c>share.coordinator.state.topic.prune.interval.ms</c>.</summary>
    public int PruneIntervalMs { get; } = broker.GetInt(BrokerConfigKeys.ShareCoordinatorStateTopicPruneIntervalMs);
}
