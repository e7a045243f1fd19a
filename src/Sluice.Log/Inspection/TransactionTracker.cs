using Sluice.Log.Producers;

namespace Sluice.Log.Inspection;

/// <summary>Which transactions have records and no marker yet, while the batches of a partition pass by.</summary>
/// <remarks>Holds one entry per producer with an open transaction.</remarks>
internal sealed class TransactionTracker
{
    private readonly Dictionary<long, long> _firstOffsets = [];

    /// <summary>Transactions that are open.</summary>
    public int OpenCount => _firstOffsets.Count;

    /// <summary>Forgets what is open: a marker may be among the batches that are missing.</summary>
    public void OnDamage() => _firstOffsets.Clear();

    /// <summary>Takes in a batch.</summary>
    /// <returns>First offset of the transaction that it ends, if that has records.</returns>
    public long? OnBatch(in InspectedBatch batch, ControlMarker marker)
    {
        if (batch.ProducerId < 0)
        {
            return null;
        }

        if (batch.IsControl)
        {
            return marker.IsEndTransaction && _firstOffsets.Remove(batch.ProducerId, out long firstOffset) ? firstOffset : null;
        }

        // A batch that compaction emptied is kept for its sequence, not for its transaction.
        if (batch.IsTransactional && batch.RecordsCount > 0)
        {
            _firstOffsets.TryAdd(batch.ProducerId, batch.BaseOffset);
        }

        return null;
    }
}
