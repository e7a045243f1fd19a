using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Client.Consuming;

/// <summary>Tells the batches of one answer that belong to aborted transactions, from the list that the broker sends along.</summary>
/// <remarks>
/// A producer's transaction counts as aborted from the first offset in the list to its abort marker. Batches have to be shown in the
/// order of their offsets.
/// </remarks>
internal sealed class AbortedFilter
{
    private readonly PriorityQueue<long, long> _starts = new();
    private readonly HashSet<long> _aborted = [];

    internal AbortedFilter(IEnumerable<FetchResponse.AbortedTransaction> transactions)
    {
        foreach (FetchResponse.AbortedTransaction transaction in transactions) _starts.Enqueue(transaction.ProducerId, transaction.FirstOffset);
    }

    /// <summary>Whether a data batch was never committed.</summary>
    internal bool IsAborted(RecordBatchView batch)
    {
        while (_starts.TryPeek(out long producerId, out long firstOffset) && firstOffset <= batch.LastOffset)
        {
            _aborted.Add(producerId);
            _starts.Dequeue();
        }

        return batch.IsTransactional && _aborted.Contains(batch.ProducerId);
    }

    /// <summary>Notes a batch of control records, which may end its producer's transaction.</summary>
    internal void Mark(RecordBatchView batch)
    {
        var records = new RecordReader(batch.Payload, batch.RecordsCount);
        while (records.MoveNext())
        {
            bool isAbort = ControlRecordKey.TryRead(records.Current.Key, out ControlRecordType type) && type == ControlRecordType.Abort;
            if (isAbort) _aborted.Remove(batch.ProducerId);
        }
    }
}
