using System.Collections.Immutable;
using Sluice.Log;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

// AddPartitionsToTxn: which partitions a transaction may write to.
internal sealed partial class TransactionShard
{
    /// <summary>Makes partitions part of a transaction, which begins with the first.</summary>
    /// <param name="id">Transactional id.</param>
    /// <param name="producer">Who asks.</param>
    /// <param name="partitions">At least one.</param>
    /// <param name="clientVersion">2 where the broker adds what a client writes to, 0 where the client asks.</param>
    public AddPartitionsOutcome AddPartitions(string id, ProducerIdentity producer, IReadOnlyCollection<TopicPartition> partitions, short clientVersion)
    {
        ErrorCode error = Check(id, producer, out Transaction? known);
        if (error != ErrorCode.None) return new AddPartitionsOutcome(error, error == ErrorCode.ConcurrentTransactions ? _prepared[id] : null);
        bool isOpen = known!.Status == TransactionStatus.Ongoing;
        ImmutableHashSet<TopicPartition> all = isOpen ? known.Partitions.Union(partitions) : [.. partitions];
        if (isOpen && all.Count == known.Partitions.Count) return new AddPartitionsOutcome(ErrorCode.None, null);
        long nowMs = _context.NowMs;
        error = Store(known with
        {
            PreviousProducerId = -1,
            Status = TransactionStatus.Ongoing,
            Partitions = all,
            StartMs = isOpen ? known.StartMs : nowMs,
            UpdatedMs = nowMs,
            ClientVersion = clientVersion,
        });
        return new AddPartitionsOutcome(error, null);
    }

    /// <summary>Finds out whether partitions are part of the transaction that is open.</summary>
    /// <param name="id">Transactional id.</param>
    /// <param name="producer">Who writes.</param>
    /// <param name="partitions">Where to.</param>
    /// <param name="errors">Gets one for each partition: NONE, TRANSACTION_ABORTABLE for one that is not in it, or what is wrong with the producer.</param>
    public void Verify(string id, ProducerIdentity producer, IReadOnlyList<TopicPartition> partitions, Span<ErrorCode> errors)
    {
        ErrorCode error = Check(id, producer, out Transaction? known);
        for (int i = 0; i < partitions.Count; i++)
            errors[i] = error == ErrorCode.None && !known!.Partitions.Contains(partitions[i]) ? ErrorCode.TransactionAbortable : error;
    }

    private ErrorCode Check(string id, ProducerIdentity producer, out Transaction? known)
    {
        known = null;
        if (id.Length == 0) return ErrorCode.InvalidRequest;
        if (!_transactions.TryGetValue(id, out known) || known.ProducerId != producer.Id) return ErrorCode.InvalidProducerIdMapping;
        if (known.Epoch != producer.Epoch) return ErrorCode.ProducerFenced;
        return known.IsPrepared ? ErrorCode.ConcurrentTransactions : ErrorCode.None;
    }
}
