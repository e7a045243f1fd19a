using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Quotas, metrics and telemetry.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey QuotaWindowNum = Declare.Int("quota.window.num", 11, AtLeast(1), Low, ReadOnly, Honoured,
        "Samples kept for client quotas.");
    public static readonly ConfigKey QuotaWindowSizeSeconds = Declare.Int("quota.window.size.seconds", 1, AtLeast(1), Low, ReadOnly, Honoured,
        "Length of each of those samples.");
    public static readonly ConfigKey ClientQuotaCallbackClass = Declare.Class("client.quota.callback.class", null, Low, ReadOnly, Plugins,
        "Class that decides client quotas.");
    public static readonly ConfigKey LeaderReplicationThrottledRate = Declare.Long("leader.replication.throttled.rate", long.MaxValue, AtLeast(0), Medium,
        PerBroker, ReplicationThrottle,
        "Bytes per second that leaders send to throttled replicas.");
    public static readonly ConfigKey FollowerReplicationThrottledRate = Declare.Long("follower.replication.throttled.rate", long.MaxValue, AtLeast(0),
        Medium, PerBroker, ReplicationThrottle,
        "Bytes per second that throttled followers fetch.");
    public static readonly ConfigKey ReplicaAlterLogDirsIoMaxBytesPerSecond = Declare.Long("replica.alter.log.dirs.io.max.bytes.per.second", long.MaxValue,
        AtLeast(0), Medium, PerBroker, Honoured,
        "Bytes per second that moves between log directories copy, all together.");
    public static readonly ConfigKey MetricReporters = Declare.List("metric.reporters", "org.apache.kafka.common.metrics.JmxReporter", AnyList, Low,
        ClusterWide, Metrics,
        "Classes that publish metrics.");
    public static readonly ConfigKey MetricsNumSamples = Declare.Int("metrics.num.samples", 2, AtLeast(1), Low, ReadOnly, Metrics,
        "Samples kept per metric.");
    public static readonly ConfigKey MetricsRecordingLevel = Declare.Text("metrics.recording.level", "INFO", Any, Low, ReadOnly, Metrics,
        "Level of detail of metrics.");
    public static readonly ConfigKey MetricsSampleWindowMs = Declare.Long("metrics.sample.window.ms", 30000, AtLeast(1), Low, ReadOnly, Metrics,
        "Length of each of those samples.");
    public static readonly ConfigKey KafkaMetricsPollingIntervalSecs = Declare.Int("kafka.metrics.polling.interval.secs", 10, AtLeast(1), Low, ReadOnly,
        Metrics,
        "Time between two polls of metrics.");
    public static readonly ConfigKey KafkaMetricsReporters = Declare.List("kafka.metrics.reporters", "", AnyList, Low, ReadOnly, Metrics,
        "Classes that publish older metrics.");
    public static readonly ConfigKey TelemetryMaxBytes = Declare.Int("telemetry.max.bytes", 1_048_576, AtLeast(1), Low, ReadOnly, ConfigSupport.Honoured,
        "Largest push of client metrics.");
}
