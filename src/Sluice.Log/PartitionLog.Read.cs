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
    public LogReadResult Read(long offset, int maxBytes, long upTo, bool minOneMessage)
    {
        if (!IsOnline)
        {
            return Without(LogReadStatus.StorageError, offset, Offsets());
        }

        try
        {
            int generation = Volatile.Read(ref _generation);
            if ((generation & 1) == 0 && TryRead(offset, maxBytes, upTo, minOneMessage, generation, out LogReadResult result))
            {
                if (Volatile.Read(ref _generation) == generation)
                {
                    return result;
                }

                Release(result);
            }

            return ReadUnderLock(offset, maxBytes, upTo, minOneMessage);
        }
        catch (Exception exception) when (TryTakeOffline(exception))
        {
            return Without(LogReadStatus.StorageError, offset, Offsets());
        }
    }

    private static LogReadResult Without(LogReadStatus status, long offset, in LogOffsets offsets, bool firstBatchTooLarge = false) =>
        new(status, default, offset, firstBatchTooLarge, offsets);

    private static void Release(in LogReadResult result)
    {
        if (result.Status == LogReadStatus.Region)
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

    private LogReadResult ReadUnderLock(long offset, int maxBytes, long upTo, bool minOneMessage)
    {
        lock (_lock)
        {
            return TryRead(offset, maxBytes, upTo, minOneMessage, _generation, out LogReadResult result)
                ? result
                : Without(LogReadStatus.StorageError, offset, _offsets);
        }
    }

    // False if a segment was removed between looking at the array and taking a reference on its file.
    private bool TryRead(long offset, int maxBytes, long upTo, bool minOneMessage, int generation, out LogReadResult result)
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
                long ceilingPositionBytes = CeilingPosition(segment, nextBaseOffset, ceiling, offsets, end, generation);
                long positionBytes = Position(segment, offset, generation);
                if (positionBytes < ceilingPositionBytes)
                {
                    var slice = new SliceRequest(offset, positionBytes, ceilingPositionBytes, Math.Min(ceiling, nextBaseOffset), maxBytes, minOneMessage);
                    result = Slice(segment, slice, generation, offsets);
                    keepsReference = result.Status == LogReadStatus.Region;
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
        LogSegment segment, long nextBaseOffset, long ceiling, in LogOffsets offsets, LogEndPosition end, int generation)
    {
        if (ceiling == offsets.LogEndOffset && segment.BaseOffset == end.SegmentBaseOffset)
        {
            return end.PositionBytes;
        }

        return ceiling >= nextBaseOffset ? segment.SizeBytes : Position(segment, ceiling, generation);
    }

    // Where the batch that contains an offset begins; the end of the segment if every batch lies below it.
    private long Position(LogSegment segment, long offset, int generation)
    {
        if (offset <= segment.BaseOffset)
        {
            return 0;
        }

        if (_positions.TryGet(offset, segment.BaseOffset, generation, out long positionBytes))
        {
            return positionBytes;
        }

        (_, int indexedPositionBytes) = segment.OffsetIndex.Lookup(offset);
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(segment.File.Handle, indexedPositionBytes, segment.SizeBytes, window);
        while (scanner.MoveNext())
        {
            if (scanner.Current.LastOffset >= offset)
            {
                _positions.Add(offset, segment.BaseOffset, generation, scanner.PositionBytes);
                return scanner.PositionBytes;
            }
        }

        ReportDamage(segment, scanner.NextPositionBytes, scanner.Status);
        return scanner.NextPositionBytes;
    }

    private LogReadResult Slice(LogSegment segment, in SliceRequest request, int generation, in LogOffsets offsets)
    {
        long availableBytes = request.CeilingPositionBytes - request.PositionBytes;
        if (availableBytes <= request.MaxBytes)
        {
            // All of it fits. Whoever reads on will ask for the ceiling: remember where that is.
            _positions.Add(request.CeilingOffset, segment.BaseOffset, generation, request.CeilingPositionBytes);
            return Found(segment, request.PositionBytes, availableBytes, request.CeilingOffset, offsets);
        }

        return CutAtBatch(segment, request, generation, offsets);
    }

    // More is there than was asked for: cut behind the last batch that fits. Its place comes from the index, so this costs about one read, and
    // the next fetch, which begins right there, is spared its own.
    private LogReadResult CutAtBatch(LogSegment segment, in SliceRequest request, int generation, in LogOffsets offsets)
    {
        long limitBytes = request.PositionBytes + request.MaxBytes;
        (_, int indexedPositionBytes) = segment.OffsetIndex.LookupPosition(limitBytes);
        long scanPositionBytes = Math.Max(indexedPositionBytes, request.PositionBytes);
        long endPositionBytes = scanPositionBytes;
        long nextOffset = -1;
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(segment.File.Handle, scanPositionBytes, request.CeilingPositionBytes, window);
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
            _positions.Add(nextOffset, segment.BaseOffset, generation, endPositionBytes);
        }

        return Found(segment, request.PositionBytes, endPositionBytes - request.PositionBytes, nextOffset, offsets);
    }

    // The region ends where this batch begins, and the batch before it was not looked at. An old message set does not say its first offset.
    private static long NextOffsetBefore(in BatchHeader batch) => batch.BaseOffset;

    private static LogReadResult Found(LogSegment segment, long positionBytes, long lengthBytes, long nextOffset, in LogOffsets offsets) =>
        new(LogReadStatus.Region, new FileRegion(segment.File, positionBytes, checked((int)lengthBytes)), nextOffset, false, offsets);

    private void ReportDamage(LogSegment segment, long positionBytes, RecordBatchStatus status)
    {
        // "Incomplete" is the end of what may be looked at; anything else was a good batch once.
        if (status is not (RecordBatchStatus.Incomplete or RecordBatchStatus.Valid or RecordBatchStatus.Legacy))
        {
            LogLog.DamagedBatchRead(_context.Logger, TopicPartition, segment.BaseOffset, positionBytes);
        }
    }

    // Offsets and positions side by side need names.
    private readonly record struct SliceRequest(
        long Offset, long PositionBytes, long CeilingPositionBytes, long CeilingOffset, int MaxBytes, bool MinOneMessage);
}
