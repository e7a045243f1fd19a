using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Tiered storage.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey RemoteLogStorageSystemEnable = Declare.Boolean("remote.log.storage.system.enable", false, Medium, ReadOnly,
        TieredStorage,
        "Whether old segments move to remote storage.");
    public static readonly ConfigKey RemoteLogStorageManagerClassName = Declare.Text("remote.log.storage.manager.class.name", null, NonEmpty, Medium,
        ReadOnly, TieredUnused,
        "Class that reads and writes remote segments.");
    public static readonly ConfigKey RemoteLogStorageManagerClassPath = Declare.Text("remote.log.storage.manager.class.path", null, Any, Medium, ReadOnly,
        TieredUnused,
        "Where that class is loaded from.");
    public static readonly ConfigKey RemoteLogStorageManagerImplPrefix = Declare.Text("remote.log.storage.manager.impl.prefix", "rsm.config.", NonEmpty,
        Medium, ReadOnly, TieredUnused,
        "Prefix of the settings handed to that class.");
    public static readonly ConfigKey RemoteLogMetadataManagerClassName = Declare.Text("remote.log.metadata.manager.class.name",
        "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager", NonEmpty, Medium, ReadOnly, TieredUnused,
        "Class that keeps track of remote segments.");
    public static readonly ConfigKey RemoteLogMetadataManagerClassPath = Declare.Text("remote.log.metadata.manager.class.path", null, Any, Medium, ReadOnly,
        TieredUnused,
        "Where that class is loaded from.");
    public static readonly ConfigKey RemoteLogMetadataManagerImplPrefix = Declare.Text("remote.log.metadata.manager.impl.prefix", "rlmm.config.", NonEmpty,
        Medium, ReadOnly, TieredUnused,
        "Prefix of the settings handed to that class.");
    public static readonly ConfigKey RemoteLogMetadataManagerListenerName = Declare.Text("remote.log.metadata.manager.listener.name", null, NonEmpty, Medium,
        ReadOnly, TieredUnused,
        "Listener that this class connects to.");
    public static readonly ConfigKey RemoteLogMetadataCustomMetadataMaxBytes = Declare.Int("remote.log.metadata.custom.metadata.max.bytes", 128, AtLeast(0),
        Low, ReadOnly, TieredUnused,
        "Most bytes of its own that a storage manager may keep per segment.");
    public static readonly ConfigKey RemoteLogIndexFileCacheTotalSizeBytes = Declare.Long("remote.log.index.file.cache.total.size.bytes", 1_073_741_824,
        AtLeast(1), Low, ClusterWide, TieredUnused,
        "Bytes of remote indexes kept locally.");
    public static readonly ConfigKey RemoteLogManagerCopierThreadPoolSize = Declare.Int("remote.log.manager.copier.thread.pool.size", 10, AtLeast(1), Medium,
        ClusterWide, TieredUnused,
        "Threads that upload.");
    public static readonly ConfigKey RemoteLogManagerExpirationThreadPoolSize = Declare.Int("remote.log.manager.expiration.thread.pool.size", 10, AtLeast(1),
        Medium, ClusterWide, TieredUnused,
        "Threads that delete expired remote segments.");
    public static readonly ConfigKey RemoteLogManagerFollowerThreadPoolSize = Declare.Int("remote.log.manager.follower.thread.pool.size", 2, AtLeast(1),
        Medium, ClusterWide, TieredUnused,
        "Threads that follow remote state for follower partitions.");
    public static readonly ConfigKey RemoteLogManagerThreadPoolSize = Declare.Int("remote.log.manager.thread.pool.size", 2, AtLeast(1), Medium, ReadOnly,
        TieredUnused,
        "Older name of remote.log.manager.follower.thread.pool.size.");
    public static readonly ConfigKey RemoteLogManagerCopyMaxBytesPerSecond = Declare.Long("remote.log.manager.copy.max.bytes.per.second", long.MaxValue,
        AtLeast(1), Medium, ClusterWide, TieredUnused,
        "Most bytes uploaded per second.");
    public static readonly ConfigKey RemoteLogManagerCopyQuotaWindowNum = Declare.Int("remote.log.manager.copy.quota.window.num", 11, AtLeast(1), Medium,
        ReadOnly, TieredUnused,
        "Samples kept for that limit.");
    public static readonly ConfigKey RemoteLogManagerCopyQuotaWindowSizeSeconds = Declare.Int("remote.log.manager.copy.quota.window.size.seconds", 1,
        AtLeast(1), Medium, ReadOnly, TieredUnused,
        "Length of each of those samples.");
    public static readonly ConfigKey RemoteLogManagerFetchMaxBytesPerSecond = Declare.Long("remote.log.manager.fetch.max.bytes.per.second", long.MaxValue,
        AtLeast(1), Medium, ClusterWide, TieredUnused,
        "Most bytes downloaded per second.");
    public static readonly ConfigKey RemoteLogManagerFetchQuotaWindowNum = Declare.Int("remote.log.manager.fetch.quota.window.num", 11, AtLeast(1), Medium,
        ReadOnly, TieredUnused,
        "Samples kept for that limit.");
    public static readonly ConfigKey RemoteLogManagerFetchQuotaWindowSizeSeconds = Declare.Int("remote.log.manager.fetch.quota.window.size.seconds", 1,
        AtLeast(1), Medium, ReadOnly, TieredUnused,
        "Length of each of those samples.");
    public static readonly ConfigKey RemoteLogManagerTaskIntervalMs = Declare.Long("remote.log.manager.task.interval.ms", 30000, AtLeast(1), Low, ReadOnly,
        TieredUnused,
        "Time between two looks for segments to move.");
    public static readonly ConfigKey RemoteLogManagerTaskRetryBackoffMs = Declare.Long("remote.log.manager.task.retry.backoff.ms", 500, AtLeast(1), Low,
        ReadOnly, TieredUnused,
        "First pause after a failed move.", hidden: true);
    public static readonly ConfigKey RemoteLogManagerTaskRetryBackoffMaxMs = Declare.Long("remote.log.manager.task.retry.backoff.max.ms", 30000, AtLeast(1),
        Low, ReadOnly, TieredUnused,
        "Longest pause after a failed move.", hidden: true);
    public static readonly ConfigKey RemoteLogManagerTaskRetryJitter = Declare.Real("remote.log.manager.task.retry.jitter", "0.2", BetweenReals(0, 0.5), Low,
        ReadOnly, TieredUnused,
        "Share of those pauses that is random.", hidden: true);
    public static readonly ConfigKey RemoteLogReaderThreads = Declare.Int("remote.log.reader.threads", 10, AtLeast(1), Medium, ClusterWide, TieredUnused,
        "Threads that read remote segments.");
    public static readonly ConfigKey RemoteLogReaderMaxPendingTasks = Declare.Int("remote.log.reader.max.pending.tasks", 100, AtLeast(1), Medium, ReadOnly,
        TieredUnused,
        "Remote reads waiting at one time.");
    public static readonly ConfigKey RemoteFetchMaxWaitMs = Declare.Int("remote.fetch.max.wait.ms", 500, AtLeast(1), Medium, ClusterWide, TieredUnused,
        "Time that a fetch waits for remote data.");
    public static readonly ConfigKey RemoteListOffsetsRequestTimeoutMs = Declare.Long("remote.list.offsets.request.timeout.ms", 30000, AtLeast(1), Medium,
        ClusterWide, TieredUnused,
        "Time that a ListOffsets request waits for remote data.");
    public static readonly ConfigKey LogLocalRetentionBytes = Declare.Long("log.local.retention.bytes", -2, AtLeast(-2), Medium, ClusterWide, TieredUnused,
        "Bytes kept locally of a tiered partition; -2: as log.retention.bytes.");
    public static readonly ConfigKey LogLocalRetentionMs = Declare.Long("log.local.retention.ms", -2, AtLeast(-2), Medium, ClusterWide, TieredUnused,
        "Time that tiered records are kept locally; -2: as log.retention.ms.");
}
