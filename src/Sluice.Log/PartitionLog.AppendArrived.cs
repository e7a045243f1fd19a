using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Log.Storage;
using Sluice.Log.Validation;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log;

// Appending a batch by receiving it to where it is to stay: docs/internals/append.md.
public sealed partial class PartitionLog
{
    // Recovery finds a base offset below the one that must follow, so what lies there is no batch, however sound the rest of it is. The low bytes
    // are zero so that a store over it of which a power cut kept a part never shows a higher offset than the one stored.
    private const long NotAppended = long.MinValue;

    /// <summary>Appends a client's batch that has arrived but has not been received, where nothing speaks against it.</summary>
    /// <param name="head">The first bytes of the batch, at least its header of 61 bytes; not changed.</param>
    /// <param name="sizeBytes">Bytes of the whole batch, from the request.</param>
    /// <param name="rest">Where the others come from.</param>
    /// <param name="options">What the caller knows beside them.</param>
    /// <param name="result">The offsets.</param>
    /// <returns>
    /// False if the batch has to go the ordinary way, by <see cref="Append"/>, which then also finds what is wrong with it: nothing was appended,
    /// and <paramref name="rest"/> has back what was received. So it is for every batch that is refused, a duplicate, compressed or to be
    /// changed, and where the segment must roll or the disk has no room.
    /// </returns>
    /// <remarks>As for <see cref="Append"/>. The lock is held while the kernel copies bytes that it has, never for bytes that are yet to come.</remarks>
    public bool TryAppendArrived(ReadOnlySpan<byte> head, int sizeBytes, IBatchSource rest, in AppendOptions options, out AppendResult result)
    {
        ArgumentNullException.ThrowIfNull(rest);
        result = default;
        LogConfig config = _config;
        long nowMs = _context.NowMs;
        if (!MayBeReceivedInPlace(head, sizeBytes, config))
        {
            return false;
        }

        bool moved;
        lock (_lock)
        {
            if (!IsOnline || !TryFindPlace(head, sizeBytes, config, nowMs, out Span<byte> bytes))
            {
                return false;
            }

            long baseOffset = _offsets.LogEndOffset;
            head.CopyTo(bytes);
            RecordBatchPatch.AssignOffsets(bytes, NotAppended, options.LeaderEpoch);
            bool isWhole = rest.TryReceive(bytes[head.Length..], out int receivedBytes);
            if (!isWhole || !IsAcceptable(bytes, config, options, nowMs))
            {
                rest.TakeBack(bytes.Slice(head.Length, receivedBytes));
                bytes[..(head.Length + receivedBytes)].Clear();
                return false;
            }

            RecordBatchPatch.AssignOffsets(bytes, baseOffset, options.LeaderEpoch);
            BatchHeader batch = BatchHeader.Read(bytes);
            TakeIn(batch, ControlMarker.None, config);
            moved = FinishAppend(batch.NextOffset);
            result = Accepted(baseOffset, batch.LastOffset, config, batch.MaxTimestamp) with { IsFlushDue = IsFlushDue(config) };
        }

        _context.Metrics.Appended(sizeBytes, result.LastOffset - result.BaseOffset + 1);
        _context.Metrics.ReceivedInPlace(sizeBytes);
        NotifyListener(moved);
        return true;
    }

    // What the header says before anything is received. A compressed batch would be decompressed under the lock, and a topic with the broker's
    // time changes every batch.
    private static bool MayBeReceivedInPlace(ReadOnlySpan<byte> head, int sizeBytes, LogConfig config)
    {
        if (sizeBytes > Math.Min(AppendWindow.BatchBytesMax, Math.Min(config.MaxMessageBytes, config.SegmentBytes))
            || head.Length < RecordBatchFormat.HeaderBytes
            || head.Length >= sizeBytes
            || config.MessageTimestampType != TimestampType.CreateTime
            || RecordBatchValidator.ValidateHeader(head, sizeBytes) != RecordBatchStatus.Valid)
        {
            return false;
        }

        var batch = new RecordBatchView(head);
        return batch.SizeBytes == sizeBytes
            && batch.BaseOffset == 0
            && batch.CompressionType == CompressionType.None
            && (config.CompressionType ?? CompressionType.None) == CompressionType.None;
    }

    // Under the lock.
    private bool TryFindPlace(ReadOnlySpan<byte> head, int sizeBytes, LogConfig config, long nowMs, out Span<byte> place)
    {
        LogSegment active = _segments[^1];
        var batch = new RecordBatchView(head);
        long lastOffset = _offsets.LogEndOffset + batch.LastOffsetDelta;
        place = default;
        if (active.ShouldRoll(sizeBytes, lastOffset, batch.MaxTimestamp, config, nowMs) != RollReason.None)
        {
            return false;
        }

        try
        {
            place = active.Reserve(sizeBytes);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            // No room for a whole window, or a disk that fails: the ordinary way may still find room, and tells a disk that fails.
            GiveUpWindow(active);
        }

        return !place.IsEmpty;
    }

    private void GiveUpWindow(LogSegment active)
    {
        try
        {
            active.DiscardUnpublished();
        }
        catch (Exception exception) when (TryTakeOffline(exception))
        {
            // The file keeps blocks behind the log's end; recovery cuts them off.
        }
    }

    // Under the lock: everything that the ordinary way would check, on the bytes where they are. It alone says what is wrong with them.
    private bool IsAcceptable(ReadOnlySpan<byte> bytes, LogConfig config, in AppendOptions options, long nowMs)
    {
        BatchValidation validation = BatchValidator.Validate(
            bytes, config, options, nowMs, _context.Options.DecompressedBatchBytesMax, expectedBaseOffset: NotAppended);
        var batch = new RecordBatchView(bytes);
        return validation.Code == ErrorCode.None
            && !validation.MustRebuild
            && validation.MaxTimestamp == batch.MaxTimestamp
            && batch.TimestampType == TimestampType.CreateTime
            && CheckProducer(BatchHeader.Read(bytes), ControlMarker.None, AppendOrigin.Client, options) is { Code: ErrorCode.None, IsDuplicate: false };
    }
}
