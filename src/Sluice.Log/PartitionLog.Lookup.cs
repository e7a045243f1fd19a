using System.Buffers;
using Sluice.Log.Segments;
using Sluice.Log.Validation;
using Sluice.Protocol.Records;

namespace Sluice.Log;

// Finding records by time, and the aborted transactions of a range. No lock; a batch is read and decompressed only to find the record in it.
public sealed partial class PartitionLog
{
    /// <summary>Finds the first record that is at least as late as a timestamp.</summary>
    /// <param name="timestampMs">Unix milliseconds, 0 or more.</param>
    /// <returns>
    /// The record, or <see cref="OffsetLookup.None"/>. It may lie at or above the high watermark; who may see it is for the caller to say.
    /// </returns>
    /// <exception cref="IOException">The log directory is offline, or has just gone offline because of this read.</exception>
    public OffsetLookup FindByTimestamp(long timestampMs)
    {
        LogContext context = _context;
        context.Directory.ThrowIfOffline();
        foreach (LogSegment segment in _segments)
        {
            if (segment.MaxTimestamp >= timestampMs && Find(context, segment, each => FindInSegment(each, timestampMs)) is { IsFound: true } found)
            {
                return found;
            }
        }

        return OffsetLookup.None;
    }

    /// <summary>Finds, of the records that can still be read, the first that has the largest timestamp.</summary>
    /// <returns>The record, or <see cref="OffsetLookup.None"/> if no record has a timestamp.</returns>
    /// <exception cref="IOException">The log directory is offline, or has just gone offline because of this read.</exception>
    public OffsetLookup FindMaxTimestamp()
    {
        LogContext context = _context;
        context.Directory.ThrowIfOffline();
        OffsetLookup newest = OffsetLookup.None;
        foreach (LogSegment segment in _segments.OrderByDescending(static segment => segment.MaxTimestamp))
        {
            if (segment.MaxTimestamp < Math.Max(0, newest.TimestampMs))
            {
                break;
            }

            OffsetLookup found = Find(context, segment, FindNewestInSegment);
            if (found.TimestampMs > newest.TimestampMs || (found.TimestampMs == newest.TimestampMs && found.Offset < newest.Offset))
            {
                newest = found;
            }
        }

        return newest;
    }

    /// <summary>Collects the aborted transactions that a read_committed consumer must know of for a range.</summary>
    /// <param name="fromOffset">First offset that was returned, inclusive.</param>
    /// <param name="upToOffset">End of what was returned, exclusive: <see cref="LogReadResult.NextOffset"/>.</param>
    /// <returns>The transactions, ordered by their markers; empty if there are none.</returns>
    /// <exception cref="IOException">The log directory is offline, or has just gone offline because of this read.</exception>
    public IReadOnlyList<AbortedTransaction> CollectAbortedTransactions(long fromOffset, long upToOffset)
    {
        LogContext context = _context;
        context.Directory.ThrowIfOffline();
        LogSegment[] segments = _segments;
        List<AbortedTransaction>? found = null;
        for (int index = Math.Max(0, SegmentIndexFor(segments, fromOffset)); index < segments.Length; index++)
        {
            LogSegment segment = segments[index];
            if (!segment.TransactionIndex.Exists || !segment.File.TryAddReference())
            {
                continue;
            }

            try
            {
                if (segment.TransactionIndex.Collect(fromOffset, upToOffset, found ??= []))
                {
                    break;
                }
            }
            catch (Exception exception) when (TryTakeOffline(context, exception))
            {
                throw;
            }
            finally
            {
                segment.File.Release();
            }
        }

        return found ?? (IReadOnlyList<AbortedTransaction>)[];
    }

    // Asks a segment, if it is still there.
    private static OffsetLookup Find(LogContext context, LogSegment segment, Func<LogSegment, OffsetLookup> find)
    {
        if (!segment.File.TryAddReference())
        {
            return OffsetLookup.None; // Removed by retention meanwhile: its records are below the log start offset.
        }

        try
        {
            return find(segment);
        }
        catch (Exception exception) when (TryTakeOffline(context, exception))
        {
            throw;
        }
        finally
        {
            segment.File.Release();
        }
    }

