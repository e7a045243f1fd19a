using Sluice.Log.Segments;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Producers;

/// <summary>The idempotent and transactional producers of one partition.</summary>
/// <remarks>
/// Pure state under the partition's lock, or owned by the one thread that loads the log. <see cref="MapEndOffset"/> is the offset up to which
/// the log has been taken in; feeding it every batch in order gives the same state again, which is how a lost snapshot is made good.
/// </remarks>
internal sealed class ProducerStateManager
{
    private readonly Dictionary<long, ProducerState> _producers = [];

    // By first offset. Open transactions hold the last stable offset back, and so do ended ones until the high watermark passes their marker.
    private readonly SortedDictionary<long, long> _openTransactions = [];
    private readonly SortedDictionary<long, CompletedTransaction> _unreplicatedTransactions = [];

    private readonly TransactionGuards _guards = new();

    public int ProducersCount => _producers.Count;

    /// <summary>Offset after the last batch that was taken in.</summary>
    public long MapEndOffset { get; private set; }

    /// <summary>First offset that may not be shown to a read_committed consumer; null if there is none.</summary>
    public long? FirstUnstableOffset
    {
        get
        {
            long? open = First(_openTransactions);
            long? unreplicated = First(_unreplicatedTransactions);
            return open is { } openOffset && unreplicated is { } unreplicatedOffset ? Math.Min(openOffset, unreplicatedOffset) : open ?? unreplicated;
        }
    }

    public IReadOnlyCollection<ProducerState> Producers => _producers.Values;

    public ProducerState? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>Finds out what a producer must show to write here inside a transaction; <see cref="ReturnGuard"/> follows.</summary>
    public TransactionGuard TakeGuard(long producerId, short epoch, int firstSequence)
    {
        ProducerState? producer = Find(producerId);
        if (producer is not null && epoch < producer.Epoch) return new TransactionGuard(ErrorCode.InvalidProducerEpoch, 0);
        return IsOpen(producer, epoch) ? default : new TransactionGuard(ErrorCode.None, _guards.Take(producerId, epoch, firstSequence));
    }

    /// <summary>Whether a write that took a guard may still take place: no transaction of the producer has ended here since.</summary>
    public bool IsGuardGood(long producerId, short epoch, long guardId) => IsOpen(Find(producerId), epoch) || (guardId != 0 && _guards.IsGood(producerId, guardId));

    /// <summary>Gives back what <see cref="TakeGuard"/> gave.</summary>
    public void ReturnGuard(long producerId, TransactionGuard guard)
    {
        if (guard.MustAsk) _guards.Return(producerId, guard.Id);
    }

    /// <summary>Whether a transaction of the producer is open here.</summary>
    public bool HasOpenTransaction(long producerId) => Find(producerId) is { TransactionFirstOffset: >= 0 };

    /// <summary>Judges whether a transactional batch belongs to a transaction that its coordinator knows of; changes nothing.</summary>
    /// <param name="batch">Data batch of a transaction.</param>
    /// <param name="guardId">Id of the guard that was taken for it; 0 if the transaction was open at that time.</param>
    public ProducerCheck CheckGuard(in BatchHeader batch, long guardId)
    {
        ProducerState? producer = Find(batch.ProducerId);
        if (producer is not null && batch.ProducerEpoch < producer.Epoch) return Stale(batch, producer);
        return IsGuardGood(batch.ProducerId, batch.ProducerEpoch, guardId)
            ? ProducerCheck.Accepted
            : ProducerCheck.Refused(ErrorCode.InvalidTxnState, $"The transaction of producer {batch.ProducerId} has ended; the batch belongs to none.");
    }

    /// <summary>Judges a client's batch; changes nothing.</summary>
    /// <param name="batch">Data batch with a producer id.</param>
    /// <param name="unknownMustStartAtZero">Whether a producer of which no batch is known here must begin with sequence 0 (transaction version 2).</param>
    /// <param name="guardId">Of a transactional batch, as for <see cref="CheckGuard"/>; null if its coordinator need not know of it.</param>
    public ProducerCheck CheckClientBatch(in BatchHeader batch, bool unknownMustStartAtZero, long? guardId = null)
    {
        ProducerState? producer = Find(batch.ProducerId);
        if (producer is not null && producer.TryFindDuplicate(batch.ProducerEpoch, batch.BaseSequence, batch.LastSequence, out ProducerBatch duplicate))
        {
            return ProducerCheck.DuplicateOf(duplicate);
        }

        if (batch.IsTransactional)
        {
            if (guardId is { } id && CheckGuard(batch, id) is { Code: not ErrorCode.None } refused)
            {
                return refused;
            }

            if (_guards.IsOvertaking(batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence))
            {
                return OutOfOrder(batch, producer?.LastSequence ?? RecordBatchFormat.NoSequence);
            }
        }

        if (producer is null)
        {
            return unknownMustStartAtZero && batch.BaseSequence != 0 ? OutOfOrder(batch, RecordBatchFormat.NoSequence) : ProducerCheck.Accepted;
        }

        if (batch.ProducerEpoch < producer.Epoch)
        {
            return Stale(batch, producer);
        }

        if (!FollowsInSequence(producer, batch, unknownMustStartAtZero))
        {
            return OutOfOrder(batch, producer.LastSequence);
        }

        return !batch.IsTransactional && producer.TransactionFirstOffset >= 0
            ? ProducerCheck.Refused(
                ErrorCode.InvalidTxnState,
                $"Producer {batch.ProducerId} has an open transaction on this partition; a batch outside of it cannot be appended.")
            : ProducerCheck.Accepted;
    }

