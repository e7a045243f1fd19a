namespace Sluice.Client.Producing;

/// <summary>What a producer has done so far. Every appended record ends up as delivered or failed.</summary>
/// <param name="AppendedCount">Records handed to the producer.</param>
/// <param name="AppendedBytes">Bytes of their keys and values.</param>
/// <param name="DeliveredCount">Records that a broker acknowledged, or that were sent where none was asked for.</param>
/// <param name="DeliveredBytes">Bytes of their keys and values.</param>
/// <param name="FailedCount">Records that were given up.</param>
/// <param name="BatchesCount">Batches delivered.</param>
/// <param name="WireBytes">Bytes of those batches as they were sent, compressed.</param>
/// <param name="RetriesCount">Batches that were sent again.</param>
public readonly record struct ProducerCounts(
    long AppendedCount,
    long AppendedBytes,
    long DeliveredCount,
    long DeliveredBytes,
    long FailedCount,
    long BatchesCount,
    long WireBytes,
    long RetriesCount);
