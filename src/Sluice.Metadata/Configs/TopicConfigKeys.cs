using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

/// <summary>Settings of a topic; where one is not set, its broker keys supply the value.</summary>
public static class TopicConfigKeys
{
    private static readonly ConfigTableBuilder Declare = new("topic", ConfigUpdateMode.Resource);

    public static readonly ConfigKey CleanupPolicy = Declare.List("cleanup.policy", "delete", ListOf("compact", "delete"), Honoured,
        "What happens to old segments: delete them, compact them, both, or nothing (empty).", synonyms: [new(BrokerConfigKeys.LogCleanupPolicy, 1)]);
    public static readonly ConfigKey CompressionType = Declare.Text("compression.type", "producer", OneOf("uncompressed", "zstd", "lz4", "snappy", "gzip",
        "producer"), Honoured,
        "Codec that batches are stored with; producer keeps what was sent.", synonyms: [new(BrokerConfigKeys.CompressionType, 1)]);
    public static readonly ConfigKey CompressionGzipLevel = Declare.Int("compression.gzip.level", -1, BetweenOr(1, 9, special: -1), Honoured,
        "Level for gzip; -1 is the library's own default.", synonyms: [new(BrokerConfigKeys.CompressionGzipLevel, 1)]);
    public static readonly ConfigKey CompressionLz4Level = Declare.Int("compression.lz4.level", 9, Between(1, 17), Honoured,
        "Level for lz4.", synonyms: [new(BrokerConfigKeys.CompressionLz4Level, 1)]);
    public static readonly ConfigKey CompressionZstdLevel = Declare.Int("compression.zstd.level", 3, Between(-131_072, 22), Honoured,
        "Level for zstd.", synonyms: [new(BrokerConfigKeys.CompressionZstdLevel, 1)]);
    public static readonly ConfigKey SegmentBytes = Declare.Int("segment.bytes", 1_073_741_824, AtLeast(1_048_576), Honoured,
        "Size at which a segment is closed and the next one begun.", synonyms: [new(BrokerConfigKeys.LogSegmentBytes, 1)]);
    public static readonly ConfigKey SegmentMs = Declare.Long("segment.ms", 604_800_000, AtLeast(1), Honoured,
        "Age at which a segment is closed even if it is not full.",
        synonyms: [new(BrokerConfigKeys.LogRollMs, 1), new(BrokerConfigKeys.LogRollHours, 3_600_000)]);
    public static readonly ConfigKey SegmentJitterMs = Declare.Long("segment.jitter.ms", 0, AtLeast(0), Honoured,
        "Most time taken off segment.ms at random, so that segments do not all roll at once.",
        synonyms: [new(BrokerConfigKeys.LogRollJitterMs, 1), new(BrokerConfigKeys.LogRollJitterHours, 3_600_000)]);
    public static readonly ConfigKey SegmentIndexBytes = Declare.Int("segment.index.bytes", 10_485_760, AtLeast(4), Honoured,
        "Largest offset index; a full one closes its segment.", synonyms: [new(BrokerConfigKeys.LogIndexSizeMaxBytes, 1)]);
    public static readonly ConfigKey IndexIntervalBytes = Declare.Int("index.interval.bytes", 4096, AtLeast(0), Honoured,
        "Bytes of records between two entries of the offset index.", synonyms: [new(BrokerConfigKeys.LogIndexIntervalBytes, 1)]);
    public static readonly ConfigKey Preallocate = Declare.Boolean("preallocate", false, Honoured,
        "Whether a new segment gets its full size on disk at once.", synonyms: [new(BrokerConfigKeys.LogPreallocate, 1)]);
    public static readonly ConfigKey FileDeleteDelayMs = Declare.Long("file.delete.delay.ms", 60000, AtLeast(0), Honoured,
        "Time between taking a segment out of the log and unlinking its file.", synonyms: [new(BrokerConfigKeys.LogSegmentDeleteDelayMs, 1)]);
    public static readonly ConfigKey RetentionMs = Declare.Long("retention.ms", 604_800_000, AtLeast(-1), Honoured,
        "Time that records are kept; -1: for ever.",
        synonyms: [new(BrokerConfigKeys.LogRetentionMs, 1), new(BrokerConfigKeys.LogRetentionMinutes, 60_000),
            new(BrokerConfigKeys.LogRetentionHours, 3_600_000)]);
    public static readonly ConfigKey RetentionBytes = Declare.Long("retention.bytes", -1, Any, Honoured,
        "Bytes kept per partition before the oldest segments are deleted; -1: no limit.", synonyms: [new(BrokerConfigKeys.LogRetentionBytes, 1)]);
    public static readonly ConfigKey FlushMessages = Declare.Long("flush.messages", long.MaxValue, AtLeast(1), Honoured,
        "Records after which a partition is flushed to the device.", synonyms: [new(BrokerConfigKeys.LogFlushIntervalMessages, 1)]);
    public static readonly ConfigKey FlushMs = Declare.Long("flush.ms", long.MaxValue, AtLeast(0), Honoured,
        "Age of unflushed records at which a partition is flushed to the device.",
        synonyms: [new(BrokerConfigKeys.LogFlushIntervalMs, 1), new(BrokerConfigKeys.LogFlushSchedulerIntervalMs, 1)]);
    public static readonly ConfigKey MaxMessageBytes = Declare.Int("max.message.bytes", 1_048_588, AtLeast(0), Honoured,
        "Largest record batch, compressed.", synonyms: [new(BrokerConfigKeys.MessageMaxBytes, 1)]);
    public static readonly ConfigKey MessageTimestampType = Declare.Text("message.timestamp.type", "CreateTime", OneOf("CreateTime", "LogAppendTime"),
        Honoured,
        "Whether records keep the time the producer gave or get that of the append.", synonyms: [new(BrokerConfigKeys.LogMessageTimestampType, 1)]);
    public static readonly ConfigKey MessageTimestampBeforeMaxMs = Declare.Long("message.timestamp.before.max.ms", long.MaxValue, AtLeast(0), Honoured,
        "How far a record's time may lie before the broker's.", synonyms: [new(BrokerConfigKeys.LogMessageTimestampBeforeMaxMs, 1)]);
    public static readonly ConfigKey MessageTimestampAfterMaxMs = Declare.Long("message.timestamp.after.max.ms", 3_600_000, AtLeast(0), Honoured,
        "How far a record's time may lie after the broker's.", synonyms: [new(BrokerConfigKeys.LogMessageTimestampAfterMaxMs, 1)]);
    public static readonly ConfigKey MinInsyncReplicas = Declare.Int("min.insync.replicas", 1, AtLeast(1), Honoured,
        "Replicas that must be in sync for a produce with acks=all.", synonyms: [new(BrokerConfigKeys.MinInsyncReplicas, 1)]);
    public static readonly ConfigKey UncleanLeaderElectionEnable = Declare.Boolean("unclean.leader.election.enable", false, UncleanElection,
        "Whether a replica that is not in sync may become leader.", synonyms: [new(BrokerConfigKeys.UncleanLeaderElectionEnable, 1)]);
    public static readonly ConfigKey DeleteRetentionMs = Declare.Long("delete.retention.ms", 86_400_000, AtLeast(0), Honoured,
        "Time that tombstones are kept after compaction.", synonyms: [new(BrokerConfigKeys.LogCleanerDeleteRetentionMs, 1)]);
    public static readonly ConfigKey MinCleanableDirtyRatio = Declare.Real("min.cleanable.dirty.ratio", "0.5", BetweenReals(0, 1), Honoured,
        "Share of uncleaned bytes at which the log is worth cleaning.", synonyms: [new(BrokerConfigKeys.LogCleanerMinCleanableRatio, 1)]);
    public static readonly ConfigKey MinCompactionLagMs = Declare.Long("min.compaction.lag.ms", 0, AtLeast(0), Honoured,
        "Shortest time that a record stays uncompacted.", synonyms: [new(BrokerConfigKeys.LogCleanerMinCompactionLagMs, 1)]);
    public static readonly ConfigKey MaxCompactionLagMs = Declare.Long("max.compaction.lag.ms", long.MaxValue, AtLeast(1), Honoured,
        "Longest time that a record may stay uncompacted.", synonyms: [new(BrokerConfigKeys.LogCleanerMaxCompactionLagMs, 1)]);
    public static readonly ConfigKey LeaderReplicationThrottledReplicas = Declare.List("leader.replication.throttled.replicas", "", ThrottledReplicas,
        ReplicationThrottle,
        "Replicas whose leaders send at the throttled rate.");
    public static readonly ConfigKey FollowerReplicationThrottledReplicas = Declare.List("follower.replication.throttled.replicas", "", ThrottledReplicas,
        ReplicationThrottle,
        "Replicas whose followers fetch at the throttled rate.");
    public static readonly ConfigKey RemoteStorageEnable = Declare.Boolean("remote.storage.enable", false, TieredStorage,
        "Whether old segments move to remote storage.");
    public static readonly ConfigKey RemoteLogCopyDisable = Declare.Boolean("remote.log.copy.disable", false, TieredUnused,
        "Whether a tiered topic stops uploading.");
    public static readonly ConfigKey RemoteLogDeleteOnDisable = Declare.Boolean("remote.log.delete.on.disable", false, TieredUnused,
        "Whether remote segments are deleted when tiering is turned off.");
    public static readonly ConfigKey LocalRetentionBytes = Declare.Long("local.retention.bytes", -2, AtLeast(-2), TieredUnused,
        "Bytes kept locally of a tiered partition; -2: as retention.bytes.", synonyms: [new(BrokerConfigKeys.LogLocalRetentionBytes, 1)]);
    public static readonly ConfigKey LocalRetentionMs = Declare.Long("local.retention.ms", -2, AtLeast(-2), TieredUnused,
        "Time that tiered records are kept locally; -2: as retention.ms.", synonyms: [new(BrokerConfigKeys.LogLocalRetentionMs, 1)]);
    public static readonly ConfigKey InternalSegmentBytes = Declare.Int("internal.segment.bytes", null, Any, TestHook,
        "Segment size below the usual minimum, for Kafka's own tests.", hidden: true);

    /// <summary>All of them, sorted by name.</summary>
    public static ConfigTable Table { get; } = Declare.Build();
}