    /// <summary>Judges a marker that a coordinator wants to append; changes nothing.</summary>
    /// <param name="batch">The marker's batch.</param>
    /// <param name="marker">What it says.</param>
    /// <param name="epochWasBumped">Whether the marker carries the producer's next epoch (transaction version 2).</param>
    public ProducerCheck CheckMarker(in BatchHeader batch, ControlMarker marker, bool epochWasBumped)
    {
        if (!_producers.TryGetValue(batch.ProducerId, out ProducerState? producer))
        {
            return ProducerCheck.Accepted;
        }

        // An equal epoch with nothing open is the same marker again, after a fail-over or a lost response.
        bool isStale = epochWasBumped
            ? batch.ProducerEpoch < producer.Epoch || (batch.ProducerEpoch == producer.Epoch && producer.TransactionFirstOffset >= 0)
            : batch.ProducerEpoch < producer.Epoch;
        if (isStale)
        {
            return ProducerCheck.Refused(
                ErrorCode.InvalidProducerEpoch,
                $"Producer {batch.ProducerId} has epoch {producer.Epoch} here; the marker carries epoch {batch.ProducerEpoch}.");
        }

        return marker.CoordinatorEpoch < producer.CoordinatorEpoch
            ? ProducerCheck.Refused(
                ErrorCode.TransactionCoordinatorFenced,
                $"A coordinator with epoch {producer.CoordinatorEpoch} has written for producer {batch.ProducerId}; this one has {marker.CoordinatorEpoch}.")
            : ProducerCheck.Accepted;
    }

    /// <summary>Takes in a batch that has been appended, or that is found in the log while loading.</summary>
    /// <param name="batch">The batch with its final offsets.</param>
    /// <param name="marker">What it says if it is a control batch.</param>
    /// <returns>The transaction that it ended, if it ended one that had records here.</returns>
    public CompletedTransaction? Update(in BatchHeader batch, ControlMarker marker)
    {
        CompletedTransaction? completed = null;
        if (batch.HasProducerId)
        {
            if (!_producers.TryGetValue(batch.ProducerId, out ProducerState? producer))
            {
                producer = new ProducerState(batch.ProducerId);
                _producers.Add(batch.ProducerId, producer);
            }

            if (!batch.IsControl)
            {
                AddData(producer, batch);
            }
            else if (marker.IsEndTransaction)
            {
                completed = EndTransaction(producer, batch, marker);
            }
        }

        MapEndOffset = batch.NextOffset;
        return completed;
    }

    /// <summary>Where the last stable offset will be once a transaction is out of the way.</summary>
    public long LastStableOffsetAfter(in CompletedTransaction transaction)
    {
        foreach ((long firstOffset, long producerId) in _openTransactions)
        {
            if (producerId != transaction.ProducerId)
            {
                return firstOffset;
            }
        }

        return transaction.LastOffset + 1;
    }

    /// <summary>Lets go of ended transactions whose markers are replicated.</summary>
    public void OnHighWatermark(long highWatermark)
    {
        while (First(_unreplicatedTransactions) is { } firstOffset && _unreplicatedTransactions[firstOffset].LastOffset < highWatermark)
        {
            _unreplicatedTransactions.Remove(firstOffset);
        }
    }

    /// <summary>Forgets producers that have been silent.</summary>
    /// <returns>How many were forgotten.</returns>
    public int RemoveExpired(long nowMs, long expirationMs)
    {
        List<long>? expired = null;
        foreach ((long producerId, ProducerState producer) in _producers)
        {
            if (IsExpired(producer, nowMs, expirationMs))
            {
                (expired ??= []).Add(producerId);
            }
        }

        foreach (long producerId in expired ?? [])
        {
            _producers.Remove(producerId);
        }

        return expired?.Count ?? 0;
    }

