using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Log;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>The records that transactional ids are stored in, as Kafka's.</summary>
internal static class TransactionRecords
{
    // The flexible one, which Kafka writes from transaction.version 1 on.
    private const short ValueVersion = 1;

    /// <summary>What is known of a transactional id.</summary>
    public static CoordinatorRecord Of(Transaction transaction) =>
        new(TransactionLogKey.RecordType, new TransactionLogKey { TransactionalId = transaction.Id }, ToValue(transaction), ValueVersion);

    /// <summary>What removes a transactional id.</summary>
    public static CoordinatorRecord Tombstone(string transactionalId) =>
        CoordinatorRecord.Tombstone(TransactionLogKey.RecordType, new TransactionLogKey { TransactionalId = transactionalId });

    /// <summary>Reads what is known of a transactional id.</summary>
    /// <exception cref="InvalidDataException">The status is none.</exception>
    public static Transaction Read(string transactionalId, TransactionLogValue value)
    {
        if (value.TransactionStatus is < (sbyte)TransactionStatus.Empty or > (sbyte)TransactionStatus.CompleteAbort)
            throw new InvalidDataException($"transactional id '{transactionalId}' has status {value.TransactionStatus}, which is never stored");
        ImmutableHashSet<TopicPartition>.Builder partitions = ImmutableHashSet.CreateBuilder<TopicPartition>();
        foreach (TransactionLogValue.PartitionsSchema topic in value.TransactionPartitions ?? [])
        {
            foreach (int partition in topic.PartitionIds) partitions.Add(new TopicPartition(topic.Topic, partition));
        }
        return new Transaction(transactionalId)
        {
            ProducerId = value.ProducerId,
            PreviousProducerId = value.PreviousProducerId,
            NextProducerId = value.NextProducerId,
            Epoch = value.ProducerEpoch,
            TimeoutMs = value.TransactionTimeoutMs,
            Status = (TransactionStatus)value.TransactionStatus,
            Partitions = partitions.ToImmutable(),
            StartMs = value.TransactionStartTimestampMs,
            UpdatedMs = value.TransactionLastUpdateTimestampMs,
            ClientVersion = value.ClientTransactionVersion,
        };
    }

    private static TransactionLogValue ToValue(Transaction transaction)
    {
        TransactionLogValue value = new()
        {
            ProducerId = transaction.ProducerId,
            PreviousProducerId = transaction.PreviousProducerId,
            NextProducerId = transaction.NextProducerId,
            ProducerEpoch = transaction.Epoch,
            TransactionTimeoutMs = transaction.TimeoutMs,
            TransactionStatus = (sbyte)transaction.Status,
            TransactionPartitions = null,
            TransactionLastUpdateTimestampMs = transaction.UpdatedMs,
            TransactionStartTimestampMs = transaction.StartMs,
            ClientTransactionVersion = transaction.ClientVersion,
        };
        if (transaction.Status == TransactionStatus.Empty) return value;
        value.TransactionPartitions = [];
        foreach (IGrouping<string, TopicPartition> topic in transaction.Partitions.GroupBy(static partition => partition.Topic).OrderBy(static topic => topic.Key, StringComparer.Ordinal))
        {
            TransactionLogValue.PartitionsSchema entry = value.TransactionPartitions.Add();
            entry.Topic = topic.Key;
            entry.PartitionIds.AddRange(topic.Select(static partition => partition.Partition).Order());
        }
        return value;
    }
}
