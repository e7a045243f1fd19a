using Sluice.Log.Indexes;

namespace Sluice.Log.Inspection;

/// <summary>Compares the entries of an offset index with the batches that pass by.</summary>
internal sealed class OffsetIndexCheck : IDisposable
{
    private readonly string _path;
    private readonly IndexCheckContext _context;
    private readonly IndexFileReader _index;
    private int _slot;
    private int _lastRelativeOffset = -1;
    private int _lastPositionBytes;
    private long _damageEndBytes = -1;

    public OffsetIndexCheck(string path, in IndexCheckContext context)
    {
        _path = path;
        _context = context;
        _index = new IndexFileReader(path, OffsetIndexEntries.EntryBytes, isPreallocated: true);
        IndexLengths.Check(_index, path, context);
    }

    /// <summary>Entries that the index has.</summary>
    public int EntriesCount => _index.Count;

    public void OnBatch(in InspectedBatch batch)
    {
        while (TryPeek(out int relativeOffset, out int positionBytes) && positionBytes <= batch.PositionBytes)
        {
            long offset = _context.BaseOffset + relativeOffset;
            if (positionBytes == batch.PositionBytes && offset != batch.LastOffset)
            {
                Report(offset, $"the entry names offset {offset} at position {positionBytes}; the batch there ends with offset {batch.LastOffset}");
            }
            else if (positionBytes < batch.PositionBytes && positionBytes >= _damageEndBytes)
            {
                Report(offset, $"the entry names position {positionBytes} of the .log, where no batch begins");
            }

            Take(relativeOffset, positionBytes);
        }
    }

    /// <summary>Nothing is known about the bytes up to a position.</summary>
    public void OnDamage(long endPositionBytes) => _damageEndBytes = endPositionBytes;

    /// <summary>The log has ended.</summary>
    public void Finish(long endPositionBytes)
    {
        bool isTold = false;
        while (TryPeek(out int relativeOffset, out int positionBytes))
        {
            if (positionBytes >= endPositionBytes && _context.MayBeAhead)
            {
                if (!isTold)
                {
                    _context.Sink.Add(
                        FindingKind.IndexAheadOfLog, FindingSeverity.Note, _path, SlotPositionBytes, null,
                        $"entries from {_slot} of {_index.Count} on lie behind the last whole batch");
                    isTold = true;
                }
            }
            else if (positionBytes >= _damageEndBytes)
            {
                Report(_context.BaseOffset + relativeOffset, $"the entry names position {positionBytes} of the .log, whose last batch ends at {endPositionBytes}");
            }

            Take(relativeOffset, positionBytes);
        }
    }

    public void Dispose() => _index.Dispose();

    private long SlotPositionBytes => (long)_slot * OffsetIndexEntries.EntryBytes;

    // The next entry that stands in order; those that do not are told and passed over.
    private bool TryPeek(out int relativeOffset, out int positionBytes)
    {
        for (; _slot < _index.Count; _slot++)
        {
            var entry = new OffsetIndexEntries(_index.At(_slot));
            (relativeOffset, positionBytes) = entry.At(0);
            if (relativeOffset > _lastRelativeOffset && positionBytes > _lastPositionBytes)
            {
                return true;
            }

            Report(null, relativeOffset < 0 || positionBytes < 0
                ? $"the entry is negative: ({relativeOffset}, {positionBytes})"
                : $"the entry (+{relativeOffset}, {positionBytes}) is not above the one before it (+{Math.Max(_lastRelativeOffset, 0)}, {_lastPositionBytes})");
        }

        (relativeOffset, positionBytes) = (0, 0);
        return false;
    }

    private void Take(int relativeOffset, int positionBytes)
    {
        _lastRelativeOffset = relativeOffset;
        _lastPositionBytes = positionBytes;
        _slot++;
    }

    private void Report(long? offset, string what) =>
        _context.Sink.Add(FindingKind.OffsetIndexEntry, FindingSeverity.Repairable, _path, SlotPositionBytes, offset, what);
}
