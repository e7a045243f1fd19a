using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Client.Consuming;

/// <summary>Takes the bytes that a partition's fetch brought apart into batches.</summary>
internal static class FetchedBatches
{
    /// <summary>Adds what is to be shown to <paramref name="batches"/> and moves the partition's position behind it.</summary>
    /// <param name="partition">Whose bytes they are.</param>
    /// <param name="answer">The broker's answer; may end with the beginning of a batch, which is left for the next fetch.</param>
    /// <param name="options">Whether to check CRCs and hide aborted transactions.</param>
    /// <param name="batches">Gets batches of data only.</param>
    /// <exception cref="KafkaException">The bytes are no batches, or damaged.</exception>
    internal static void Split(
        ConsumedPartition partition,
        FetchResponse.PartitionData answer,
        RecordConsumerOptions options,
        List<FetchedBatch> batches)
    {
        AbortedFilter? filter = options.IsolationLevel == IsolationLevel.ReadCommitted ? new AbortedFilter(answer.AbortedTransactions ?? []) : null;
        ReadOnlyMemory<byte> rest = answer.Records.Bytes;
        while (!partition.IsDone && TryTake(partition, rest, options.CheckCrc, out int sizeBytes))
        {
            ReadOnlyMemory<byte> bytes = rest[..sizeBytes];
            rest = rest[sizeBytes..];
            var batch = new RecordBatchView(bytes.Span);
            if (batch.IsControl) filter?.Mark(batch);
            else if (filter?.IsAborted(batch) != true && batch.NextOffset > partition.Position && batch.RecordsCount > 0)
                batches.Add(new FetchedBatch(partition.Topic, partition.Index, partition.Position, partition.EndOffset, bytes));

            partition.Position = Math.Max(partition.Position, batch.NextOffset);
        }
    }

    private static bool TryTake(ConsumedPartition partition, ReadOnlyMemory<byte> rest, bool checkCrc, out int sizeBytes)
    {
        sizeBytes = 0;
        if (rest.IsEmpty) return false;
        RecordBatchStatus status = checkCrc
            ? RecordBatchValidator.Validate(rest.Span)
            : RecordBatchValidator.ValidateHeader(rest.Span, rest.Length);
        switch (status)
        {
            case RecordBatchStatus.Valid:
                sizeBytes = new RecordBatchView(rest.Span).SizeBytes;
                return true;
            case RecordBatchStatus.Incomplete:
                return false;
            case RecordBatchStatus.Legacy:
                throw new KafkaException(ErrorCode.UnsupportedForMessageFormat, $"{partition} holds messages of a format from before Kafka 0.11 at offset {partition.Position}");
            default:
                throw new KafkaException(ErrorCode.CorruptMessage, $"{partition} is damaged behind offset {partition.Position}: {status}");
        }
    }
}
