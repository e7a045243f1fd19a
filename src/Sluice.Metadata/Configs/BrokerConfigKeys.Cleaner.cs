using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// The log cleaner.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey LogCleanerEnable = Declare.Boolean("log.cleaner.enable", true, Medium, ReadOnly, Honoured,
        "Whether compacted topics are cleaned.");
    public static readonly ConfigKey LogCleanerThreads = Declare.Int("log.cleaner.threads", 1, AtLeast(0), Medium, ClusterWide, Honoured,
        "Threads that clean.");
    public static readonly ConfigKey LogCleanerBackoffMs = Declare.Long("log.cleaner.backoff.ms", 15000, AtLeast(0), Medium, ClusterWide, Honoured,
        "Pause when nothing is to be cleaned.");
    public static readonly ConfigKey LogCleanerDedupeBufferSize = Declare.Long("log.cleaner.dedupe.buffer.size", 134_217_728, Any, Medium, ClusterWide,
        Honoured,
        "Bytes for the map of keys, over all cleaner threads.");
    public static readonly ConfigKey LogCleanerIoBufferSize = Declare.Int("log.cleaner.io.buffer.size", 524_288, AtLeast(0), Medium, ClusterWide, Honoured,
        "Bytes of read and write buffers, over all cleaner threads.");
    public static readonly ConfigKey LogCleanerIoBufferLoadFactor = Declare.Real("log.cleaner.io.buffer.load.factor", "0.9", Any, Medium, ClusterWide,
        Honoured,
        "How full the map of keys may become.");
    public static readonly ConfigKey LogCleanerIoMaxBytesPerSecond = Declare.Real("log.cleaner.io.max.bytes.per.second", "1.7976931348623157E308", Any,
        Medium, ClusterWide, Honoured,
        "Most bytes read and written per second while cleaning.");
    public static readonly ConfigKey LogCleanerDeleteRetentionMs = Declare.Long("log.cleaner.delete.retention.ms", 86_400_000, AtLeast(0), Medium,
        ClusterWide, Honoured,
        "Time that tombstones are kept in compacted topics.");
    public static readonly ConfigKey LogCleanerMaxCompactionLagMs = Declare.Long("log.cleaner.max.compaction.lag.ms", long.MaxValue, AtLeast(1), Medium,
        ClusterWide, Honoured,
        "Longest time that a record may stay uncompacted.");
    public static readonly ConfigKey LogCleanerMinCompactionLagMs = Declare.Long("log.cleaner.min.compaction.lag.ms", 0, AtLeast(0), Medium, ClusterWide,
        Honoured,
        "Shortest time that a record stays uncompacted.");
    public static readonly ConfigKey LogCleanerMinCleanableRatio = Declare.Real("log.cleaner.min.cleanable.ratio", "0.5", BetweenReals(0, 1), Medium,
        ClusterWide, Honoured,
        "Share of uncleaned bytes at which a log is worth cleaning.");
}
