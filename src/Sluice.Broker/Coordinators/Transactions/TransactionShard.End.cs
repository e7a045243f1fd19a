using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

// EndTxn: commit and abort, by the rules of the client's version, and the way through Prepare to Complete.
internal sealed partial class TransactionShard
{
    /// <summary>EndTxn. The decision is in the log when this returns; markers follow.</summary>
    /// <param name="id">Transactional id.</param>
    /// <param name="producer">Who asks.</param>
    /// <param name="isCommit">False to abort.</param>
    /// <param name="isVersion2">Whether the epoch is raised with the transaction's end (EndTxn from version 5 on).</param>
    /// <param name="freshProducerId">A producer id that nobody had; -1 = none at hand.</param>
    public ProducerOutcome End(string id, ProducerIdentity producer, bool isCommit, bool isVersion2, long freshProducerId)
    {
        if (id.Length == 0) return ProducerOutcome.Refused(ErrorCode.InvalidRequest);
        if (!_transactions.TryGetValue(id, out Transaction? known)) return ProducerOutcome.Refused(ErrorCode.InvalidProducerIdMapping);
        ErrorCode error = isVersion2 ? Judge2(known, producer, isCommit, out bool isDone) : Judge1(known, producer, isCommit, out isDone);
        if (error != ErrorCode.None || isDone) return ProducerOutcome.Of(error, known.Producer);
        if (isVersion2 && known.IsEpochExhausted && freshProducerId < 0) return ProducerOutcome.WithoutProducerId;
        Transaction next = Prepare(known, isCommit, isVersion2, freshProducerId);
        error = Store(next);
        if (error == ErrorCode.None) BeginCompletion(next);
        return ProducerOutcome.Of(error, next.NextProducer);
    }

    /// <summary>Every partition has its marker: the transaction is over.</summary>
    /// <param name="prepared">What was begun by <see cref="ITransactionCompletion.Begin"/>.</param>
    /// <returns>NONE, also if it was complete before; or why that could not be stored.</returns>
    public ErrorCode Complete(PreparedTransaction prepared)
    {
        string id = prepared.TransactionalId;
        if (_prepared.GetValueOrDefault(id) != prepared) return ErrorCode.None;
        Transaction known = _transactions[id];
        ErrorCode error = Store(known with
        {
            ProducerId = known.NextProducer.Id,
            Epoch = known.NextProducer.Epoch,
            PreviousProducerId = known.NextProducerId >= 0 ? known.ProducerId : -1,
            NextProducerId = -1,
            Status = known.Status == TransactionStatus.PrepareCommit ? TransactionStatus.CompleteCommit : TransactionStatus.CompleteAbort,
            Partitions = [],
            UpdatedMs = _context.NowMs,
        });
        if (error == ErrorCode.None) _prepared.Remove(id);
        return error;
    }

    // The coordinator's own aborts raise the epoch, whatever the client speaks: that fences the producer.
    private ErrorCode AbortAsCoordinator(Transaction known, string reason)
    {
        Transaction next = Prepare(known, isCommit: false, isVersion2: true, nextProducerId: -1);
        ErrorCode error = Store(next);
        if (error != ErrorCode.None) return error;
        BrokerLog.TransactionAborted(_context.Logger, known.Id, known.ProducerId, known.Epoch, reason);
        BeginCompletion(next);
        return ErrorCode.None;
    }

    private Transaction Prepare(Transaction known, bool isCommit, bool isVersion2, long nextProducerId)
    {
        long nowMs = _context.NowMs;
        Transaction next = known with
        {
            PreviousProducerId = -1,
            Status = isCommit ? TransactionStatus.PrepareCommit : TransactionStatus.PrepareAbort,
            StartMs = known.Status == TransactionStatus.Ongoing ? known.StartMs : nowMs,
            UpdatedMs = nowMs,
            ClientVersion = isVersion2 ? (short)2 : (short)0,
        };
        if (!isVersion2) return next;
        return next with
        {
            Epoch = (short)Math.Min(known.Epoch + 1, short.MaxValue),
            LastEpoch = known.Epoch,
            NextProducerId = known.IsEpochExhausted ? nextProducerId : -1,
        };
    }

    private void BeginCompletion(Transaction prepared)
    {
        bool isCommit = prepared.Status == TransactionStatus.PrepareCommit;
        var marker = new TransactionMarker(prepared.ProducerId, prepared.Epoch, isCommit, _context.CoordinatorEpoch(), IsVersion2: prepared.ClientVersion >= 2);
        PreparedTransaction work = new(prepared.Id, marker, prepared.Partitions);
        _prepared[prepared.Id] = work;
        _context.Completion.Begin(work);
    }

    private static ErrorCode Judge1(Transaction known, ProducerIdentity producer, bool isCommit, out bool isDone)
    {
        isDone = false;
        if (known.ProducerId != producer.Id) return ErrorCode.InvalidProducerIdMapping;
        if (known.Epoch != producer.Epoch) return ErrorCode.ProducerFenced;
        return known.Status switch
        {
            TransactionStatus.Ongoing => ErrorCode.None,
            TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort => Repeated(known, isCommit, ErrorCode.None, out isDone),
            TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort => Repeated(known, isCommit, ErrorCode.ConcurrentTransactions, out isDone),
            _ => ErrorCode.InvalidTxnState,
        };
    }

    private static ErrorCode Judge2(Transaction known, ProducerIdentity producer, bool isCommit, out bool isDone)
    {
        isDone = false;

        // The epochs of the producer id were used up by the transaction whose end is asked for again.
        bool isOverflowRetry = known.PreviousProducerId == producer.Id && producer.Epoch == ProducerIdentity.LastEpochOfClients && known.Epoch == 0;
        if (known.ProducerId != producer.Id && !isOverflowRetry) return ErrorCode.InvalidProducerIdMapping;
        bool isCurrent = !isOverflowRetry && known.Epoch == producer.Epoch;
        bool isRaisedRetry = !isOverflowRetry && known.Epoch == producer.Epoch + 1;
        switch (known.Status)
        {
            case TransactionStatus.Ongoing:
                return isCurrent ? ErrorCode.None : ErrorCode.ProducerFenced;
            case TransactionStatus.Empty:
                if (!isCurrent) return ErrorCode.ProducerFenced;
                return isCommit ? ErrorCode.InvalidTxnState : ErrorCode.None;
            case TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort:
                return isRaisedRetry ? Repeated(known, isCommit, ErrorCode.ConcurrentTransactions, out isDone) : ErrorCode.ProducerFenced;
            default:
                if (isRaisedRetry || isOverflowRetry) return Repeated(known, isCommit, ErrorCode.None, out isDone);
                if (!isCurrent) return ErrorCode.ProducerFenced;

                // The client may have written nothing that came here; its abort raises the epoch all the same.
                return isCommit ? ErrorCode.InvalidTxnState : ErrorCode.None;
        }
    }

    // The same end again is no mistake; another one is.
    private static ErrorCode Repeated(Transaction known, bool isCommit, ErrorCode whenSame, out bool isDone)
    {
        bool isSame = isCommit == (known.Status is TransactionStatus.PrepareCommit or TransactionStatus.CompleteCommit);
        isDone = isSame && whenSame == ErrorCode.None;
        return isSame ? whenSame : ErrorCode.InvalidTxnState;
    }
}
