using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Copies of partitions on other brokers.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey AutoLeaderRebalanceEnable = Declare.Boolean("auto.leader.rebalance.enable", true, High, ReadOnly, SingleNode,
        "Whether leadership returns to the preferred replica by itself.");
    public static readonly ConfigKey LeaderImbalanceCheckIntervalSeconds = Declare.Long("leader.imbalance.check.interval.seconds", 300, AtLeast(1), High,
        ReadOnly, SingleNode,
        "Time between two looks for leaders that are not the preferred ones.");
    public static readonly ConfigKey UncleanLeaderElectionIntervalMs = Declare.Long("unclean.leader.election.interval.ms", 300_000, AtLeast(1), Medium,
        ReadOnly, SingleNode,
        "Time between two looks for partitions that need an unclean election.", hidden: true);
    public static readonly ConfigKey NumReplicaFetchers = Declare.Int("num.replica.fetchers", 1, AtLeast(1), High, ClusterWide, SingleNode,
        "Threads that fetch from each other broker.");
    public static readonly ConfigKey NumReplicaAlterLogDirsThreads = Declare.Int("num.replica.alter.log.dirs.threads", null, Any, High, ReadOnly, Honoured,
        "Threads that move partitions between log directories; as many as there are directories where it is not set.");
    public static readonly ConfigKey ReplicaFetchBackoffMs = Declare.Int("replica.fetch.backoff.ms", 1000, AtLeast(0), Medium, ReadOnly, SingleNode,
        "Pause of a follower after an error.");
    public static readonly ConfigKey ReplicaFetchMaxBytes = Declare.Int("replica.fetch.max.bytes", 1_048_576, AtLeast(0), Medium, ReadOnly, SingleNode,
        "Bytes that a follower asks for per partition.");
    public static readonly ConfigKey ReplicaFetchMinBytes = Declare.Int("replica.fetch.min.bytes", 1, Any, High, ReadOnly, SingleNode,
        "Bytes that a follower waits for.");
    public static readonly ConfigKey ReplicaFetchResponseMaxBytes = Declare.Int("replica.fetch.response.max.bytes", 10_485_760, AtLeast(0), Medium, ReadOnly,
        SingleNode,
        "Bytes that a follower asks for per request.");
    public static readonly ConfigKey ReplicaFetchWaitMaxMs = Declare.Int("replica.fetch.wait.max.ms", 500, Any, High, ReadOnly, SingleNode,
        "Time that a follower's fetch waits.");
    public static readonly ConfigKey ReplicaHighWatermarkCheckpointIntervalMs = Declare.Long("replica.high.watermark.checkpoint.interval.ms", 5000, Any,
        High, ReadOnly, SingleNode,
        "Time between two writes of the high watermarks.");
    public static readonly ConfigKey ReplicaLagTimeMaxMs = Declare.Long("replica.lag.time.max.ms", 30000, Any, High, ReadOnly, SingleNode,
        "Time after which a follower that lags leaves the in-sync replicas.");
    public static readonly ConfigKey ReplicaSelectorClass = Declare.Text("replica.selector.class", null, Any, Medium, ReadOnly, Plugins,
        "Class that chooses the replica a consumer reads from.");
    public static readonly ConfigKey ReplicaSocketReceiveBufferBytes = Declare.Int("replica.socket.receive.buffer.bytes", 65536, Any, High, ReadOnly,
        SingleNode,
        "Receive buffer of a follower's connection.");
    public static readonly ConfigKey ReplicaSocketTimeoutMs = Declare.Int("replica.socket.timeout.ms", 30000, Any, High, ReadOnly, SingleNode,
        "Timeout of a follower's requests.");
    public static readonly ConfigKey FollowerFetchLastTieredOffsetEnable = Declare.Boolean("follower.fetch.last.tiered.offset.enable", false, Medium,
        ClusterWide, SingleNode,
        "Whether an empty follower starts after the last tiered offset.");
    public static readonly ConfigKey AlterLogDirsReplicationQuotaWindowNum = Declare.Int("alter.log.dirs.replication.quota.window.num", 11, AtLeast(1), Low,
        ReadOnly, SingleNode,
        "Samples kept for the limit on moves between directories.");
    public static readonly ConfigKey AlterLogDirsReplicationQuotaWindowSizeSeconds = Declare.Int("alter.log.dirs.replication.quota.window.size.seconds", 1,
        AtLeast(1), Low, ReadOnly, SingleNode,
        "Length of each of those samples.");
    public static readonly ConfigKey ReplicationQuotaWindowNum = Declare.Int("replication.quota.window.num", 11, AtLeast(1), Low, ReadOnly, SingleNode,
        "Samples kept for the limits on replication.");
    public static readonly ConfigKey ReplicationQuotaWindowSizeSeconds = Declare.Int("replication.quota.window.size.seconds", 1, AtLeast(1), Low, ReadOnly,
        SingleNode,
        "Length of each of those samples.");
}
