using Sluice.Log.Producers;
using Sluice.Log.Segments;

namespace Sluice.Log.Compaction;

/// <summary>One round over one log: learn the latest offset of every dirty key, then copy what is still wanted, group by group.</summary>
/// <remarks>
/// Each group is swapped in as soon as it is written, so a round that is given up, or killed, has done part of its work and harmed nothing: the
/// checkpoint moves only when all of it is done, and the next round does the rest. On one thread of its own; readers and appends go on.
/// </remarks>
internal sealed class LogCleaning(CleaningSource source, CleaningLimits limits, CleaningPace pace, CleaningCounts counts)
{
    private readonly CleaningBuffer _readBuffer = new(limits.BufferBytes);
    private readonly CleaningBuffer _writeBuffer = new(limits.BufferBytes);

    /// <summary>Does the round.</summary>
    /// <param name="nowMs">Now, in Unix milliseconds: what tombstones' horizons are compared with.</param>
    /// <returns>Offset up to which the log is clean now.</returns>
    /// <exception cref="InvalidDataException">A batch is damaged; the log is as it was, or partly compacted.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public long Run(long nowMs)
    {
        CleanableRange range = source.Range;
        using var map = new OffsetMap(limits.MapBytes, limits.LoadFactor, range.FirstUncleanableOffset - range.FirstDirtyOffset);
        new OffsetMapBuilder(source, _readBuffer, pace, limits.DecompressedBatchBytesMax).Fill(map);
        counts.KeysCount = map.Count;
        counts.MapUse = (double)map.Count / map.CapacityCount;
        long endOffset = map.LatestOffset + 1;
        if (endOffset <= range.FirstDirtyOffset)
        {
            return range.FirstDirtyOffset;
        }

        LogSegment[] segments = Array.FindAll(source.Segments, segment => segment.BaseOffset < endOffset);
        long endOfSegments = segments.Length < source.Segments.Length ? source.Segments[segments.Length].BaseOffset : range.FirstUncleanableOffset;
        var transactions = new CleanedTransactions(source.Log.CollectAbortedEntries(segments[0].BaseOffset, endOfSegments));
        var filter = new BatchFilter(map, nowMs, source.Config.DeleteRetentionMs, limits.DecompressedBatchBytesMax, counts);
        foreach (LogSegment[] group in SegmentGroups.Of(segments, endOfSegments, source.Config))
        {
            CleanGroup(group, transactions, filter);
        }

        return endOffset;
    }

    private void CleanGroup(LogSegment[] group, CleanedTransactions transactions, BatchFilter filter)
    {
        int lastIndex = Array.FindLastIndex(group, static segment => segment.SizeBytes > 0);
        if (lastIndex < 0 && group.Length == 1)
        {
            return; // Empty as it is.
        }

        var cleaned = new CleanedSegments(source, group[0].BaseOffset, _writeBuffer, pace, limits.SegmentBytesMax);
        bool isFinished = false;
        try
        {
            for (int index = 0; index <= lastIndex; index++)
            {
                CopySegment(group[index], isLast: index == lastIndex, transactions, filter, cleaned);
            }

            cleaned.Finish(File.GetLastWriteTimeUtc(group[^1].File.Path));
            isFinished = true;
        }
        finally
        {
            if (!isFinished)
            {
                cleaned.Abandon();
            }
        }

        long replacedBytes = group.Sum(static segment => segment.SizeBytes);
        if (!source.Log.TryReplace(group, cleaned.Segments, source))
        {
            cleaned.Abandon();
            throw new OperationCanceledException("The log changed meanwhile.");
        }

        counts.ReplacedBytes += replacedBytes;
        counts.ReplacedSegments += group.Length;
        counts.NewSegments += cleaned.Segments.Count;
    }

    private void CopySegment(LogSegment segment, bool isLast, CleanedTransactions transactions, BatchFilter filter, CleanedSegments cleaned)
    {
        CleaningSource.Hold(segment);
        try
        {
            // A start after a crash begins with the producers as they were before the segment that it recovers first. A marker from there on must
            // stay: its transaction may be open in that snapshot.
            bool isRecovered = EndOf(segment) <= source.Log.CheckpointedRecoveryPoint;
            long positionBytes = 0;
            var batches = new BatchStream(segment, 0, _readBuffer, pace);
            while (batches.MoveNext())
            {
                positionBytes += batches.Bytes.Length;
                // The last batch of a group stays, emptied if need be: a start that finishes an interrupted swap learns from it how far the
                // new segment reaches, and so which old ones it replaces.
                bool isLastOfGroup = isLast && positionBytes == segment.SizeBytes;
                CopyBatch(batches, isLastOfGroup, isRecovered, transactions, filter, cleaned);
            }
        }
        finally
        {
            segment.File.Release();
        }
    }

    private long EndOf(LogSegment segment)
    {
        int nextIndex = Array.IndexOf(source.Segments, segment) + 1;
        return nextIndex < source.Segments.Length ? source.Segments[nextIndex].BaseOffset : source.Range.FirstUncleanableOffset;
    }

    private void CopyBatch(
        in BatchStream batches, bool isLastOfGroup, bool isRecovered, CleanedTransactions transactions, BatchFilter filter, CleanedSegments cleaned)
    {
        BatchHeader batch = batches.Header;
        Indexes.AbortedTransactionEntry? aborted = null;
        bool isDiscardable = batch.IsControl
            ? transactions.OnControl(batch, ControlBatchReader.Read(batches.Bytes), out aborted) && isRecovered
            : transactions.OnData(batch);
        ReadOnlySpan<byte> left = filter.Filter(batches.Bytes, batch, isDiscardable, isLastOfGroup || source.Producers.NeedsBatch(batch));
        if (!left.IsEmpty)
        {
            cleaned.Append(left);
        }

        if (aborted is { } entry)
        {
            cleaned.AddAborted(entry);
        }
    }
}
