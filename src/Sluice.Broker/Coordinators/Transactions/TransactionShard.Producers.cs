using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

// InitProducerId: who the producer of a transactional id is.
internal sealed partial class TransactionShard
{
    /// <summary>Gives a transactional id to a producer: every producer that had it before is fenced, and its open transaction aborted.</summary>
    /// <param name="id">Not empty.</param>
    /// <param name="timeoutMs">More than 0, checked by the caller.</param>
    /// <param name="expected">Who the client says that it is; null for one that has just started.</param>
    /// <param name="freshProducerId">A producer id that nobody had; -1 = none at hand.</param>
    public ProducerOutcome InitProducerId(string id, int timeoutMs, ProducerIdentity? expected, long freshProducerId)
    {
        if (!_transactions.TryGetValue(id, out Transaction? known)) return Create(id, timeoutMs, freshProducerId);
        if (expected is { } claimed && !IsKnownAs(known, claimed)) return ProducerOutcome.Refused(ErrorCode.ProducerFenced);
        if (known.IsPrepared) return ProducerOutcome.Refused(ErrorCode.ConcurrentTransactions);
        if (known.Status == TransactionStatus.Ongoing)
        {
            // The client asks again, and then gets its epoch.
            ErrorCode error = AbortAsCoordinator(known, "a producer with the same transactional id started");
            return ProducerOutcome.Refused(error == ErrorCode.None ? ErrorCode.ConcurrentTransactions : error);
        }
        Transaction next = known with
        {
            PreviousProducerId = -1,
            TimeoutMs = timeoutMs,
            Status = TransactionStatus.Empty,
            Partitions = [],
            StartMs = -1,
            UpdatedMs = _context.NowMs,
            ClientVersion = 0,
        };
        if (known.IsEpochExhausted && (expected is null || expected.Value.Epoch == known.Epoch))
        {
            if (freshProducerId < 0) return ProducerOutcome.WithoutProducerId;
            next = next with { ProducerId = freshProducerId, PreviousProducerId = known.ProducerId, Epoch = 0, LastEpoch = expected is null ? (short)-1 : known.Epoch };
        }
        else if (expected is null || expected.Value.Epoch == known.Epoch)
        {
            next = next with { Epoch = (short)(known.Epoch + 1), LastEpoch = expected is null ? (short)-1 : known.Epoch };
        }
        else if (expected.Value.Epoch == known.LastEpoch)
        {
            // The answer to the same request was lost.
            next = next with { PreviousProducerId = known.PreviousProducerId };
        }
        else
        {
            return ProducerOutcome.Refused(ErrorCode.ProducerFenced);
        }
        return ProducerOutcome.Of(Store(next), next.Producer);
    }

    private ProducerOutcome Create(string id, int timeoutMs, long freshProducerId)
    {
        if (freshProducerId < 0) return ProducerOutcome.WithoutProducerId;
        Transaction made = new(id) { ProducerId = freshProducerId, Epoch = 0, TimeoutMs = timeoutMs, Status = TransactionStatus.Empty, UpdatedMs = _context.NowMs };
        return ProducerOutcome.Of(Store(made), made.Producer);
    }

    // The epoch is looked at later; with the id before this one only the last epoch makes sense.
    private static bool IsKnownAs(Transaction known, ProducerIdentity claimed) =>
        claimed.Id == known.ProducerId
        || (claimed.Id == known.PreviousProducerId && claimed.Epoch >= ProducerIdentity.LastEpochOfClients);
}
