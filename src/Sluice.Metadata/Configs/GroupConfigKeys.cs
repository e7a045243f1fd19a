using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

/// <summary>Settings of a consumer, share or streams group; where one is not set, its broker keys supply the value.</summary>
public static class GroupConfigKeys
{
    private static readonly ConfigTableBuilder Declare = new("group", ConfigUpdateMode.Resource);

    public static readonly ConfigKey ConsumerAssignmentIntervalMs = Declare.Int("consumer.assignment.interval.ms", 1000, AtLeast(0), Honoured,
        "Shortest time between two target assignments.", synonyms: [new(BrokerConfigKeys.GroupConsumerAssignmentIntervalMs, 1)]);
    public static readonly ConfigKey ConsumerHeartbeatIntervalMs = Declare.Int("consumer.heartbeat.interval.ms", 5000, AtLeast(1), Honoured,
        "Heartbeat interval told to members.", synonyms: [new(BrokerConfigKeys.GroupConsumerHeartbeatIntervalMs, 1)]);
    public static readonly ConfigKey ConsumerSessionTimeoutMs = Declare.Int("consumer.session.timeout.ms", 45000, AtLeast(1), Honoured,
        "Time without heartbeat after which a member is removed.", synonyms: [new(BrokerConfigKeys.GroupConsumerSessionTimeoutMs, 1)]);
    public static readonly ConfigKey ShareAssignmentIntervalMs = Declare.Int("share.assignment.interval.ms", 1000, AtLeast(0), Honoured,
        "Shortest time between two target assignments.", synonyms: [new(BrokerConfigKeys.GroupShareAssignmentIntervalMs, 1)]);
    public static readonly ConfigKey ShareAutoOffsetReset = Declare.Text("share.auto.offset.reset", "latest", OffsetReset, Honoured,
        "Where a share group starts on a partition it has not read.");
    public static readonly ConfigKey ShareDeliveryCountLimit = Declare.Int("share.delivery.count.limit", 5, AtLeast(2), Honoured,
        "Delivery attempts per record.", synonyms: [new(BrokerConfigKeys.GroupShareDeliveryCountLimit, 1)]);
    public static readonly ConfigKey ShareHeartbeatIntervalMs = Declare.Int("share.heartbeat.interval.ms", 5000, AtLeast(1), Honoured,
        "Heartbeat interval told to members.", synonyms: [new(BrokerConfigKeys.GroupShareHeartbeatIntervalMs, 1)]);
    public static readonly ConfigKey ShareIsolationLevel = Declare.Text("share.isolation.level", "read_uncommitted", OneOf("read_committed",
        "read_uncommitted"), Honoured,
        "Whether records of open transactions are delivered.");
    public static readonly ConfigKey SharePartitionMaxRecordLocks = Declare.Int("share.partition.max.record.locks", 2000, AtLeast(100), Honoured,
        "Records in flight per share partition.", synonyms: [new(BrokerConfigKeys.GroupSharePartitionMaxRecordLocks, 1)]);
    public static readonly ConfigKey ShareRecordLockDurationMs = Declare.Int("share.record.lock.duration.ms", 30000, AtLeast(1000), Honoured,
        "Time that an acquired record stays locked.", synonyms: [new(BrokerConfigKeys.GroupShareRecordLockDurationMs, 1)]);
    public static readonly ConfigKey ShareRenewAcknowledgeEnable = Declare.Boolean("share.renew.acknowledge.enable", true, Honoured,
        "Whether consumers may renew a record's lock.");
    public static readonly ConfigKey ShareSessionTimeoutMs = Declare.Int("share.session.timeout.ms", 45000, AtLeast(1), Honoured,
        "Time without heartbeat after which a member is removed.", synonyms: [new(BrokerConfigKeys.GroupShareSessionTimeoutMs, 1)]);
    public static readonly ConfigKey StreamsAssignmentIntervalMs = Declare.Int("streams.assignment.interval.ms", 1000, AtLeast(0), Honoured,
        "Shortest time between two target assignments.", synonyms: [new(BrokerConfigKeys.GroupStreamsAssignmentIntervalMs, 1)]);
    public static readonly ConfigKey StreamsHeartbeatIntervalMs = Declare.Int("streams.heartbeat.interval.ms", 5000, AtLeast(1), Honoured,
        "Heartbeat interval told to members.", synonyms: [new(BrokerConfigKeys.GroupStreamsHeartbeatIntervalMs, 1)]);
    public static readonly ConfigKey StreamsInitialRebalanceDelayMs = Declare.Int("streams.initial.rebalance.delay.ms", 3000, AtLeast(0), Honoured,
        "Time that a new group waits for more members.", synonyms: [new(BrokerConfigKeys.GroupStreamsInitialRebalanceDelayMs, 1)]);
    public static readonly ConfigKey StreamsNumStandbyReplicas = Declare.Int("streams.num.standby.replicas", 0, AtLeast(0), Honoured,
        "Standby copies of each task.", synonyms: [new(BrokerConfigKeys.GroupStreamsNumStandbyReplicas, 1)]);
    public static readonly ConfigKey StreamsSessionTimeoutMs = Declare.Int("streams.session.timeout.ms", 45000, AtLeast(1), Honoured,
        "Time without heartbeat after which a member is removed.", synonyms: [new(BrokerConfigKeys.GroupStreamsSessionTimeoutMs, 1)]);

    /// <summary>All of them, sorted by name.</summary>
    public static ConfigTable Table { get; } = Declare.Build();
}
