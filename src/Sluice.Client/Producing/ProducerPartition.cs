using Sluice.Protocol.Records;

namespace Sluice.Client.Producing;

/// <summary>The batches of one partition between appending and delivery. Lives under the producer's lock.</summary>
internal sealed class ProducerPartition(string topic, int index)
{
    private readonly List<ProducerBatch> _closed = [];
    private readonly List<ProducerBatch> _inFlight = [];

    // Number of a batch that was refused for good while later ones were in flight: those come back and need new sequences.
    private long _gapNumber = long.MaxValue;

    internal string Topic { get; } = topic;

    internal int Index { get; } = index;

    /// <summary>The batch that takes records; null = none.</summary>
    internal ProducerBatch? Open { get; private set; }

    /// <summary>Batches that are sent and not answered.</summary>
    internal int InFlightCount => _inFlight.Count;

    /// <summary>Whether a batch came back: nothing new is sent until everything in flight is answered, so that the order can be restored.</summary>
    internal bool IsRecovering { get; private set; }

    /// <summary>Monotonic time before which nothing is sent.</summary>
    internal long NotBeforeTimestamp { get; set; }

    /// <summary>Why the last attempt has to be repeated; null = it succeeded, or there was none.</summary>
    internal KafkaException? LastFailure { get; set; }

    /// <summary>Sequence of the next record that is sent for the first time.</summary>
    internal int NextSequence { get; set; }

    /// <summary>Whether there is something to send, now or later.</summary>
    internal bool HasWaiting => Open is not null || _closed.Count > 0;

    /// <summary>Whether a batch waits that will not get any larger.</summary>
    internal bool HasClosed => _closed.Count > 0;

    internal ProducerBatch OpenNew(ProducerBatch batch) => Open = batch;

    /// <summary>Closes the open batch, if there is one.</summary>
    internal void Close()
    {
        if (Open is null) return;
        _closed.Add(Open);
        Open = null;
    }

    /// <summary>The batch to be sent next, or null.</summary>
    internal ProducerBatch? Peek() => _closed.Count == 0 ? null : _closed[0];

    /// <summary>Takes a closed batch out.</summary>
    internal void Remove(ProducerBatch batch) => _closed.Remove(batch);

    /// <summary>Takes the first closed batch for sending.</summary>
    /// <param name="isIdempotent">Whether it needs a sequence.</param>
    internal ProducerBatch Take(bool isIdempotent)
    {
        ProducerBatch batch = _closed[0];
        _closed.RemoveAt(0);
        _inFlight.Add(batch);
        if (isIdempotent && batch.BaseSequence == RecordBatchFormat.NoSequence)
        {
            batch.BaseSequence = NextSequence;
            NextSequence = RecordSequence.Increment(NextSequence, batch.Builder.RecordsCount);
        }

        return batch;
    }

    /// <summary>Notes an answer: whatever it was, the batch is not in flight any more. Followed by <see cref="Settle"/> once its fate is decided.</summary>
    internal void Answered(ProducerBatch batch) => _inFlight.Remove(batch);

    /// <summary>Ends the recovery if everything in flight is answered.</summary>
    internal void Settle()
    {
        if (InFlightCount > 0) return;
        IsRecovering = false;
        _gapNumber = long.MaxValue;
    }

    /// <summary>Whether a batch before this one is not delivered yet, so that a broker may see a gap before this one. Answers may be looked at
    /// in another order than they came in.</summary>
    internal bool IsBehindAnother(ProducerBatch batch) =>
        IsRecovering || _inFlight.Exists(other => other.Number < batch.Number) || _closed.Exists(other => other.Number < batch.Number);

    /// <summary>Notes that the broker has the batch.</summary>
    internal void Delivered(ProducerBatch batch)
    {
        // A broker that never heard of the producer accepts any first sequence, so there may be no gap to close after all.
        if (batch.Number > _gapNumber) NextSequence = RecordSequence.Increment(batch.BaseSequence, batch.Builder.RecordsCount);
    }

    /// <summary>Puts a batch back where it stood among those of its partition.</summary>
    internal void PutBack(ProducerBatch batch)
    {
        if (batch.Number > _gapNumber) TakeSequence(batch);
        int position = _closed.FindIndex(other => other.Number > batch.Number);
        _closed.Insert(position < 0 ? _closed.Count : position, batch);
        if (InFlightCount > 0) IsRecovering = true;
    }

    /// <summary>Lets the batches behind one that was refused for good take its sequences: the broker expects no gap.</summary>
    /// <param name="refused">Not among the partition's batches any more.</param>
    internal void CloseSequenceGap(ProducerBatch refused)
    {
        if (refused.BaseSequence == RecordBatchFormat.NoSequence) return;
        NextSequence = refused.BaseSequence;
        foreach (ProducerBatch batch in _closed)
        {
            if (batch.Number > refused.Number) TakeSequence(batch);
        }

        if (InFlightCount == 0) return;
        IsRecovering = true;
        _gapNumber = Math.Min(_gapNumber, refused.Number);
    }

    /// <summary>Takes out everything that is not in flight.</summary>
    internal IReadOnlyList<ProducerBatch> Drain()
    {
        Close();
        ProducerBatch[] drained = [.. _closed];
        _closed.Clear();
        return drained;
    }

    private static void TakeSequence(ProducerBatch batch)
    {
        batch.BaseSequence = RecordBatchFormat.NoSequence;
        batch.Bytes = default;
    }
}
