using System.Runtime.CompilerServices;
using Sluice.Protocol.Records;

namespace Sluice.Log.Producers;

/// <summary>What one partition knows of one producer id.</summary>
/// <remarks>Lives under the partition's lock.</remarks>
internal sealed class ProducerState(long producerId)
{
    /// <summary>Batches remembered per producer: as many as a client may have in flight while it is idempotent.</summary>
    public const int BatchesMax = 5;

    private BatchRing _ring;
    private int _first;

    public long ProducerId { get; } = producerId;

    /// <summary>-1 before the first batch.</summary>
    public short Epoch { get; private set; } = RecordBatchFormat.NoProducerEpoch;

    /// <summary>Epoch of the transaction coordinator that wrote the last marker; -1 = none.</summary>
    public int CoordinatorEpoch { get; set; } = -1;

    /// <summary>Largest timestamp of the last batch or marker: what expiry looks at.</summary>
    public long LastTimestampMs { get; set; } = RecordBatchFormat.NoTimestamp;

    /// <summary>First offset of the open transaction; -1 = none.</summary>
    public long TransactionFirstOffset { get; set; } = -1;

    public int BatchesCount { get; private set; }

    /// <summary>
    /// Whether batches of the current epoch may have been here that are not known any more: only a marker of theirs was found in the log, or in the snapshot. Any sequence may
    /// follow. Where a marker raised the epoch of a producer that was known, none of the new epoch can have been.
    /// </summary>
    public bool MayHaveForgotten { get; private set; }

    /// <summary>Sequence that the next batch must follow; -1 if none is known.</summary>
    public int LastSequence => BatchesCount == 0 ? RecordBatchFormat.NoSequence : Last.LastSequence;

    public ProducerBatch Last => BatchAt(BatchesCount - 1);

    /// <summary>A remembered batch, 0 being the oldest.</summary>
    public ProducerBatch BatchAt(int index) => _ring[(_first + index) % BatchesMax];

    /// <summary>Finds the batch that has exactly these sequences under the current epoch.</summary>
    public bool TryFindDuplicate(short epoch, int firstSequence, int lastSequence, out ProducerBatch duplicate)
    {
        if (epoch == Epoch)
        {
            for (int index = 0; index < BatchesCount; index++)
            {
                duplicate = BatchAt(index);
                if (duplicate.FirstSequence == firstSequence && duplicate.LastSequence == lastSequence)
                {
                    return true;
                }
            }
        }

        duplicate = default;
        return false;
    }

    /// <summary>Remembers an appended batch; a new epoch forgets those of the old one.</summary>
    public void Add(short epoch, ProducerBatch batch)
    {
        SetEpoch(epoch);
        MayHaveForgotten = false;
        if (BatchesCount == BatchesMax)
        {
            _ring[_first] = batch;
            _first = (_first + 1) % BatchesMax;
        }
        else
        {
            _ring[(_first + BatchesCount) % BatchesMax] = batch;
            BatchesCount++;
        }
    }

    /// <summary>Takes over an epoch, as a marker or a batch brings it.</summary>
    public void SetEpoch(short epoch)
    {
        if (Epoch != epoch)
        {
            MayHaveForgotten = Epoch == RecordBatchFormat.NoProducerEpoch;
            Epoch = epoch;
            BatchesCount = 0;
            _first = 0;
        }
    }

    [InlineArray(BatchesMax)]
    private struct BatchRing
    {
        private ProducerBatch _element;
    }
}
