using Sluice.Log.Segments;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log;

// Removing old segments: whole ones, from the oldest on, never one that a replica may still need.
public sealed partial class PartitionLog
{
    private delegate bool SegmentTest(LogSegment segment, long upperOffset);

    /// <summary>Makes the records below an offset unreadable; their segments go with the next retention pass.</summary>
    /// <param name="offset">First offset to keep; -1 stands for the high watermark.</param>
    /// <param name="lowWatermark">The log start offset afterwards; -1 on an error.</param>
    /// <returns><see cref="ErrorCode.None"/>, OFFSET_OUT_OF_RANGE above the high watermark or below -1, or KAFKA_STORAGE_ERROR.</returns>
    public ErrorCode DeleteRecords(long offset, out long lowWatermark)
    {
        lowWatermark = -1;
        lock (_lock)
        {
            if (!IsOnline)
            {
                return ErrorCode.KafkaStorageError;
            }

            long startOffset = offset == -1 ? _offsets.HighWatermark : offset;
            if (startOffset < 0 || startOffset > _offsets.HighWatermark)
            {
                return ErrorCode.OffsetOutOfRange;
            }

            RaiseLogStart(startOffset);
            lowWatermark = _offsets.LogStartOffset;
            return ErrorCode.None;
        }
    }

    /// <summary>Removes the segments that the topic's settings do not keep.</summary>
    /// <returns>Number of segments removed. Their files go after the topic's delay, and after the last transfer of their bytes.</returns>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    public int RemoveOldSegments()
    {
        lock (_filesLock)
        lock (_lock)
        {
            if (!IsOnline)
            {
                return 0;
            }

            try
            {
                LogConfig config = _config;
                int removedCount = RemoveWhile(IsBelowLogStart, "log start offset");
                if ((config.CleanupPolicy & CleanupPolicy.Delete) != 0)
                {
                    removedCount += RemoveBySize(config) + RemoveByTime(config);
                }

                return removedCount;
            }
            catch (Exception exception) when (TryTakeOffline(exception))
            {
                throw;
            }
        }
    }

    private bool IsBelowLogStart(LogSegment segment, long upperOffset) => upperOffset <= _offsets.LogStartOffset;

    private int RemoveBySize(LogConfig config)
    {
        long excessBytes = SizeBytes - config.RetentionBytes;
        if (config.RetentionBytes < 0 || excessBytes <= 0)
        {
            return 0;
        }

        return RemoveWhile(
            (segment, _) =>
            {
                if (excessBytes < segment.SizeBytes)
                {
                    return false;
                }

                excessBytes -= segment.SizeBytes;
                return true;
            },
            "size");
    }

    private int RemoveByTime(LogConfig config)
    {
        long nowMs = _context.NowMs;
        return config.RetentionMs < 0
            ? 0
            : RemoveWhile((segment, _) => nowMs - segment.LargestTimestamp() > config.RetentionMs, "time");
    }

    private int RemoveWhile(SegmentTest qualifies, string reason)
    {
        LogSegment[] segments = _segments;
        int count = 0;
        while (count < segments.Length)
        {
            bool isLast = count == segments.Length - 1;
            long upperOffset = isLast ? _offsets.LogEndOffset : segments[count + 1].BaseOffset;
            bool isEmptyLast = isLast && segments[count].SizeBytes == 0;
            if (isEmptyLast || _offsets.HighWatermark < upperOffset || !qualifies(segments[count], upperOffset))
            {
                break;
            }

            count++;
        }

        return count == 0 ? 0 : RemoveFirst(count, reason);
    }

    private int RemoveFirst(int count, string reason)
    {
        if (count == _segments.Length && !TryRoll(RollReason.Requested, _offsets.LogEndOffset, _config, _context.NowMs))
        {
            return 0;
        }

        LogSegment[] segments = _segments;
        LogSegment[] removed = segments[..count];
        // Raised first: a reader that still finds an old segment in its array finds the offset out of range.
        RaiseLogStart(segments[count].BaseOffset);
        _segments = segments[count..];
        Publish();
        long removedBytes = 0;
        foreach (LogSegment segment in removed)
        {
            removedBytes += segment.SizeBytes;
            Discard(segment);
        }

        _context.Metrics.Removed(count);
        LogLog.SegmentsRemoved(_context.Logger, TopicPartition, count, removedBytes, reason, _offsets.LogStartOffset);
        return count;
    }

    // Under the lock.
    private void RaiseLogStart(long offset)
    {
        if (offset <= _offsets.LogStartOffset)
        {
            return;
        }

        _offsets = _offsets with { LogStartOffset = offset, HighWatermark = Math.Max(offset, _offsets.HighWatermark) };
        _epochs.TruncateFromStart(offset);
        _producers.OnLogStart(offset);
        Publish();
    }

    // Under the lock, once no array holds the segment: its files leave their names at once and the disk later.
    private void Discard(LogSegment segment)
    {
        _sealedUnsynced.Remove(segment);
        segment.Rename(static path => path + SegmentFiles.DeletedSuffix);
        _context.Io.Delete(SegmentFiles.Path(_path, segment.BaseOffset, SegmentFiles.SnapshotExtension));
        _directoryChanged = true;
        _context.Remover.Schedule(() => segment.Close(unlink: true, OnSegmentReleased), _config.FileDeleteDelayMs);
    }
}
