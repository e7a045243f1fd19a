using Sluice.Log.Segments;
using Sluice.Protocol.Records;
using Sluice.Transfer;

namespace Sluice.Log;

// Finding the bytes that answer a fetch, without a lock and without reading a record.
public sealed partial class PartitionLog
{
    // Odd while a truncation is under way. A read that saw it move has perhaps mixed old positions with new bytes, and starts over.
    private int _generation;

    /// <summary>Finds the bytes that answer a fetch.</summary>
    /// <param name="offset">First offset wanted; LogStartOffset ≤ offset ≤ LogEndOffset, anything else is out of range.</param>
    /// <param name="maxBytes">Most bytes wanted, 0 or more.</param>
    /// <param name="upTo">Exclusive ceiling: high watermark, last stable offset, or log end offset for a replica. Never exceeded.</param>
    /// <param name="minOneMessage">Whether the first batch is returned whole even if it is longer than <paramref name="maxBytes"/>.</param>
    /// <returns>
    /// Whole batches of one segment, beginning with the one that contains <paramref name="offset"/> (so with records below it, which consumers
    /// drop). The region's reference belongs to the caller.
    /// </returns>
    /// <remarks>Takes no lock; safe beside appends, retention and truncation. Costs at most a few small reads of batch headers, none at the tail.</remarks>
    public LogReadResult Read(long offset, int maxBytes, long upTo, bool minOneMessage) => Read(offset, maxBytes, upTo, minOneMessage, mayWait: true);

    /// <summary>As <see cref="Read(long, int, long, bool)"/>, for a thread that must not wait for the disk.</summary>
    /// <param name="offset">First offset wanted.</param>
    /// <param name="maxBytes">Most bytes wanted, 0 or more.</param>
    /// <param name="upTo">Exclusive ceiling.</param>
    /// <param name="minOneMessage">Whether the first batch is returned whole even if it is longer than <paramref name="maxBytes"/>.</param>
    /// <returns>
    /// As the other, or <see cref="LogReadStatus.Cold"/> with the range to read in (<see cref="ColdReadPool.ReadInAsync"/>) before asking
    /// again. That may happen several times for one read, and the range may be evicted in between: a caller gives up counting some
    /// time, and lets a thread wait.
    /// </returns>
    /// <remarks>Pages of the memory-mapped index that are not in memory are waited for nevertheless: a few of each segment's index, once.</remarks>
    public LogReadResult ReadResident(long offset, int maxBytes, long upTo, bool minOneMessage) => Read(offset, maxBytes, upTo, minOneMessage, mayWait: false);

    private LogReadResult Read(long offset, int maxBytes, long upTo, bool minOneMessage, bool mayWait)
    {
        if (!IsOnline)
        {
            return Without(LogReadStatus.StorageError, offset, Offsets());
        }

        LogContext context = _context;
        try
        {
            int generation = Volatile.Read(ref _generation);
            if ((generation & 1) == 0 && TryRead(offset, maxBytes, upTo, minOneMessage, new Lookup(generation, mayWait), out LogReadResult result))
            {
                if (Volatile.Read(ref _generation) == generation)
                {
                    return result;
                }

                Release(result);
            }

            return ReadUnderLock(offset, maxBytes, upTo, minOneMessage, mayWait);
        }
        catch (Exception exception) when (TryTakeOffline(context, exception))
        {
            return Without(LogReadStatus.StorageError, offset, Offsets());
        }
    }

    private static LogReadResult Without(LogReadStatus status, long offset, in LogOffsets offsets, bool firstBatchTooLarge = false) =>
        new(status, default, offset, firstBatchTooLarge, offsets);

    private static void Release(in LogReadResult result)
    {
        if (result.Status is LogReadStatus.Region or LogReadStatus.Cold)
        {
            result.Region.Release();
        }
    }

