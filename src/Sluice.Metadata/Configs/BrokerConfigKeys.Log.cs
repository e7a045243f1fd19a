using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Partition logs: where they lie, when they roll, how long they are kept.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey LogDir = Declare.List("log.dir", "/tmp/kafka-logs", NonEmptyList, High, ReadOnly, Honoured,
        "Directory of the partition logs, used where log.dirs is not set.");
    public static readonly ConfigKey LogDirs = Declare.List("log.dirs", null, NonEmptyList, High, ReadOnly, Honoured,
        "Directories of the partition logs, on a disk of its own each; the first holds the metadata too. Unset: log.dir.", synonyms: [new(LogDir, 1)]);
    public static readonly ConfigKey CordonedLogDirs = Declare.List("cordoned.log.dirs", "", AnyList, Medium, PerBroker, Honoured,
        "Directories that get no new partitions; * is all of them.");
    public static readonly ConfigKey LogDirFailureTimeoutMs = Declare.Long("log.dir.failure.timeout.ms", 30000, AtLeast(1), Low, ReadOnly, Quorum,
        "Time after which a broker that cannot report a failed directory stops.");
    public static readonly ConfigKey LogSegmentBytes = Declare.Int("log.segment.bytes", 1_073_741_824, AtLeast(1_048_576), High, ClusterWide, Honoured,
        "Size at which a segment is closed and the next one begun.");
    public static readonly ConfigKey LogRollHours = Declare.Int("log.roll.hours", 168, AtLeast(1), High, ReadOnly, Honoured,
        "As log.roll.ms, in hours.");
    public static readonly ConfigKey LogRollMs = Declare.Long("log.roll.ms", null, Any, High, ClusterWide, Honoured,
        "Age at which a segment is closed even if it is not full. Unset: log.roll.hours.", synonyms: [new(LogRollHours, 3_600_000)]);
    public static readonly ConfigKey LogRollJitterHours = Declare.Int("log.roll.jitter.hours", 0, AtLeast(0), High, ReadOnly, Honoured,
        "As log.roll.jitter.ms, in hours.");
    public static readonly ConfigKey LogRollJitterMs = Declare.Long("log.roll.jitter.ms", null, Any, High, ClusterWide, Honoured,
        "Most time taken off log.roll.ms at random, so that segments do not all roll at once. Unset: log.roll.jitter.hours.",
        synonyms: [new(LogRollJitterHours, 3_600_000)]);
    public static readonly ConfigKey LogRetentionHours = Declare.Int("log.retention.hours", 168, Any, High, ReadOnly, Honoured,
        "As log.retention.ms, in hours.");
    public static readonly ConfigKey LogRetentionMinutes = Declare.Int("log.retention.minutes", null, Any, High, ReadOnly, Honoured,
        "As log.retention.ms, in minutes.");
    public static readonly ConfigKey LogRetentionMs = Declare.Long("log.retention.ms", null, Any, High, ClusterWide, Honoured,
        "Time that records are kept; -1: for ever. Unset: log.retention.minutes, then log.retention.hours.",
        synonyms: [new(LogRetentionMinutes, 60_000), new(LogRetentionHours, 3_600_000)]);
    public static readonly ConfigKey LogRetentionBytes = Declare.Long("log.retention.bytes", -1, Any, High, ClusterWide, Honoured,
        "Bytes kept per partition before the oldest segments are deleted; -1: no limit.");
    public static readonly ConfigKey LogRetentionCheckIntervalMs = Declare.Long("log.retention.check.interval.ms", 300_000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Time between two looks for segments that may be deleted.");
    public static readonly ConfigKey LogCleanupPolicy = Declare.List("log.cleanup.policy", "delete", ListOf("compact", "delete"), Medium, ClusterWide,
        Honoured,
        "What happens to old segments: delete them, compact them, both, or nothing (empty).");
    public static readonly ConfigKey LogSegmentDeleteDelayMs = Declare.Long("log.segment.delete.delay.ms", 60000, AtLeast(0), High, ClusterWide, Honoured,
        "Time between taking a segment out of the log and unlinking its file.");
    public static readonly ConfigKey LogIndexIntervalBytes = Declare.Int("log.index.interval.bytes", 4096, AtLeast(0), Medium, ClusterWide, Honoured,
        "Bytes of records between two entries of the offset index.");
    public static readonly ConfigKey LogIndexSizeMaxBytes = Declare.Int("log.index.size.max.bytes", 10_485_760, AtLeast(4), Medium, ClusterWide, Honoured,
        "Largest offset index; a full one closes its segment.");
    public static readonly ConfigKey LogPreallocate = Declare.Boolean("log.preallocate", false, Medium, ClusterWide, Honoured,
        "Whether a new segment gets its full size on disk at once.");
    public static readonly ConfigKey LogFlushIntervalMessages = Declare.Long("log.flush.interval.messages", long.MaxValue, AtLeast(1), High, ClusterWide,
        Honoured,
        "Records after which a partition is flushed to the device.");
    public static readonly ConfigKey LogFlushSchedulerIntervalMs = Declare.Long("log.flush.scheduler.interval.ms", long.MaxValue, Any, High, ReadOnly,
        Honoured,
        "Time between two looks for partitions that are due for a flush.");
    public static readonly ConfigKey LogFlushIntervalMs = Declare.Long("log.flush.interval.ms", null, Any, High, ClusterWide, Honoured,
        "Age of unflushed records at which a partition is flushed to the device. Unset: log.flush.scheduler.interval.ms.",
        synonyms: [new(LogFlushSchedulerIntervalMs, 1)]);
    public static readonly ConfigKey LogFlushOffsetCheckpointIntervalMs = Declare.Int("log.flush.offset.checkpoint.interval.ms", 60000, AtLeast(0), High,
        ReadOnly, Honoured,
        "Time between two writes of the recovery points.");
    public static readonly ConfigKey LogFlushStartOffsetCheckpointIntervalMs = Declare.Int("log.flush.start.offset.checkpoint.interval.ms", 60000,
        AtLeast(0), High, ReadOnly, Honoured,
        "Time between two writes of the log start offsets.");
    public static readonly ConfigKey LogInitialTaskDelayMs = Declare.Long("log.initial.task.delay.ms", 30000, AtLeast(0), Low, ReadOnly, Honoured,
        "Delay of the first background pass over the logs.", hidden: true);
    public static readonly ConfigKey LogMessageTimestampType = Declare.Text("log.message.timestamp.type", "CreateTime", OneOf("CreateTime", "LogAppendTime"),
        Medium, ClusterWide, Honoured,
        "Whether records keep the time the producer gave or get that of the append.");
    public static readonly ConfigKey LogMessageTimestampBeforeMaxMs = Declare.Long("log.message.timestamp.before.max.ms", long.MaxValue, AtLeast(0), Medium,
        ClusterWide, Honoured,
        "How far a record's time may lie before the broker's.");
    public static readonly ConfigKey LogMessageTimestampAfterMaxMs = Declare.Long("log.message.timestamp.after.max.ms", 3_600_000, AtLeast(0), Medium,
        ClusterWide, Honoured,
        "How far a record's time may lie after the broker's.");
    public static readonly ConfigKey MessageMaxBytes = Declare.Int("message.max.bytes", 1_048_588, AtLeast(0), High, ClusterWide, Honoured,
        "Largest record batch, compressed.");
    public static readonly ConfigKey CompressionType = Declare.Text("compression.type", "producer", OneOf("uncompressed", "zstd", "lz4", "snappy", "gzip",
        "producer"), High, ClusterWide, Honoured,
        "Codec that batches are stored with; producer keeps what was sent.");
    public static readonly ConfigKey CompressionGzipLevel = Declare.Int("compression.gzip.level", -1, BetweenOr(1, 9, special: -1), Medium, ClusterWide,
        Honoured,
        "Level for gzip; -1 is the library's own default.");
    public static readonly ConfigKey CompressionLz4Level = Declare.Int("compression.lz4.level", 9, Between(1, 17), Medium, ClusterWide, Honoured,
        "Level for lz4.");
    public static readonly ConfigKey CompressionZstdLevel = Declare.Int("compression.zstd.level", 3, Between(-131_072, 22), Medium, ClusterWide, Honoured,
        "Level for zstd.");
    public static readonly ConfigKey MinInsyncReplicas = Declare.Int("min.insync.replicas", 1, AtLeast(1), High, ClusterWide, Honoured,
        "Replicas that must be in sync for a produce with acks=all.");
    public static readonly ConfigKey UncleanLeaderElectionEnable = Declare.Boolean("unclean.leader.election.enable", false, High, ClusterWide,
        UncleanElection,
        "Whether a replica that is not in sync may become leader.");
    public static readonly ConfigKey NumRecoveryThreadsPerDataDir = Declare.Int("num.recovery.threads.per.data.dir", 2, AtLeast(1), High, ClusterWide,
        HonouredAtStart,
        "Threads that recover logs at start.");
    public static readonly ConfigKey ProducerIdExpirationMs = Declare.Int("producer.id.expiration.ms", 86_400_000, AtLeast(1), Low, ClusterWide,
        HonouredAtStart,
        "Time after which a producer id that sends nothing is forgotten.");
    public static readonly ConfigKey ProducerIdExpirationCheckIntervalMs = Declare.Int("producer.id.expiration.check.interval.ms", 600_000, AtLeast(1), Low,
        ReadOnly, LogTasks,
        "Time between two looks for expired producer ids.", hidden: true);
}
