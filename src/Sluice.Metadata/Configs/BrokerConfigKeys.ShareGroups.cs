using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Share groups and their coordinator.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey GroupShareAssignors = Declare.List("group.share.assignors", "simple", NonEmptyList, Medium, ReadOnly, Honoured,
        "Assignors of share groups.");
    public static readonly ConfigKey GroupShareAssignmentIntervalMs = Declare.Int("group.share.assignment.interval.ms", 1000, AtLeast(0), Medium,
        ClusterWide, Honoured,
        "Shortest time between two target assignments of a group.");
    public static readonly ConfigKey GroupShareMinAssignmentIntervalMs = Declare.Int("group.share.min.assignment.interval.ms", 0, AtLeast(0), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupShareMaxAssignmentIntervalMs = Declare.Int("group.share.max.assignment.interval.ms", 15000, AtLeast(0), Medium,
        ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupShareDeliveryCountLimit = Declare.Int("group.share.delivery.count.limit", 5, Between(2, 10), Medium, ReadOnly,
        Honoured,
        "Delivery attempts per record.");
    public static readonly ConfigKey GroupShareMinDeliveryCountLimit = Declare.Int("group.share.min.delivery.count.limit", 2, Between(2, 5), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupShareMaxDeliveryCountLimit = Declare.Int("group.share.max.delivery.count.limit", 10, Between(5, 25), Medium,
        ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupShareHeartbeatIntervalMs = Declare.Int("group.share.heartbeat.interval.ms", 5000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Heartbeat interval told to members.");
    public static readonly ConfigKey GroupShareMinHeartbeatIntervalMs = Declare.Int("group.share.min.heartbeat.interval.ms", 5000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupShareMaxHeartbeatIntervalMs = Declare.Int("group.share.max.heartbeat.interval.ms", 15000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupShareSessionTimeoutMs = Declare.Int("group.share.session.timeout.ms", 45000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Time without heartbeat after which a member is removed.");
    public static readonly ConfigKey GroupShareMinSessionTimeoutMs = Declare.Int("group.share.min.session.timeout.ms", 45000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupShareMaxSessionTimeoutMs = Declare.Int("group.share.max.session.timeout.ms", 60000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupShareRecordLockDurationMs = Declare.Int("group.share.record.lock.duration.ms", 30000, Between(1000, 3_600_000),
        Medium, ReadOnly, Honoured,
        "Time that an acquired record stays locked.");
    public static readonly ConfigKey GroupShareMinRecordLockDurationMs = Declare.Int("group.share.min.record.lock.duration.ms", 15000, Between(1000, 30000),
        Medium, ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupShareMaxRecordLockDurationMs = Declare.Int("group.share.max.record.lock.duration.ms", 60000, Between(30000,
        3_600_000), Medium, ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupSharePartitionMaxRecordLocks = Declare.Int("group.share.partition.max.record.locks", 2000, Between(100, 10000),
        Medium, ReadOnly, Honoured,
        "Records in flight per share partition.");
    public static readonly ConfigKey GroupShareMinPartitionMaxRecordLocks = Declare.Int("group.share.min.partition.max.record.locks", 100, Between(100,
        2000), Medium, ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupShareMaxPartitionMaxRecordLocks = Declare.Int("group.share.max.partition.max.record.locks", 4000, Between(2000,
        10000), Medium, ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupShareMaxShareSessions = Declare.Int("group.share.max.share.sessions", 2000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Most share sessions kept.");
    public static readonly ConfigKey GroupShareMaxSize = Declare.Int("group.share.max.size", 200, Between(1, 1000), Medium, ReadOnly, Honoured,
        "Most members of a share group.");
    public static readonly ConfigKey GroupShareInitializeRetryIntervalMs = Declare.Int("group.share.initialize.retry.interval.ms", 30000, AtLeast(1), Low,
        ReadOnly, Honoured,
        "Time after which setting up a share partition is tried again.", hidden: true);
    public static readonly ConfigKey GroupSharePersisterClassName = Declare.Text("group.share.persister.class.name",
        "org.apache.kafka.server.share.persister.DefaultStatePersister", Any, Medium, ReadOnly, SharePersister,
        "Class that stores the state of share groups.", hidden: true);
    public static readonly ConfigKey ShareCoordinatorStateTopicNumPartitions = Declare.Int("share.coordinator.state.topic.num.partitions", 50, AtLeast(1),
        High, ReadOnly, Honoured,
        "Partitions of __share_group_state.");
    public static readonly ConfigKey ShareCoordinatorStateTopicReplicationFactor = Declare.Short("share.coordinator.state.topic.replication.factor", 3,
        AtLeast(1), High, ReadOnly, SingleNode,
        "Replicas of __share_group_state.");
    public static readonly ConfigKey ShareCoordinatorStateTopicMinIsr = Declare.Short("share.coordinator.state.topic.min.isr", 2, AtLeast(1), High, ReadOnly,
        SingleNode,
        "Replicas of __share_group_state that must be in sync.");
    public static readonly ConfigKey ShareCoordinatorStateTopicSegmentBytes = Declare.Int("share.coordinator.state.topic.segment.bytes", 104_857_600,
        AtLeast(1), High, ReadOnly, Honoured,
        "Segment size of __share_group_state.");
    public static readonly ConfigKey ShareCoordinatorStateTopicCompressionCodec = Declare.Int("share.coordinator.state.topic.compression.codec", 0, Any,
        High, ReadOnly, Honoured,
        "Codec id of the records in __share_group_state.");
    public static readonly ConfigKey ShareCoordinatorStateTopicPruneIntervalMs = Declare.Int("share.coordinator.state.topic.prune.interval.ms", 300_000,
        AtLeast(1), Low, ReadOnly, Honoured,
        "Time between two deletions of old records from __share_group_state.", hidden: true);
    public static readonly ConfigKey ShareCoordinatorLoadBufferSize = Declare.Int("share.coordinator.load.buffer.size", 5_242_880, AtLeast(1), High,
        ReadOnly, Honoured,
        "Bytes read at a time when a coordinator loads its partition.");
    public static readonly ConfigKey ShareCoordinatorAppendLingerMs = Declare.Int("share.coordinator.append.linger.ms", -1, AtLeast(-1), Medium, ReadOnly,
        CoordinatorBatches,
        "Time that coordinator writes are collected; -1: until no more are waiting.");
    public static readonly ConfigKey ShareCoordinatorCachedBufferMaxBytes = Declare.Int("share.coordinator.cached.buffer.max.bytes", 1_048_588,
        AtLeast(524_288), Medium, ClusterWide, CoordinatorBatches,
        "Largest append buffer kept for reuse.");
    public static readonly ConfigKey ShareCoordinatorColdPartitionSnapshotIntervalMs = Declare.Int("share.coordinator.cold.partition.snapshot.interval.ms",
        300_000, AtLeast(1), Low, ReadOnly, Honoured,
        "Time after which an idle share partition is written as a snapshot.", hidden: true);
    public static readonly ConfigKey ShareCoordinatorSnapshotUpdateRecordsPerSnapshot = Declare.Int("share.coordinator.snapshot.update.records.per.snapshot",
        500, AtLeast(0), Medium, ReadOnly, Honoured,
        "Updates between two snapshots of a share partition.");
    public static readonly ConfigKey ShareCoordinatorThreads = Declare.Int("share.coordinator.threads", 1, AtLeast(1), Medium, ReadOnly, Honoured,
        "Threads of the share coordinator.");
    public static readonly ConfigKey ShareCoordinatorWriteTimeoutMs = Declare.Int("share.coordinator.write.timeout.ms", 5000, AtLeast(1), High, ReadOnly,
        SingleNode,
        "Time that a coordinator write may wait for replicas.");
    public static readonly ConfigKey ShareFetchPurgatoryPurgeIntervalRequests = Declare.Int("share.fetch.purgatory.purge.interval.requests", 1000, Any,
        Medium, ReadOnly, Purgatory,
        "Completed share fetches kept before their list is purged.");
}
