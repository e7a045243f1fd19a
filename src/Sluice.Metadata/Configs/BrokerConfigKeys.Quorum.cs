using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Controllers and their metadata log.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey ControllerListenerNames = Declare.List("controller.listener.names", null, NonEmptyList, High, ReadOnly, Quorum,
        "Listeners of the controllers. They are not opened: this node needs no quorum.");
    public static readonly ConfigKey ControllerQuorumVoters = Declare.List("controller.quorum.voters", "", AnyList, High, ReadOnly, Quorum,
        "Controllers as id@host:port.");
    public static readonly ConfigKey ControllerQuorumBootstrapServers = Declare.List("controller.quorum.bootstrap.servers", "", AnyList, High, ReadOnly,
        Quorum,
        "Addresses at which controllers are found.");
    public static readonly ConfigKey ControllerQuorumAutoJoinEnable = Declare.Boolean("controller.quorum.auto.join.enable", false, Low, ReadOnly, Quorum,
        "Whether a new controller joins the quorum by itself.");
    public static readonly ConfigKey ControllerQuorumAppendLingerMs = Declare.Int("controller.quorum.append.linger.ms", 25, AtLeast(0), Medium, ReadOnly,
        Quorum,
        "Time that metadata writes are collected.");
    public static readonly ConfigKey ControllerQuorumElectionBackoffMaxMs = Declare.Int("controller.quorum.election.backoff.max.ms", 1000, AtLeast(0), High,
        ReadOnly, Quorum,
        "Longest pause between two elections.");
    public static readonly ConfigKey ControllerQuorumElectionTimeoutMs = Declare.Int("controller.quorum.election.timeout.ms", 1000, AtLeast(0), High,
        ReadOnly, Quorum,
        "Time that an election may take.");
    public static readonly ConfigKey ControllerQuorumFetchTimeoutMs = Declare.Int("controller.quorum.fetch.timeout.ms", 2000, AtLeast(0), High, ReadOnly,
        Quorum,
        "Time without a fetch after which a leader steps down.");
    public static readonly ConfigKey ControllerQuorumFetchMaxBytes = Declare.Int("controller.quorum.fetch.max.bytes", 1_048_576, AtLeast(1), Low, ReadOnly,
        Quorum,
        "Bytes per fetch of the metadata log.");
    public static readonly ConfigKey ControllerQuorumFetchSnapshotMaxBytes = Declare.Int("controller.quorum.fetch.snapshot.max.bytes", 1_048_576, AtLeast(1),
        Low, ReadOnly, Quorum,
        "Bytes per piece of a metadata snapshot.");
    public static readonly ConfigKey ControllerQuorumRequestTimeoutMs = Declare.Int("controller.quorum.request.timeout.ms", 2000, AtLeast(0), Medium,
        ReadOnly, Quorum,
        "Timeout of requests between controllers.");
    public static readonly ConfigKey ControllerQuorumRetryBackoffMs = Declare.Int("controller.quorum.retry.backoff.ms", 20, AtLeast(0), Low, ReadOnly, Quorum,
        "Pause between two such requests.");
    public static readonly ConfigKey ControllerQuotaWindowNum = Declare.Int("controller.quota.window.num", 11, AtLeast(1), Low, ReadOnly, Honoured,
        "Samples kept for the limit on changes of topics.");
    public static readonly ConfigKey ControllerQuotaWindowSizeSeconds = Declare.Int("controller.quota.window.size.seconds", 1, AtLeast(1), Low, ReadOnly,
        Honoured,
        "Length of each of those samples.");
    public static readonly ConfigKey ControllerSocketTimeoutMs = Declare.Int("controller.socket.timeout.ms", 30000, Any, Medium, ReadOnly, Quorum,
        "Timeout of connections between controllers and brokers.");
    public static readonly ConfigKey ControllerPerformanceAlwaysLogThresholdMs = Declare.Long("controller.performance.always.log.threshold.ms", 2000,
        AtLeast(0), Medium, ReadOnly, Quorum,
        "Time from which a slow controller event is logged.", hidden: true);
    public static readonly ConfigKey ControllerPerformanceSamplePeriodMs = Declare.Long("controller.performance.sample.period.ms", 60000, AtLeast(100),
        Medium, ReadOnly, Quorum,
        "Period over which controller events are sampled.", hidden: true);
    public static readonly ConfigKey BrokerHeartbeatIntervalMs = Declare.Int("broker.heartbeat.interval.ms", 2000, Any, Medium, ReadOnly, Quorum,
        "Time between two heartbeats to the controller.");
    public static readonly ConfigKey BrokerSessionTimeoutMs = Declare.Int("broker.session.timeout.ms", 9000, Any, Medium, ReadOnly, Quorum,
        "Time without heartbeat after which a broker is fenced.");
    public static readonly ConfigKey InitialBrokerRegistrationTimeoutMs = Declare.Int("initial.broker.registration.timeout.ms", 60000, Any, Medium, ReadOnly,
        Quorum,
        "Time that the first registration may take.");
    public static readonly ConfigKey MetadataLogDir = Declare.Text("metadata.log.dir", null, Any, High, ReadOnly, Quorum,
        "Directory of the KRaft log. Sluice keeps its metadata in the first log directory.");
    public static readonly ConfigKey MetadataLogSegmentBytes = Declare.Int("metadata.log.segment.bytes", 1_073_741_824, AtLeast(8_388_608), High, ReadOnly,
        Quorum,
        "Segment size of the KRaft log.");
    public static readonly ConfigKey MetadataLogSegmentMs = Declare.Long("metadata.log.segment.ms", 604_800_000, Any, High, ReadOnly, Quorum,
        "Segment age of the KRaft log.");
    public static readonly ConfigKey MetadataLogMaxRecordBytesBetweenSnapshots = Declare.Long("metadata.log.max.record.bytes.between.snapshots", 20_971_520,
        AtLeast(1), High, ReadOnly, Honoured,
        "Bytes of metadata changes after which a snapshot of the metadata is written.");
    public static readonly ConfigKey MetadataLogMaxSnapshotIntervalMs = Declare.Long("metadata.log.max.snapshot.interval.ms", 3_600_000, AtLeast(0), High,
        ReadOnly, Quorum,
        "Time after which a snapshot is written even if little changed.");
    public static readonly ConfigKey MetadataMaxIdleIntervalMs = Declare.Int("metadata.max.idle.interval.ms", 500, AtLeast(0), Low, ReadOnly, Quorum,
        "Time after which an idle controller writes an empty record.");
    public static readonly ConfigKey MetadataMaxRetentionBytes = Declare.Long("metadata.max.retention.bytes", 104_857_600, Any, High, ReadOnly, Quorum,
        "Bytes of KRaft log and snapshots kept.");
    public static readonly ConfigKey MetadataMaxRetentionMs = Declare.Long("metadata.max.retention.ms", 604_800_000, Any, High, ReadOnly, Quorum,
        "Time that they are kept.");
    public static readonly ConfigKey InternalMetadataDeleteDelayMillis = Declare.Long("internal.metadata.delete.delay.millis", 60000, Any, Low, ReadOnly,
        Quorum,
        "Delay before old KRaft files are unlinked.", hidden: true);
    public static readonly ConfigKey InternalMetadataLogSegmentBytes = Declare.Int("internal.metadata.log.segment.bytes", null, Any, Low, ReadOnly, Quorum,
        "Segment size of the KRaft log, for tests.", hidden: true);
    public static readonly ConfigKey InternalMetadataMaxBatchSizeInBytes = Declare.Int("internal.metadata.max.batch.size.in.bytes", 8_388_608, Any, Low,
        ReadOnly, Quorum,
        "Largest batch of the KRaft log, for tests.", hidden: true);
    public static readonly ConfigKey InternalMetadataMaxFetchSizeInBytes = Declare.Int("internal.metadata.max.fetch.size.in.bytes", 8_388_608, Any, Low,
        ReadOnly, Quorum,
        "Largest fetch of the KRaft log, for tests.", hidden: true);
}
