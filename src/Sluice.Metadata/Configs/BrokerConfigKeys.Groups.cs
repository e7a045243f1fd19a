using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// The group coordinator: committed offsets, classic and consumer groups.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey OffsetsTopicNumPartitions = Declare.Int("offsets.topic.num.partitions", 50, AtLeast(1), High, ReadOnly, Honoured,
        "Partitions of __consumer_offsets; not to be changed after the topic exists.");
    public static readonly ConfigKey OffsetsTopicReplicationFactor = Declare.Short("offsets.topic.replication.factor", 3, AtLeast(1), High, ReadOnly,
        SingleNode,
        "Replicas of __consumer_offsets.");
    public static readonly ConfigKey OffsetsTopicSegmentBytes = Declare.Int("offsets.topic.segment.bytes", 104_857_600, AtLeast(1), High, ReadOnly, Honoured,
        "Segment size of __consumer_offsets.");
    public static readonly ConfigKey OffsetsTopicCompressionCodec = Declare.Int("offsets.topic.compression.codec", 0, Any, High, ReadOnly, Honoured,
        "Codec id of the records in __consumer_offsets.");
    public static readonly ConfigKey OffsetsLoadBufferSize = Declare.Int("offsets.load.buffer.size", 5_242_880, AtLeast(1), High, ReadOnly, Honoured,
        "Bytes read at a time when a coordinator loads its partition.");
    public static readonly ConfigKey OffsetsCommitTimeoutMs = Declare.Int("offsets.commit.timeout.ms", 5000, AtLeast(1), High, ReadOnly, SingleNode,
        "Time that a commit may wait for replicas.");
    public static readonly ConfigKey OffsetsRetentionMinutes = Declare.Int("offsets.retention.minutes", 10080, AtLeast(1), High, ReadOnly, Honoured,
        "Time that the offsets of an empty group are kept.");
    public static readonly ConfigKey OffsetsRetentionCheckIntervalMs = Declare.Long("offsets.retention.check.interval.ms", 600_000, AtLeast(1), High,
        ReadOnly, Honoured,
        "Time between two looks for expired offsets.");
    public static readonly ConfigKey OffsetMetadataMaxBytes = Declare.Int("offset.metadata.max.bytes", 4096, Any, High, ReadOnly, Honoured,
        "Longest text that a client may store with an offset.");
    public static readonly ConfigKey GroupInitialRebalanceDelayMs = Declare.Int("group.initial.rebalance.delay.ms", 3000, Any, Medium, ReadOnly, Honoured,
        "Time that an empty classic group waits for more members before its first assignment.");
    public static readonly ConfigKey GroupMinSessionTimeoutMs = Declare.Int("group.min.session.timeout.ms", 6000, Any, Medium, ReadOnly, Honoured,
        "Shortest session timeout that a classic member may ask for.");
    public static readonly ConfigKey GroupMaxSessionTimeoutMs = Declare.Int("group.max.session.timeout.ms", 1_800_000, Any, Medium, ReadOnly, Honoured,
        "Longest session timeout that a classic member may ask for.");
    public static readonly ConfigKey GroupMaxSize = Declare.Int("group.max.size", int.MaxValue, AtLeast(1), Medium, ReadOnly, Honoured,
        "Most members of a classic group.");
    public static readonly ConfigKey GroupCoordinatorRebalanceProtocols = Declare.List("group.coordinator.rebalance.protocols", "classic,consumer,streams",
        NonEmptyListOf("consumer", "classic", "share", "streams"), Medium, ReadOnly, Honoured,
        "Group protocols that are served.");
    public static readonly ConfigKey GroupCoordinatorThreads = Declare.Int("group.coordinator.threads", 4, AtLeast(1), High, ReadOnly, Honoured,
        "Threads of the group coordinator.");
    public static readonly ConfigKey GroupCoordinatorBackgroundThreads = Declare.Int("group.coordinator.background.threads", 2, AtLeast(1), High, ReadOnly,
        Honoured,
        "Threads that compute assignments and match topic patterns.");
    public static readonly ConfigKey GroupCoordinatorAppendLingerMs = Declare.Int("group.coordinator.append.linger.ms", -1, AtLeast(-1), Medium, ReadOnly,
        CoordinatorBatches,
        "Time that coordinator writes are collected; -1: until no more are waiting.");
    public static readonly ConfigKey GroupCoordinatorCachedBufferMaxBytes = Declare.Int("group.coordinator.cached.buffer.max.bytes", 1_048_588,
        AtLeast(524_288), Medium, ClusterWide, CoordinatorBatches,
        "Largest append buffer kept for reuse.");
    public static readonly ConfigKey GroupConsumerAssignors = Declare.List("group.consumer.assignors", "uniform,range", NonEmptyList, Medium, ReadOnly,
        Honoured,
        "Assignors of the new consumer protocol, the first being the default.");
    public static readonly ConfigKey GroupConsumerAssignmentIntervalMs = Declare.Int("group.consumer.assignment.interval.ms", 1000, AtLeast(0), Medium,
        ClusterWide, Honoured,
        "Shortest time between two target assignments of a group.");
    public static readonly ConfigKey GroupConsumerMinAssignmentIntervalMs = Declare.Int("group.consumer.min.assignment.interval.ms", 0, AtLeast(0), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupConsumerMaxAssignmentIntervalMs = Declare.Int("group.consumer.max.assignment.interval.ms", 15000, AtLeast(0),
        Medium, ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupConsumerHeartbeatIntervalMs = Declare.Int("group.consumer.heartbeat.interval.ms", 5000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Heartbeat interval told to members.");
    public static readonly ConfigKey GroupConsumerMinHeartbeatIntervalMs = Declare.Int("group.consumer.min.heartbeat.interval.ms", 5000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupConsumerMaxHeartbeatIntervalMs = Declare.Int("group.consumer.max.heartbeat.interval.ms", 15000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupConsumerSessionTimeoutMs = Declare.Int("group.consumer.session.timeout.ms", 45000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Time without heartbeat after which a member is removed.");
    public static readonly ConfigKey GroupConsumerMinSessionTimeoutMs = Declare.Int("group.consumer.min.session.timeout.ms", 45000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Lower bound of the group's own setting.");
    public static readonly ConfigKey GroupConsumerMaxSessionTimeoutMs = Declare.Int("group.consumer.max.session.timeout.ms", 60000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Upper bound of the group's own setting.");
    public static readonly ConfigKey GroupConsumerMaxSize = Declare.Int("group.consumer.max.size", int.MaxValue, AtLeast(1), Medium, ReadOnly, Honoured,
        "Most members of a consumer group.");
    public static readonly ConfigKey GroupConsumerMigrationPolicy = Declare.Text("group.consumer.migration.policy", "bidirectional",
        OneOfIgnoringCase("DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"), Medium, ReadOnly, Honoured,
        "Whether groups move between the classic and the consumer protocol while running.");
    public static readonly ConfigKey GroupConsumerRegexRefreshIntervalMs = Declare.Int("group.consumer.regex.refresh.interval.ms", 600_000, AtLeast(10000),
        Medium, ReadOnly, Honoured,
        "Time between two matches of a topic pattern.", hidden: true);
}
