using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>Writes the end of a transaction into a partition of this broker.</summary>
internal sealed class MarkerWriter(TopicManager topics, GroupCoordinator groups, TimeProvider time)
{
    /// <summary>Appends a marker, and waits until it is as durable as the topic wants it.</summary>
    /// <param name="partition">Where to. A partition of <c>__consumer_offsets</c> gets it through the coordinator of its groups, who then counts the
    /// offsets of the transaction, or drops them.</param>
    /// <param name="marker">What to append.</param>
    /// <param name="cancellationToken">Gives up waiting for that coordinator.</param>
    /// <returns>NONE; UNKNOWN_TOPIC_OR_PARTITION if there is no such partition any more; KAFKA_STORAGE_ERROR, NOT_LEADER_OR_FOLLOWER or a coordinator's
    /// error if it cannot be written to now; what the log says against the marker.</returns>
    public Task<ErrorCode> WriteAsync(TopicPartition partition, TransactionMarker marker, CancellationToken cancellationToken)
    {
        ErrorCode located = topics.Table.Find(partition.Topic, partition.Partition, out _, out Partition? found);
        if (located != ErrorCode.None) return Task.FromResult(located);
        return partition.Topic == TopicName.ConsumerOffsets
            ? groups.EndTransactionAsync(partition.Partition, marker, cancellationToken).AsTask()
            : WriteAsync(found!.Log, marker);
    }

    /// <summary>Whether a transaction of a producer is open in a partition.</summary>
    public bool IsOpen(TopicPartition partition, long producerId) =>
        topics.Table.Find(partition.Topic, partition.Partition, out _, out Partition? found) != ErrorCode.None || found!.Log.HasOpenTransaction(producerId);

    private async Task<ErrorCode> WriteAsync(PartitionLog log, TransactionMarker marker)
    {
        byte[] batch = new byte[EndTransactionMarker.SizeBytes];
        EndTransactionMarker.Write(
            batch, marker.IsCommit, marker.ProducerId, marker.ProducerEpoch, marker.CoordinatorEpoch, time.GetUtcNow().ToUnixTimeMilliseconds());
        AppendResult result = log.Append(batch, AppendOrigin.Coordinator, new AppendOptions(log.LeaderEpoch) { IsTransactionVersion2 = marker.IsVersion2 });
        if (result.ErrorCode != ErrorCode.None || !result.IsFlushDue) return result.ErrorCode;
        try
        {
            await log.FlushAsync(result.LastOffset + 1).ConfigureAwait(false);
            return ErrorCode.None;
        }
        catch (IOException)
        {
            // The log has logged it and gone offline.
            return ErrorCode.KafkaStorageError;
        }
    }
}
