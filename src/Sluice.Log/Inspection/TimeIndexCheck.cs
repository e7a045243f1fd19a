using Sluice.Log.Indexes;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Compares the entries of a time index with the batches that pass by.</summary>
/// <remarks>Batches that compaction has emptied count for an entry where Kafka wrote it and do not where Sluice did: either is right.</remarks>
internal sealed class TimeIndexCheck : IDisposable
{
    private readonly string _path;
    private readonly IndexCheckContext _context;
    private readonly IndexFileReader _index;
    private int _slot;
    private long _lastTimestampMs = -1;
    private int _lastRelativeOffset;
    private long _maxTimestampMs = RecordBatchFormat.NoTimestamp;
    private long _newestRecordMs = RecordBatchFormat.NoTimestamp;
    private bool _sawDamage;

    public TimeIndexCheck(string path, in IndexCheckContext context)
    {
        _path = path;
        _context = context;
        _index = new IndexFileReader(path, TimeIndexEntries.EntryBytes, isPreallocated: true);
        IndexLengths.Check(_index, path, context);
    }

    public void OnBatch(in InspectedBatch batch)
    {
        // Entries of batches that are not there are compared with what lies before them, not with this one.
        while (TryPeek(out long timestampMs, out int relativeOffset) && _context.BaseOffset + relativeOffset < batch.BaseOffset)
        {
            long offset = _context.BaseOffset + relativeOffset;
            if (!_sawDamage)
            {
                Report(offset, $"the entry names offset {offset}, which no batch has");
            }
            else if (timestampMs < _newestRecordMs)
            {
                ReportTooLow(timestampMs, offset);
            }

            Take(timestampMs, relativeOffset);
        }

        _maxTimestampMs = Math.Max(_maxTimestampMs, batch.MaxTimestamp);
        _newestRecordMs = Math.Max(_newestRecordMs, batch.RecordsMaxTimestamp);
        while (TryPeek(out long timestampMs, out int relativeOffset) && _context.BaseOffset + relativeOffset <= batch.LastOffset)
        {
            long offset = _context.BaseOffset + relativeOffset;
            if (timestampMs < _newestRecordMs)
            {
                ReportTooLow(timestampMs, offset);
            }
            else if (timestampMs > _maxTimestampMs && !_sawDamage)
            {
                Report(offset, $"the entry has the timestamp {timestampMs}; the newest record up to offset {offset} has {_maxTimestampMs}");
            }

            Take(timestampMs, relativeOffset);
        }
    }

    /// <summary>Some batches are missing, and with them perhaps the one with the largest timestamp.</summary>
    public void OnDamage() => _sawDamage = true;

    /// <summary>The log has ended.</summary>
    public void Finish(long nextOffset)
    {
        bool isTold = false;
        while (TryPeek(out long timestampMs, out int relativeOffset))
        {
            if (!_context.MayBeAhead && !_sawDamage)
            {
                Report(_context.BaseOffset + relativeOffset, $"the entry names offset {_context.BaseOffset + relativeOffset}; the segment ends before {nextOffset}");
            }
            else if (!isTold && _context.MayBeAhead)
            {
                _context.Sink.Add(
                    FindingKind.IndexAheadOfLog, FindingSeverity.Note, _path, SlotPositionBytes, null,
                    $"entries from {_slot} of {_index.Count} on name offsets behind the last whole batch");
                isTold = true;
            }

            Take(timestampMs, relativeOffset);
        }

        if (!_context.MayBeAhead && !_sawDamage && _lastTimestampMs < _newestRecordMs)
        {
            _context.Sink.Add(
                FindingKind.TimeIndexIncomplete, FindingSeverity.Repairable, _path, null, null,
                $"the last entry has the timestamp {_lastTimestampMs}; the segment's newest record has {_newestRecordMs}");
        }
    }

    public void Dispose() => _index.Dispose();

    private long SlotPositionBytes => (long)_slot * TimeIndexEntries.EntryBytes;

    // The next entry that stands in order; those that do not are told and passed over.
    private bool TryPeek(out long timestampMs, out int relativeOffset)
    {
        for (; _slot < _index.Count; _slot++)
        {
            var entry = new TimeIndexEntries(_index.At(_slot));
            timestampMs = entry.TimestampAt(0);
            relativeOffset = entry.RelativeOffsetAt(0);
            if (timestampMs > _lastTimestampMs && relativeOffset >= _lastRelativeOffset)
            {
                return true;
            }

            Report(null, timestampMs < 0 || relativeOffset < 0
                ? $"the entry is negative: ({timestampMs}, {relativeOffset})"
                : $"the entry ({timestampMs}, +{relativeOffset}) is not above the one before it ({_lastTimestampMs}, +{_lastRelativeOffset})");
        }

        (timestampMs, relativeOffset) = (0, 0);
        return false;
    }

    private void Take(long timestampMs, int relativeOffset)
    {
        _lastTimestampMs = timestampMs;
        _lastRelativeOffset = relativeOffset;
        _slot++;
    }

    private void ReportTooLow(long timestampMs, long offset) =>
        Report(offset, $"the entry says that no record up to offset {offset} is newer than {timestampMs}; one has {_newestRecordMs}");

    private void Report(long? offset, string what) =>
        _context.Sink.Add(FindingKind.TimeIndexEntry, FindingSeverity.Repairable, _path, SlotPositionBytes, offset, what);
}
