using Sluice.Protocol.Records;

namespace Sluice.Client.Producing;

/// <summary>One batch on its way: open for records, then closed, built, sent, and sent again if need be. Lives under the producer's lock,
/// but for <see cref="Bytes"/>, which only the sender touches.</summary>
internal sealed class ProducerBatch(RecordBatchBuilder builder, long number, long createdTimestamp)
{
    /// <summary>Completed with the batch's fate; never fails.</summary>
    internal TaskCompletionSource<BatchOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Holds the records; goes back to the pool when the fate is known.</summary>
    internal RecordBatchBuilder Builder { get; } = builder;

    /// <summary>Order of creation, in which the batches of a partition are sent.</summary>
    internal long Number { get; } = number;

    /// <summary>Monotonic time of the first record.</summary>
    internal long CreatedTimestamp { get; } = createdTimestamp;

    /// <summary>Bytes that the records reserved in the producer's buffer.</summary>
    internal long ReservedBytes { get; set; }

    /// <summary>Bytes of keys and values.</summary>
    internal long ContentBytes { get; set; }

    /// <summary>Sequence of the first record; -1 = not given yet, or the producer is not idempotent.</summary>
    internal int BaseSequence { get; set; } = RecordBatchFormat.NoSequence;

    /// <summary>Times that it was sent.</summary>
    internal int AttemptsCount { get; set; }

    /// <summary>The batch as it goes over the wire, in the builder's memory; empty = not built with its present sequence yet.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; set; }
}
