using Sluice.Metadata.Configs;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>The settings of the transaction coordinator, read once: none of them changes while the broker runs.</summary>
internal sealed class TransactionCoordinatorSettings(BrokerSettings broker)
{
    /// <summary><c>transaction.state.log.num.partitions</c>.</summary>
    public int PartitionCount { get; } = broker.GetInt(BrokerConfigKeys.TransactionStateLogNumPartitions);

    /// <summary><c>transaction.state.log.segment.bytes</c>.</summary>
    public int SegmentBytes { get; } = broker.GetInt(BrokerConfigKeys.TransactionStateLogSegmentBytes);

    /// <summary><c>transaction.state.log.load.buffer.size</c>.</summary>
    public int LoadBufferBytes { get; } = broker.GetInt(BrokerConfigKeys.TransactionStateLogLoadBufferSize);

    /// <summary><c>group.coordinator.threads</c>: shards that load at the same time; Kafka has no setting of its own for this.</summary>
    public int Threads { get; } = broker.GetInt(BrokerConfigKeys.GroupCoordinatorThreads);

    /// <summary><c>transaction.max.timeout.ms</c>.</summary>
    public int TimeoutMsMax { get; } = broker.GetInt(BrokerConfigKeys.TransactionMaxTimeoutMs);

    /// <summary><c>transaction.abort.timed.out.transaction.cleanup.interval.ms</c>.</summary>
    public int AbortCheckIntervalMs { get; } = broker.GetInt(BrokerConfigKeys.TransactionAbortTimedOutTransactionCleanupIntervalMs);

    /// <summary><c>transaction.remove.expired.transaction.cleanup.interval.ms</c>.</summary>
    public int ExpiryCheckIntervalMs { get; } = broker.GetInt(BrokerConfigKeys.TransactionRemoveExpiredTransactionCleanupIntervalMs);

    /// <summary><c>transactional.id.expiration.ms</c>.</summary>
    public int ExpirationMs { get; } = broker.GetInt(BrokerConfigKeys.TransactionalIdExpirationMs);

    /// <summary><c>add.partitions.to.txn.retry.backoff.max.ms</c>: how long a request may wait for the markers of the transaction before its own.</summary>
    public int MarkersWaitMs { get; } = broker.GetInt(BrokerConfigKeys.AddPartitionsToTxnRetryBackoffMaxMs);
}
