using Sluice.Log;
using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

// Giving records out: one fetch at a time finds them in the log, and then takes them.
internal sealed partial class SharePartition
{
    /// <summary>Begins a fetch, if something could be given out. <see cref="EndFetch"/> ends one that was begun.</summary>
    public FetchAttempt TryBeginFetch()
    {
        lock (_lock)
        {
            if (_isFetching)
            {
                _wasTurnedAway = true;
                return new FetchAttempt(IsBegun: false, -1, WasTurnedAway: true, _changesCount, _fetchesCount);
            }
            _window.RaiseStart(Partition.Log.LogStartOffset);
            long offset = _window.FindNextFetchOffset();
            bool isFull = offset > _window.EndOffset && _window.InFlightCount >= _settings.RecordLocksMax(Key.GroupId);
            _isFetching = !isFull && !_isClosed;
            return new FetchAttempt(_isFetching, offset, WasTurnedAway: false, _changesCount, _fetchesCount);
        }
    }

    /// <summary>Ends the fetch; the next may begin.</summary>
    public void EndFetch()
    {
        lock (_lock)
        {
            _isFetching = false;
            _fetchesCount++;
            if (!_wasTurnedAway) return;
            _wasTurnedAway = false;
            WakeAll();
        }
    }

    /// <summary>Gives records to a member. Between <see cref="TryBeginFetch"/> and <see cref="EndFetch"/>.</summary>
    /// <param name="memberId">Who gets them.</param>
    /// <param name="mode">How the limit is meant.</param>
    /// <param name="recordsMax">Limit, 1 or more.</param>
    /// <param name="rangeCountMax">How many records a range of the answer should have at most; batches are not cut for it.</param>
    /// <param name="fetchOffset">As the fetch was begun.</param>
    /// <param name="batches">What the log has from there on.</param>
    /// <param name="aborted">Of these, those that a group which reads committed records must not see; empty for one that reads all.</param>
    /// <returns>What the member has now, in the order of offsets.</returns>
    public List<AcquiredRange> Acquire(
        string memberId, AcquireMode mode, int recordsMax, int rangeCountMax, long fetchOffset, IReadOnlyList<BatchSpan> batches, IReadOnlySet<long> aborted)
    {
        var acquisition = new Acquisition(memberId, mode, recordsMax, rangeCountMax);
        lock (_lock)
        {
            if (_isClosed || batches.Count == 0) return acquisition.Ranges;
            long next = Math.Max(fetchOffset, _window.StartOffset);
            ArchiveMissing(next, batches[0].BaseOffset - 1);
            foreach (BatchSpan batch in batches)
            {
                if (acquisition.IsFull) break;
                bool isNew = batch.LastOffset > _window.EndOffset;
                if (isNew && _window.InFlightCount >= _settings.RecordLocksMax(Key.GroupId)) break;
                if (aborted.Contains(batch.BaseOffset)) ArchiveMissing(next, batch.LastOffset);
                else AcquireFrom(acquisition, next, batch.LastOffset);
                next = Math.Max(next, batch.LastOffset + 1);
            }
            _window.Settle();
            SetAlarm();
        }
        return acquisition.Ranges;
    }

    // What lies between two batches belongs to the later one: the member answers what it does not find with a gap.
    private void AcquireFrom(Acquisition acquisition, long firstOffset, long lastOffset)
    {
        for (long offset = firstOffset; offset <= lastOffset && !acquisition.IsFull;)
        {
            RecordRun? run = _window.FindPiece(offset, lastOffset, out long pieceEnd);
            if (run is { IsAvailable: false })
            {
                offset = pieceEnd + 1;
                continue;
            }
            long count = acquisition.CountFor(pieceEnd - offset + 1, run?.DeliveryCount ?? 0, _settings.DeliveryCountLimit(Key.GroupId));
            if (count == 0) return;
            RecordRun taken = _window.Isolate(offset, offset + count - 1);
            taken.State = RecordState.Acquired;
            taken.DeliveryCount++;
            taken.MemberId = acquisition.MemberId;
            taken.LockDueMs = NowMs + _settings.LockDurationMs(Key.GroupId);
            taken.IsLost = false;
            acquisition.Add(taken);
            offset += count;
        }
    }

    // Offsets that nobody will ever get: there is no record, or one of an aborted transaction.
    private void ArchiveMissing(long firstOffset, long lastOffset)
    {
        for (long offset = firstOffset; offset <= lastOffset;)
        {
            RecordRun? run = _window.FindPiece(offset, lastOffset, out long pieceEnd);
            if (run is not { IsAvailable: false }) _window.Isolate(offset, pieceEnd).State = RecordState.Archived;
            offset = pieceEnd + 1;
        }
    }
}