    private static int SegmentIndexFor(LogSegment[] segments, long offset)
    {
        int low = 0;
        int high = segments.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            if (segments[middle].BaseOffset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    private LogReadResult ReadUnderLock(long offset, int maxBytes, long upTo, bool minOneMessage, bool mayWait)
    {
        lock (_lock)
        {
            return TryRead(offset, maxBytes, upTo, minOneMessage, new Lookup(_generation, mayWait), out LogReadResult result)
                ? result
                : Without(LogReadStatus.StorageError, offset, _offsets);
        }
    }

    // False if a segment was removed between looking at the array and taking a reference on its file.
    private bool TryRead(long offset, int maxBytes, long upTo, bool minOneMessage, Lookup lookup, out LogReadResult result)
    {
        LogOffsets offsets = _board.Read(out LogEndPosition end);
        if (offset < offsets.LogStartOffset || offset > offsets.LogEndOffset)
        {
            result = Without(LogReadStatus.OutOfRange, offset, offsets);
            return true;
        }

        result = Without(LogReadStatus.Empty, offset, offsets);
        long ceiling = Math.Min(upTo, offsets.LogEndOffset);
        if (offset >= ceiling)
        {
            return true;
        }

        LogSegment[] segments = _segments;
        int index = SegmentIndexFor(segments, offset);
        if (index < 0)
        {
            return false;
        }

        for (; index < segments.Length && segments[index].BaseOffset < ceiling; index++)
        {
            LogSegment segment = segments[index];
            if (!segment.File.TryAddReference())
            {
                return false;
            }

            bool keepsReference = false;
            try
            {
                long nextBaseOffset = index + 1 < segments.Length ? segments[index + 1].BaseOffset : long.MaxValue;
                long ceilingPositionBytes = CeilingPosition(segment, nextBaseOffset, ceiling, offsets, end, ref lookup);
                long positionBytes = lookup.IsCold ? 0 : Position(segment, offset, ref lookup);
                if (lookup.IsCold)
                {
                    result = Cold(lookup, offset, offsets);
                    keepsReference = true;
                    return true;
                }

                if (positionBytes < ceilingPositionBytes)
                {
                    var slice = new SliceRequest(offset, positionBytes, ceilingPositionBytes, Math.Min(ceiling, nextBaseOffset), maxBytes, minOneMessage);
                    result = Slice(segment, slice, ref lookup, offsets);
                    keepsReference = result.Status is LogReadStatus.Region or LogReadStatus.Cold;
                    return true;
                }
            }
            finally
            {
                if (!keepsReference)
                {
                    segment.File.Release();
                }
            }

            // The segment ends in offsets that compaction has emptied; what is wanted begins in the next one.
        }

        return true;
    }

    // Where the ceiling lies in a segment: known for the log's end and for segments that lie below the ceiling, else looked up.
    private long CeilingPosition(
        LogSegment segment, long nextBaseOffset, long ceiling, in LogOffsets offsets, LogEndPosition end, ref Lookup lookup)
    {
        if (ceiling == offsets.LogEndOffset && segment.BaseOffset == end.SegmentBaseOffset)
        {
            return end.PositionBytes;
        }

        return ceiling >= nextBaseOffset ? segment.SizeBytes : Position(segment, ceiling, ref lookup);
    }

    // Where the batch that contains an offset begins; the end of the segment if every batch lies below it. Nothing if that turns out to be cold.
    private long Position(LogSegment segment, long offset, ref Lookup lookup)
    {
        if (offset <= segment.BaseOffset)
        {
            return 0;
        }

        if (_positions.TryGet(offset, segment.BaseOffset, lookup.Generation, out long positionBytes))
        {
            return positionBytes;
        }

        (_, int indexedPositionBytes) = segment.OffsetIndex.Lookup(offset);
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(segment.File, indexedPositionBytes, segment.SizeBytes, window, lookup.MayWait);
        while (scanner.MoveNext())
        {
            if (scanner.Current.LastOffset >= offset)
            {
                _positions.Add(offset, segment.BaseOffset, lookup.Generation, scanner.PositionBytes);
                return scanner.PositionBytes;
            }
        }

        if (scanner.IsCold)
        {
            lookup.ColdRange = scanner.ColdRange;
            return 0;
        }

        ReportDamage(segment, scanner.NextPositionBytes, scanner.Status);
        return scanner.NextPositionBytes;
    }

    private LogReadResult Slice(LogSegment segment, in SliceRequest request, ref Lookup lookup, in LogOffsets offsets)
    {
        long availableBytes = request.CeilingPositionBytes - request.PositionBytes;
        if (availableBytes <= request.MaxBytes)
        {
            // All of it fits. Whoever reads on will ask for the ceiling: remember where that is.
            _positions.Add(request.CeilingOffset, segment.BaseOffset, lookup.Generation, request.CeilingPositionBytes);
            return Found(segment, request.PositionBytes, availableBytes, request.CeilingOffset, offsets);
        }

        return CutAtBatch(segment, request, ref lookup, offsets);
    }

    // More is there than was asked for: cut behind the last batch that fits. Its place comes from the index, so this costs about one read, and
    // the next fetch, which begins right there, is spared its own.
    private LogReadResult CutAtBatch(LogSegment segment, in SliceRequest request, ref Lookup lookup, in LogOffsets offsets)
    {
        long limitBytes = request.PositionBytes + request.MaxBytes;
        (_, int indexedPositionBytes) = segment.OffsetIndex.LookupPosition(limitBytes);
        long scanPositionBytes = Math.Max(indexedPositionBytes, request.PositionBytes);
        long endPositionBytes = scanPositionBytes;
        long nextOffset = -1;
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(segment.File, scanPositionBytes, request.CeilingPositionBytes, window, lookup.MayWait);
        while (scanner.MoveNext())
        {
            if (scanner.NextPositionBytes > limitBytes)
            {
                bool isFirst = scanner.PositionBytes == request.PositionBytes;
                if (isFirst && !request.MinOneMessage)
                {
                    return Without(LogReadStatus.Empty, request.Offset, offsets, firstBatchTooLarge: true);
                }

                endPositionBytes = isFirst ? scanner.NextPositionBytes : scanner.PositionBytes;
                nextOffset = isFirst ? scanner.Current.NextOffset
                    : nextOffset >= 0 ? nextOffset
                    : NextOffsetBefore(scanner.Current);
                break;
            }

            endPositionBytes = scanner.NextPositionBytes;
            nextOffset = scanner.Current.NextOffset;
        }

        if (scanner.IsCold)
        {
            lookup.ColdRange = scanner.ColdRange;
            return Cold(lookup, request.Offset, offsets);
        }

        if (endPositionBytes <= request.PositionBytes)
        {
            ReportDamage(segment, scanner.NextPositionBytes, scanner.Status);
            return Without(LogReadStatus.Empty, request.Offset, offsets);
        }

        if (nextOffset < 0)
        {
            // A damaged header lies behind the region: what is before it is good, and how far it reaches is not known.
            ReportDamage(segment, scanner.NextPositionBytes, scanner.Status);
            nextOffset = request.CeilingOffset;
        }
        else
        {
            _positions.Add(nextOffset, segment.BaseOffset, lookup.Generation, endPositionBytes);
        }

        return Found(segment, request.PositionBytes, endPositionBytes - request.PositionBytes, nextOffset, offsets);
    }

    // The region ends where this batch begins, and the batch before it was not looked at. An old message set does not say its first offset.
    private static long NextOffsetBefore(in BatchHeader batch) => batch.BaseOffset;

    private static LogReadResult Found(LogSegment segment, long positionBytes, long lengthBytes, long nextOffset, in LogOffsets offsets) =>
        new(LogReadStatus.Region, new FileRegion(segment.File, positionBytes, checked((int)lengthBytes)), nextOffset, false, offsets);

    // The reference that was taken for the lookup goes with the range.
    private static LogReadResult Cold(in Lookup lookup, long offset, in LogOffsets offsets) =>
        new(LogReadStatus.Cold, lookup.ColdRange, offset, false, offsets);

    private void ReportDamage(LogSegment segment, long positionBytes, RecordBatchStatus status)
    {
        // "Incomplete" is the end of what may be looked at; anything else was a good batch once.
        if (status is not (RecordBatchStatus.Incomplete or RecordBatchStatus.Valid or RecordBatchStatus.Legacy))
        {
            LogLog.DamagedBatchRead(_context.Logger, TopicPartition, segment.BaseOffset, positionBytes);
        }
    }

    // One attempt to find a region: under which generation, whether it may wait for the disk, and what it missed if it may not.
    private struct Lookup(int generation, bool mayWait)
    {
        public readonly int Generation => generation;

        public readonly bool MayWait => mayWait;

        public FileRegion ColdRange { get; set; }

        public readonly bool IsCold => ColdRange.File is not null;
    }

    // Offsets and positions side by side need names.
    private readonly record struct SliceRequest(
        long Offset, long PositionBytes, long CeilingPositionBytes, long CeilingOffset, int MaxBytes, bool MinOneMessage);
}
