using System.Buffers;
using Sluice.Log.Indexes;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Builds the three indexes of a segment in memory while its batches pass by, entry for entry as appending would have.</summary>
/// <remarks>Pure. At the default interval the indexes of the largest segment take less than 15 MB.</remarks>
internal sealed class SegmentIndexBuilder(long baseOffset, int intervalBytes)
{
    private readonly ArrayBufferWriter<byte> _offsetIndex = new();
    private readonly ArrayBufferWriter<byte> _timeIndex = new();
    private readonly ArrayBufferWriter<byte> _transactionIndex = new();
    private long _bytesSinceEntry;
    private long _positionBytes;
    private long _maxTimestampMs = RecordBatchFormat.NoTimestamp;
    private long _maxTimestampOffset;
    private long _lastEntryTimestampMs = RecordBatchFormat.NoTimestamp;

    public ReadOnlySpan<byte> OffsetIndex => _offsetIndex.WrittenSpan;

    public ReadOnlySpan<byte> TimeIndex => _timeIndex.WrittenSpan;

    public ReadOnlySpan<byte> TransactionIndex => _transactionIndex.WrittenSpan;

    /// <summary>Takes in the next batch of the segment.</summary>
    /// <param name="lastOffset">Inclusive.</param>
    /// <param name="maxTimestampMs">Of its records; -1 if there is none.</param>
    /// <param name="sizeBytes">All of it.</param>
    public void Add(long lastOffset, long maxTimestampMs, int sizeBytes)
    {
        if (maxTimestampMs > _maxTimestampMs)
        {
            _maxTimestampMs = maxTimestampMs;
            _maxTimestampOffset = lastOffset;
        }

        // Positions have four bytes; behind what they can say, lookups read on from the last entry.
        if (_bytesSinceEntry > intervalBytes && _positionBytes <= int.MaxValue)
        {
            OffsetIndexEntries.Write(_offsetIndex.GetSpan(OffsetIndexEntries.EntryBytes), (int)(lastOffset - baseOffset), (int)_positionBytes);
            _offsetIndex.Advance(OffsetIndexEntries.EntryBytes);
            AddTimeEntry();
            _bytesSinceEntry = 0;
        }

        _bytesSinceEntry += sizeBytes;
        _positionBytes += sizeBytes;
    }

    /// <summary>Notes that a transaction whose marker was just added was aborted.</summary>
    public void AddAborted(in AbortedTransactionEntry entry)
    {
        entry.Write(_transactionIndex.GetSpan(AbortedTransactionEntry.EntryBytes));
        _transactionIndex.Advance(AbortedTransactionEntry.EntryBytes);
    }

    /// <summary>Adds the time index entry that a segment ends with.</summary>
    public void Seal() => AddTimeEntry();

    private void AddTimeEntry()
    {
        if (_maxTimestampMs > _lastEntryTimestampMs)
        {
            TimeIndexEntries.Write(_timeIndex.GetSpan(TimeIndexEntries.EntryBytes), _maxTimestampMs, (int)(_maxTimestampOffset - baseOffset));
            _timeIndex.Advance(TimeIndexEntries.EntryBytes);
            _lastEntryTimestampMs = _maxTimestampMs;
        }
    }
}
