using Sluice.Log.Producers;

namespace Sluice.Log;

// What a transaction's coordinator, and those who write inside a transaction, need to know of a partition's producers.
public sealed partial class PartitionLog
{
    /// <summary>Finds out what a producer must show to write here inside a transaction.</summary>
    /// <param name="producerId">0 or more.</param>
    /// <param name="producerEpoch">0 or more.</param>
    /// <param name="firstSequence">Sequence of the first record that is to be written; -1 for records without.</param>
    /// <returns>To be passed to the append as <see cref="AppendOptions.TransactionGuard"/>, and given back by <see cref="ReturnTransactionGuard"/> afterwards.</returns>
    /// <remarks>Any thread. Take it before the coordinator is asked: only then does the end of a transaction that comes in between make it worthless.</remarks>
    public TransactionGuard TakeTransactionGuard(long producerId, short producerEpoch, int firstSequence)
    {
        lock (_lock)
        {
            return _producers.TakeGuard(producerId, producerEpoch, firstSequence);
        }
    }

    /// <summary>Whether a write that took a guard may still take place: no transaction of the producer has ended here since.</summary>
    /// <remarks>
    /// Any thread. To be asked when the coordinator has answered: the marker that made a guard worthless by then may be that of the transaction before, and
    /// the answer is about the one after it. With another guard and another question it is certain.
    /// </remarks>
    public bool IsTransactionGuardGood(long producerId, short producerEpoch, TransactionGuard guard)
    {
        lock (_lock)
        {
            return _producers.IsGuardGood(producerId, producerEpoch, guard.Id);
        }
    }

    /// <summary>Gives a guard back when its write is done or given up.</summary>
    public void ReturnTransactionGuard(long producerId, TransactionGuard guard)
    {
        lock (_lock)
        {
            _producers.ReturnGuard(producerId, guard);
        }
    }

    /// <summary>Whether a transaction of a producer is open here.</summary>
    public bool HasOpenTransaction(long producerId)
    {
        lock (_lock)
        {
            return _producers.HasOpenTransaction(producerId);
        }
    }

    /// <summary>What is known here of every idempotent and transactional producer, by producer id.</summary>
    public IReadOnlyList<ProducerInfo> DescribeProducers()
    {
        lock (_lock)
        {
            return
            [
                .. _producers.Producers.OrderBy(static producer => producer.ProducerId).Select(static producer => new ProducerInfo(
                    producer.ProducerId, producer.Epoch, producer.LastSequence, producer.LastTimestampMs, producer.CoordinatorEpoch, producer.TransactionFirstOffset)),
            ];
        }
    }
}
