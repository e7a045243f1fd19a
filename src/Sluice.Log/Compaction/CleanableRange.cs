using Sluice.Log.Segments;

namespace Sluice.Log.Compaction;

/// <summary>Which part of a log can be compacted, and how much that would bring.</summary>
/// <param name="FirstDirtyOffset">Below it every key occurs once, as far as earlier rounds could see to that.</param>
/// <param name="FirstUncleanableOffset">Exclusive end of what may be looked at now; where a segment begins.</param>
/// <param name="CleanBytes">Bytes of the segments below <paramref name="FirstDirtyOffset"/>.</param>
/// <param name="CleanableBytes">Bytes of the segments between the two.</param>
/// <param name="IsOverdue">Whether <c>max.compaction.lag.ms</c> has passed for one of them.</param>
internal readonly record struct CleanableRange(
    long FirstDirtyOffset, long FirstUncleanableOffset, long CleanBytes, long CleanableBytes, bool IsOverdue)
{
    /// <summary>Share of the bytes that no round has seen yet; 0 for an empty log.</summary>
    public double DirtyRatio => CleanBytes + CleanableBytes == 0 ? 0 : (double)CleanableBytes / (CleanBytes + CleanableBytes);

    /// <summary>Whether the log should be compacted under a topic's settings.</summary>
    public bool IsEligible(LogConfig config) => CleanableBytes > 0 && (IsOverdue || DirtyRatio > config.MinCleanableDirtyRatio);

    /// <summary>Looks at a log.</summary>
    /// <param name="segments">One or more, the last being active.</param>
    /// <param name="offsets">The log's offsets.</param>
    /// <param name="config">The topic's settings.</param>
    /// <param name="checkpoint">Where the last round ended; null if there was none.</param>
    /// <param name="nowMs">Now, in Unix milliseconds.</param>
    public static CleanableRange Find(LogSegment[] segments, in LogOffsets offsets, LogConfig config, long? checkpoint, long nowMs)
    {
        long logStartOffset = Math.Max(offsets.LogStartOffset, segments[0].BaseOffset);
        // What a checkpoint says of offsets that are gone, or of records that a truncation took back, says nothing.
        long firstDirtyOffset = checkpoint is { } offset && offset >= logStartOffset && offset <= offsets.LogEndOffset ? offset : logStartOffset;
        int firstDirtyIndex = IndexFor(segments, firstDirtyOffset);
        long firstUncleanableOffset = Math.Min(offsets.LastStableOffset, segments[^1].BaseOffset);
        firstUncleanableOffset = Math.Min(firstUncleanableOffset, FirstYoungOffset(segments, firstDirtyIndex, config.MinCompactionLagMs, nowMs));
        firstUncleanableOffset = segments[IndexFor(segments, Math.Max(firstUncleanableOffset, firstDirtyOffset))].BaseOffset;
        if (firstUncleanableOffset <= firstDirtyOffset)
        {
            return new CleanableRange(firstDirtyOffset, firstDirtyOffset, BytesOf(segments, long.MinValue, firstDirtyOffset), 0, IsOverdue: false);
        }

        return new CleanableRange(
            firstDirtyOffset,
            firstUncleanableOffset,
            BytesOf(segments, long.MinValue, segments[firstDirtyIndex].BaseOffset),
            BytesOf(segments, segments[firstDirtyIndex].BaseOffset, firstUncleanableOffset),
            IsOverdueFrom(segments, firstDirtyIndex, config.MaxCompactionLagMs, nowMs));
    }

    private static int IndexFor(LogSegment[] segments, long offset)
    {
        int index = segments.Length - 1;
        while (index > 0 && segments[index].BaseOffset > offset)
        {
            index--;
        }

        return index;
    }

    private static long FirstYoungOffset(LogSegment[] segments, int firstIndex, long lagMs, long nowMs)
    {
        if (lagMs > 0)
        {
            foreach (LogSegment segment in segments.AsSpan(firstIndex, segments.Length - 1 - firstIndex))
            {
                if (Ask(segment, static segment => segment.LargestTimestamp()) > nowMs - lagMs)
                {
                    return segment.BaseOffset;
                }
            }
        }

        return long.MaxValue;
    }

    private static bool IsOverdueFrom(LogSegment[] segments, int firstIndex, long lagMs, long nowMs)
    {
        if (lagMs < long.MaxValue)
        {
            foreach (LogSegment segment in segments.AsSpan(firstIndex, segments.Length - 1 - firstIndex))
            {
                if (Ask(segment, static segment => segment.FirstBatchTimestamp()) is > 0 and { } timestampMs && timestampMs < nowMs - lagMs)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static long? Ask(LogSegment segment, Func<LogSegment, long?> timestamp)
    {
        if (!segment.File.TryAddReference())
        {
            return null; // Removed by retention meanwhile.
        }

        try
        {
            return timestamp(segment);
        }
        finally
        {
            segment.File.Release();
        }
    }

    private static long BytesOf(LogSegment[] segments, long fromOffset, long upToOffset)
    {
        long sizeBytes = 0;
        foreach (LogSegment segment in segments)
        {
            if (segment.BaseOffset >= fromOffset && segment.BaseOffset < upToOffset)
            {
                sizeBytes += segment.SizeBytes;
            }
        }

        return sizeBytes;
    }
}