    /// <summary>Begins with the producers of a snapshot, or with none.</summary>
    /// <param name="producers">Content of the snapshot.</param>
    /// <param name="offset">Offset that the snapshot was taken at.</param>
    /// <param name="nowMs">Now, in Unix milliseconds: what has expired is not taken over.</param>
    /// <param name="expirationMs">Silence in milliseconds after which a producer is forgotten.</param>
    public void Load(IEnumerable<ProducerState> producers, long offset, long nowMs, long expirationMs)
    {
        Clear(offset);
        foreach (ProducerState producer in producers)
        {
            if (IsExpired(producer, nowMs, expirationMs))
            {
                continue;
            }

            _producers[producer.ProducerId] = producer;
            if (producer.TransactionFirstOffset >= 0)
            {
                _openTransactions[producer.TransactionFirstOffset] = producer.ProducerId;
            }
        }
    }

    /// <summary>Forgets everything; the log up to <paramref name="offset"/> counts as taken in.</summary>
    public void Clear(long offset)
    {
        _producers.Clear();
        _openTransactions.Clear();
        _unreplicatedTransactions.Clear();
        _guards.Clear();
        MapEndOffset = offset;
    }

    /// <summary>Notes that the log was taken in up to an offset although its last batches brought nothing.</summary>
    public void AdvanceTo(long offset) => MapEndOffset = Math.Max(MapEndOffset, offset);

    /// <summary>Forgets transactions that lie wholly below a raised log start offset.</summary>
    public void OnLogStart(long logStartOffset)
    {
        while (First(_unreplicatedTransactions) is { } firstOffset && _unreplicatedTransactions[firstOffset].LastOffset < logStartOffset)
        {
            _unreplicatedTransactions.Remove(firstOffset);
        }
    }

    private static bool IsOpen(ProducerState? producer, short epoch) => producer is { TransactionFirstOffset: >= 0 } && producer.Epoch == epoch;

    private static ProducerCheck Stale(in BatchHeader batch, ProducerState producer) => ProducerCheck.Refused(
        ErrorCode.InvalidProducerEpoch,
        $"Producer {batch.ProducerId} has epoch {producer.Epoch} here; the batch carries the older epoch {batch.ProducerEpoch}.");

    private static bool FollowsInSequence(ProducerState producer, in BatchHeader batch, bool unknownMustStartAtZero)
    {
        if (producer.Epoch == RecordBatchFormat.NoProducerEpoch || (producer.MayHaveForgotten && !unknownMustStartAtZero && batch.ProducerEpoch == producer.Epoch))
        {
            return true;
        }

        // Where a marker brought the epoch, the last sequence is -1, and 0 must follow: what came before 0 was lost.
        return batch.BaseSequence == (batch.ProducerEpoch == producer.Epoch ? RecordSequence.Increment(producer.LastSequence, 1) : 0);
    }

    private static ProducerCheck OutOfOrder(in BatchHeader batch, int lastSequence) => ProducerCheck.Refused(
        ErrorCode.OutOfOrderSequenceNumber,
        $"Producer {batch.ProducerId} sent sequence {batch.BaseSequence} with epoch {batch.ProducerEpoch}; the last one here was {lastSequence}.");

    private static bool IsExpired(ProducerState producer, long nowMs, long expirationMs) =>
        producer.TransactionFirstOffset < 0 && nowMs - producer.LastTimestampMs >= expirationMs;

    private static long? First<TValue>(SortedDictionary<long, TValue> byOffset)
    {
        // A sorted dictionary's enumerator walks a tree and allocates; most partitions have no transaction at all.
        if (byOffset.Count == 0)
        {
            return null;
        }

        using SortedDictionary<long, TValue>.Enumerator enumerator = byOffset.GetEnumerator();
        enumerator.MoveNext();
        return enumerator.Current.Key;
    }

    private void AddData(ProducerState producer, in BatchHeader batch)
    {
        producer.Add(
            batch.ProducerEpoch,
            new ProducerBatch(batch.LastSequence, batch.LastOffset, (int)(batch.LastOffset - batch.BaseOffset), batch.MaxTimestamp));
        producer.LastTimestampMs = batch.MaxTimestamp;
        if (batch.IsTransactional) _guards.Drop(producer.ProducerId);
        if (batch.IsTransactional && producer.TransactionFirstOffset < 0)
        {
            producer.TransactionFirstOffset = batch.BaseOffset;
            _openTransactions[batch.BaseOffset] = batch.ProducerId;
        }
    }

    private CompletedTransaction? EndTransaction(ProducerState producer, in BatchHeader batch, ControlMarker marker)
    {
        _guards.Drop(producer.ProducerId);
        producer.SetEpoch(batch.ProducerEpoch);
        producer.CoordinatorEpoch = marker.CoordinatorEpoch;
        producer.LastTimestampMs = batch.MaxTimestamp;
        long firstOffset = producer.TransactionFirstOffset;
        if (firstOffset < 0)
        {
            return null;
        }

        producer.TransactionFirstOffset = -1;
        _openTransactions.Remove(firstOffset);
        var completed = new CompletedTransaction(producer.ProducerId, firstOffset, batch.LastOffset, marker.IsAbort);
        _unreplicatedTransactions[firstOffset] = completed;
        return completed;
    }
}
