using Sluice.Log.Indexes;
using Sluice.Log.Producers;
using Sluice.Log.Segments;

namespace Sluice.Log.Compaction;

/// <summary>Tells, while batches pass by in order, which belong to aborted transactions and which markers nobody needs any more.</summary>
/// <remarks>Pure; for one pass over a part of a log, on one thread.</remarks>
internal sealed class CleanedTransactions
{
    private readonly AbortedTransactionEntry[] _aborted;
    private readonly Dictionary<long, Aborted> _abortedByProducer = [];
    private readonly HashSet<long> _committedWithData = [];
    private int _nextAborted;

    /// <summary>Begins before the first batch.</summary>
    /// <param name="aborted">Every aborted transaction that reaches into the part, in any order.</param>
    public CleanedTransactions(IEnumerable<AbortedTransactionEntry> aborted) => _aborted = [.. aborted.OrderBy(static entry => entry.FirstOffset)];

    /// <summary>Takes a data batch in.</summary>
    /// <returns>Whether it belongs to an aborted transaction, so that nobody will ever want its records.</returns>
    public bool OnData(in BatchHeader batch)
    {
        Advance(batch.LastOffset);
        if (!batch.IsTransactional)
        {
            return false;
        }

        if (_abortedByProducer.TryGetValue(batch.ProducerId, out Aborted? aborted))
        {
            if (batch.BaseOffset <= aborted.Entry.LastOffset)
            {
                aborted.HasData = true;
                return true;
            }

            _abortedByProducer.Remove(batch.ProducerId); // Its marker is missing; what follows is another transaction.
        }

        _committedWithData.Add(batch.ProducerId);
        return false;
    }

    /// <summary>Takes a control batch in.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="marker">What it says.</param>
    /// <param name="kept">The transaction that the marker aborted, if batches of it are still there: the new transaction index needs it.</param>
    /// <returns>Whether nothing refers to the marker any more, so that it may go once its horizon has passed.</returns>
    public bool OnControl(in BatchHeader batch, ControlMarker marker, out AbortedTransactionEntry? kept)
    {
        Advance(batch.LastOffset);
        kept = null;
        if (batch.RecordsCount == 0)
        {
            return true; // Emptied by an earlier pass; kept for the sake of its producer.
        }

        if (!marker.IsEndTransaction)
        {
            return false;
        }

        if (!marker.IsAbort)
        {
            return !_committedWithData.Remove(batch.ProducerId);
        }

        if (!_abortedByProducer.Remove(batch.ProducerId, out Aborted? aborted) || !aborted.HasData)
        {
            return true;
        }

        kept = aborted.Entry;
        return false;
    }

    private void Advance(long offset)
    {
        for (; _nextAborted < _aborted.Length && _aborted[_nextAborted].FirstOffset <= offset; _nextAborted++)
        {
            AbortedTransactionEntry entry = _aborted[_nextAborted];
            _abortedByProducer[entry.ProducerId] = new Aborted(entry);
        }
    }

    private sealed class Aborted(AbortedTransactionEntry entry)
    {
        public AbortedTransactionEntry Entry { get; } = entry;

        public bool HasData { get; set; }
    }
}