    private OffsetLookup FindNewestInSegment(LogSegment segment)
    {
        OffsetLookup found = FindInSegment(segment, segment.MaxTimestamp);
        if (found.IsFound)
        {
            return found;
        }

        // The record of which the time index tells was deleted, or was compacted away by Kafka. The headers tell of the others.
        LogOffsets offsets = Offsets();
        long newestMs = RecordBatchFormat.NoTimestamp;
        (_, int positionBytes) = segment.OffsetIndex.Lookup(offsets.LogStartOffset);
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(segment.File.Handle, positionBytes, segment.SizeBytes, window);
        while (scanner.MoveNext() && scanner.Current.BaseOffset < offsets.LogEndOffset)
        {
            if (scanner.Current.RecordsMaxTimestamp > newestMs && scanner.Current.LastOffset >= offsets.LogStartOffset)
            {
                newestMs = scanner.Current.BaseOffset >= offsets.LogStartOffset
                    ? scanner.Current.RecordsMaxTimestamp
                    : FindInBatch(segment, scanner.Current, scanner.PositionBytes, newestMs, offsets.LogStartOffset, isNewest: true).TimestampMs;
            }
        }

        return newestMs < 0 ? OffsetLookup.None : FindInSegment(segment, newestMs);
    }

    private OffsetLookup FindInSegment(LogSegment segment, long timestampMs)
    {
        LogOffsets offsets = Offsets();
        // The time index is built from last offsets: every record up to and including the entry's is at or below its timestamp, so a record
        // with exactly the wanted time may lie before it. Looking up one less keeps the first of several equal ones.
        long fromOffset = Math.Max(segment.TimeIndex.Lookup(timestampMs - 1), offsets.LogStartOffset);
        (_, int positionBytes) = segment.OffsetIndex.Lookup(fromOffset);
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(segment.File.Handle, positionBytes, segment.SizeBytes, window);
        while (scanner.MoveNext() && scanner.Current.BaseOffset < offsets.LogEndOffset)
        {
            if (scanner.Current.RecordsMaxTimestamp >= timestampMs
                && scanner.Current.LastOffset >= offsets.LogStartOffset
                && FindInBatch(segment, scanner.Current, scanner.PositionBytes, timestampMs, offsets.LogStartOffset) is { IsFound: true } found)
            {
                return found;
            }
        }

        return OffsetLookup.None;
    }

    // The first record that is late enough; or, of all those, the first of the newest.
    private OffsetLookup FindInBatch(
        LogSegment segment, in BatchHeader header, long positionBytes, long timestampMs, long logStartOffset, bool isNewest = false)
    {
        if (header.Magic != RecordBatchFormat.CurrentMagic)
        {
            return new OffsetLookup(header.MaxTimestamp, header.LastOffset, header.LeaderEpoch);
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(header.SizeBytes);
        try
        {
            Span<byte> whole = bytes.AsSpan(0, header.SizeBytes);
            return TryReadFully(segment, whole, positionBytes) ? FindRecord(whole, timestampMs, logStartOffset, isNewest) : OffsetLookup.None;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private OffsetLookup FindRecord(ReadOnlySpan<byte> bytes, long timestampMs, long logStartOffset, bool isNewest)
    {
        var batch = new RecordBatchView(bytes);
        if (batch.CompressionType == CompressionType.None)
        {
            return FindRecord(batch, batch.Payload, timestampMs, logStartOffset, isNewest);
        }

        using RecordsBuffer records = RecordsBuffer.Rent();
        return RecordCodec.TryDecompress(batch.CompressionType, batch.Payload, _context.Options.DecompressedBatchBytesMax, records, out _)
            ? FindRecord(batch, records.WrittenSpan, timestampMs, logStartOffset, isNewest)
            : OffsetLookup.None;
    }

    private static OffsetLookup FindRecord(
        in RecordBatchView batch, ReadOnlySpan<byte> payload, long timestampMs, long logStartOffset, bool isNewest)
    {
        OffsetLookup found = OffsetLookup.None;
        var reader = new RecordReader(payload, batch.RecordsCount);
        while (reader.MoveNext())
        {
            long recordTimestampMs = batch.TimestampOf(reader.Current.TimestampDelta);
            long offset = batch.BaseOffset + reader.Current.OffsetDelta;
            if (recordTimestampMs >= timestampMs && offset >= logStartOffset)
            {
                found = new OffsetLookup(recordTimestampMs, offset, batch.PartitionLeaderEpoch);
                if (!isNewest)
                {
                    break;
                }

                timestampMs = recordTimestampMs + 1;
            }
        }

        return found;
    }

    private static bool TryReadFully(LogSegment segment, Span<byte> destination, long positionBytes)
    {
        int readBytes = 0;
        while (readBytes < destination.Length)
        {
            int chunkBytes = RandomAccess.Read(segment.File.Handle, destination[readBytes..], positionBytes + readBytes);
            if (chunkBytes == 0)
            {
                return false; // Truncated meanwhile.
            }

            readBytes += chunkBytes;
        }

        return true;
    }
}
