using Sluice.Metadata.Configs;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>The settings of the group coordinator, read once: none of them changes while the broker runs.</summary>
internal sealed class GroupCoordinatorSettings(BrokerSettings broker)
{
    /// <summary><c>offsets.topic.num.partitions</c>.</summary>
    public int PartitionCount { get; } = broker.GetInt(BrokerConfigKeys.OffsetsTopicNumPartitions);

    /// <summary><c>offsets.topic.segment.bytes</c>.</summary>
    public int SegmentBytes { get; } = broker.GetInt(BrokerConfigKeys.OffsetsTopicSegmentBytes);

    /// <summary><c>offsets.topic.compression.codec</c>.</summary>
    public CompressionType Compression { get; } = (CompressionType)broker.GetInt(BrokerConfigKeys.OffsetsTopicCompressionCodec);

    /// <summary><c>offsets.load.buffer.size</c>.</summary>
    public int LoadBufferBytes { get; } = broker.GetInt(BrokerConfigKeys.OffsetsLoadBufferSize);

    /// <summary><c>group.coordinator.threads</c>: shards that load at the same time.</summary>
    public int Threads { get; } = broker.GetInt(BrokerConfigKeys.GroupCoordinatorThreads);

    /// <summary><c>group.coordinator.background.threads</c>: pieces of background work that run at the same time.</summary>
    public int BackgroundThreads { get; } = broker.GetInt(BrokerConfigKeys.GroupCoordinatorBackgroundThreads);

    /// <summary><c>offsets.retention.minutes</c>, in milliseconds.</summary>
    public long OffsetsRetentionMs { get; } = broker.GetInt(BrokerConfigKeys.OffsetsRetentionMinutes) * 60_000L;

    /// <summary><c>offsets.retention.check.interval.ms</c>.</summary>
    public long OffsetsRetentionCheckIntervalMs { get; } = broker.GetLong(BrokerConfigKeys.OffsetsRetentionCheckIntervalMs);

    /// <summary><c>offset.metadata.max.bytes</c>, which counts UTF-16 units.</summary>
    public int OffsetMetadataLengthMax { get; } = broker.GetInt(BrokerConfigKeys.OffsetMetadataMaxBytes);

    /// <summary><c>group.initial.rebalance.delay.ms</c>.</summary>
    public int InitialRebalanceDelayMs { get; } = broker.GetInt(BrokerConfigKeys.GroupInitialRebalanceDelayMs);

    /// <summary><c>group.min.session.timeout.ms</c>.</summary>
    public int SessionTimeoutMsMin { get; } = broker.GetInt(BrokerConfigKeys.GroupMinSessionTimeoutMs);

    /// <summary><c>group.max.session.timeout.ms</c>.</summary>
    public int SessionTimeoutMsMax { get; } = broker.GetInt(BrokerConfigKeys.GroupMaxSessionTimeoutMs);

    /// <summary><c>group.max.size</c>.</summary>
    public int MembersMax { get; } = broker.GetInt(BrokerConfigKeys.GroupMaxSize);
}
