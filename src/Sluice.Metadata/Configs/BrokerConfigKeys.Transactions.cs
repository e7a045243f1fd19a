using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// The transaction coordinator.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey TransactionStateLogNumPartitions = Declare.Int("transaction.state.log.num.partitions", 50, AtLeast(1), High, ReadOnly,
        Honoured,
        "Partitions of __transaction_state; not to be changed after the topic exists.");
    public static readonly ConfigKey TransactionStateLogReplicationFactor = Declare.Short("transaction.state.log.replication.factor", 3, AtLeast(1), High,
        ReadOnly, SingleNode,
        "Replicas of __transaction_state.");
    public static readonly ConfigKey TransactionStateLogMinIsr = Declare.Int("transaction.state.log.min.isr", 2, AtLeast(1), High, ReadOnly, SingleNode,
        "Replicas of __transaction_state that must be in sync.");
    public static readonly ConfigKey TransactionStateLogSegmentBytes = Declare.Int("transaction.state.log.segment.bytes", 104_857_600, AtLeast(1), High,
        ReadOnly, Honoured,
        "Segment size of __transaction_state.");
    public static readonly ConfigKey TransactionStateLogLoadBufferSize = Declare.Int("transaction.state.log.load.buffer.size", 5_242_880, AtLeast(1), High,
        ReadOnly, Honoured,
        "Bytes read at a time when a coordinator loads its partition.");
    public static readonly ConfigKey TransactionMaxTimeoutMs = Declare.Int("transaction.max.timeout.ms", 900_000, AtLeast(1), High, ReadOnly, Honoured,
        "Longest transaction timeout that a producer may ask for.");

    public static readonly ConfigKey TransactionAbortTimedOutTransactionCleanupIntervalMs = Declare.Int(
        "transaction.abort.timed.out.transaction.cleanup.interval.ms", 10000, AtLeast(1), Low, ReadOnly, Honoured,
        "Time between two looks for transactions that ran out of time.");

    public static readonly ConfigKey TransactionRemoveExpiredTransactionCleanupIntervalMs = Declare.Int(
        "transaction.remove.expired.transaction.cleanup.interval.ms", 3_600_000, AtLeast(1), Low, ReadOnly, Honoured,
        "Time between two looks for expired transactional ids.");
    public static readonly ConfigKey TransactionalIdExpirationMs = Declare.Int("transactional.id.expiration.ms", 604_800_000, AtLeast(1), High, ReadOnly,
        Honoured,
        "Time after which an unused transactional id is forgotten.");
    public static readonly ConfigKey TransactionPartitionVerificationEnable = Declare.Boolean("transaction.partition.verification.enable", true, Low,
        ClusterWide, Honoured,
        "Whether a transactional batch is checked against its coordinator.");
    public static readonly ConfigKey TransactionTwoPhaseCommitEnable = Declare.Boolean("transaction.two.phase.commit.enable", false, Low, ReadOnly,
        TwoPhaseCommit,
        "Whether producers may take part in a two-phase commit.");
    public static readonly ConfigKey AddPartitionsToTxnRetryBackoffMs = Declare.Int("add.partitions.to.txn.retry.backoff.ms", 20, AtLeast(1), High, ReadOnly,
        MarkersAwaited,
        "Pause between two tries of adding partitions to a transaction.");
    public static readonly ConfigKey AddPartitionsToTxnRetryBackoffMaxMs = Declare.Int("add.partitions.to.txn.retry.backoff.max.ms", 100, AtLeast(0), High,
        ReadOnly, Honoured,
        "Total time of those tries.");
}
