using Sluice.Broker.Coordinators.Share;

namespace Sluice.Broker.Sharing;

/// <summary>The records of a share partition that are neither done with nor still to come: runs in the order of offsets.</summary>
/// <remarks>
/// Offsets between two runs were never given out: they lie there after a restart, where only some of the records had a state to be stored.
/// Used under its partition's lock.
/// </remarks>
internal sealed class RecordWindow
{
    private readonly List<RecordRun> _runs = [];

    /// <summary>First record that may still be given out (SPSO).</summary>
    public long StartOffset { get; private set; }

    /// <summary>Last record that was given out; below <see cref="StartOffset"/> if there is none.</summary>
    public long EndOffset => _runs.Count == 0 ? StartOffset - 1 : _runs[^1].LastOffset;

    /// <summary>Offsets between both, inclusive.</summary>
    public long InFlightCount => EndOffset - StartOffset + 1;

    /// <summary>The runs.</summary>
    public IReadOnlyList<RecordRun> Runs => _runs;

    /// <summary>Records that are done with although an earlier one is not.</summary>
    public int TerminalCount => (int)_runs.Where(static run => run.IsTerminal).Sum(static run => run.Count);

    /// <summary>Begins with what was stored.</summary>
    /// <param name="startOffset">First record that may be given out.</param>
    /// <param name="batches">In order.</param>
    /// <param name="endOffset">End of the log, exclusive: what lies above it was lost, and is not believed.</param>
    public void Load(long startOffset, IEnumerable<ShareStateBatch> batches, long endOffset)
    {
        _runs.Clear();
        StartOffset = Math.Min(startOffset, endOffset);
        foreach (ShareStateBatch batch in batches)
        {
            long first = Math.Max(batch.FirstOffset, StartOffset);
            long last = Math.Min(batch.LastOffset, endOffset - 1);
            if (first <= last) _runs.Add(new RecordRun { FirstOffset = first, LastOffset = last, State = (RecordState)batch.State, DeliveryCount = batch.DeliveryCount });
        }
        Settle();
    }

    /// <summary>First offset that can be given out: one that is available or was never given out, else the one after <see cref="EndOffset"/>.</summary>
    public long FindNextFetchOffset()
    {
        long next = StartOffset;
        foreach (RecordRun run in _runs)
        {
            if (run.FirstOffset > next || run.IsAvailable) return next;
            next = run.LastOffset + 1;
        }
        return next;
    }

    /// <summary>Index of the run that holds an offset, or of the first one above it.</summary>
    public int FindIndex(long offset)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].LastOffset < offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Finds out what is known of an offset, and of those behind it that share its fate.</summary>
    /// <param name="offset">First offset.</param>
    /// <param name="lastOffset">Where to stop looking, inclusive.</param>
    /// <param name="pieceEnd">Last offset of the piece, inclusive.</param>
    /// <returns>The run that it lies in; null if it was never given out.</returns>
    public RecordRun? FindPiece(long offset, long lastOffset, out long pieceEnd)
    {
        int index = FindIndex(offset);
        RecordRun? run = index < _runs.Count ? _runs[index] : null;
        bool isKnown = run is not null && run.FirstOffset <= offset;
        pieceEnd = Math.Min(lastOffset, isKnown ? run!.LastOffset : (run?.FirstOffset ?? long.MaxValue) - 1);
        return isKnown ? run : null;
    }

    /// <summary>Makes a run of exactly these offsets, which lie in one run or in none.</summary>
    public RecordRun Isolate(long firstOffset, long lastOffset)
    {
        int index = FindIndex(firstOffset);
        if (index == _runs.Count || _runs[index].FirstOffset > firstOffset)
        {
            var added = new RecordRun { FirstOffset = firstOffset, LastOffset = lastOffset };
            _runs.Insert(index, added);
            return added;
        }
        if (_runs[index].FirstOffset < firstOffset)
        {
            RecordRun second = _runs[index].SplitAt(firstOffset);
            _runs.Insert(++index, second);
        }
        if (_runs[index].LastOffset > lastOffset) _runs.Insert(index + 1, _runs[index].SplitAt(lastOffset + 1));
        return _runs[index];
    }

    /// <summary>Forgets everything below an offset: the log does not have it any more.</summary>
    /// <returns>Whether that changed anything.</returns>
    public bool RaiseStart(long offset)
    {
        if (offset <= StartOffset) return false;
        int index = FindIndex(offset);
        _runs.RemoveRange(0, index);
        if (_runs.Count > 0 && _runs[0].FirstOffset < offset) _runs[0].FirstOffset = offset;
        StartOffset = offset;
        Settle();
        return true;
    }

    /// <summary>Moves the start over what is done with, and joins what has become alike.</summary>
    public void Settle()
    {
        int done = 0;
        while (done < _runs.Count && _runs[done].IsTerminal && _runs[done].FirstOffset == StartOffset) StartOffset = _runs[done++].LastOffset + 1;
        _runs.RemoveRange(0, done);
        int kept = 0;
        for (int index = 1; index < _runs.Count; index++)
        {
            if (_runs[kept].IsLike(_runs[index])) _runs[kept].LastOffset = _runs[index].LastOffset;
            else _runs[++kept] = _runs[index];
        }
        if (_runs.Count > 0) _runs.RemoveRange(kept + 1, _runs.Count - kept - 1);
    }

    /// <summary>Where the start will be when <paramref name="write"/> is done.</summary>
    public long StartAfter(StateWrite write)
    {
        long start = StartOffset;
        foreach (RecordRun run in _runs)
        {
            bool isDone = run.IsTerminal || (run.Pending == write && run.PendingState is RecordState.Acknowledged or RecordState.Archived);
            if (!isDone || run.FirstOffset != start) break;
            start = run.LastOffset + 1;
        }
        return start;
    }

    /// <summary>How many records from <paramref name="startOffset"/> on will be done with when <paramref name="write"/> is.</summary>
    public int TerminalCountAfter(StateWrite write, long startOffset) => (int)_runs
        .Where(run => run.FirstOffset >= startOffset && (run.IsTerminal || (run.Pending == write && run.PendingState is RecordState.Acknowledged or RecordState.Archived)))
        .Sum(static run => run.Count);
}
