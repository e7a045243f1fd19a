using Sluice.Log.Segments;

namespace Sluice.Log.Producers;

/// <summary>Restores the producers of a partition from its newest good snapshot and the batches behind it.</summary>
internal static class ProducerStateLoader
{
    /// <summary>Finds the snapshots of a partition, newest first.</summary>
    public static List<(long Offset, string Path)> FindSnapshots(string directory)
    {
        var snapshots = new List<(long Offset, string Path)>();
        foreach (string path in Directory.EnumerateFiles(directory, "*" + SegmentFiles.SnapshotExtension))
        {
            if (SegmentFiles.TryParse(Path.GetFileName(path), SegmentFiles.SnapshotExtension, out long offset))
            {
                snapshots.Add((offset, path));
            }
        }

        snapshots.Sort((left, right) => right.Offset.CompareTo(left.Offset));
        return snapshots;
    }

    /// <summary>Loads the state as of an offset.</summary>
    /// <param name="context">Clock, logger, settings.</param>
    /// <param name="topicPartition">The partition, for the log.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="segments">Its segments, good up to <paramref name="upToOffset"/>.</param>
    /// <param name="producers">Receives the state.</param>
    /// <param name="logStartOffset">Snapshots at or below it are not used.</param>
    /// <param name="upToOffset">Exclusive.</param>
    /// <param name="skipScanWithoutSnapshot">
    /// Whether to begin with no producers, rather than read every batch, if there is no snapshot at all: a log that was closed in order always
    /// leaves one, so such a log is older than idempotent producers.
    /// </param>
    /// <returns>Offset of the snapshot that was used; -1 if there was none.</returns>
    public static long Load(
        LogContext context,
        TopicPartition topicPartition,
        string directory,
        IReadOnlyList<LogSegment> segments,
        ProducerStateManager producers,
        long logStartOffset,
        long upToOffset,
        bool skipScanWithoutSnapshot)
    {
        List<(long Offset, string Path)> snapshots = FindSnapshots(directory);
        long snapshotOffset = LoadNewest(context, topicPartition, snapshots, producers, logStartOffset, upToOffset);
        if (snapshotOffset < 0)
        {
            bool skipScan = skipScanWithoutSnapshot && snapshots.Count == 0;
            // Batches below the log start count as long as they are there: a transaction can have begun in them.
            long firstOffset = segments.Count == 0 ? upToOffset : segments[0].BaseOffset;
            producers.Clear(skipScan ? upToOffset : Math.Min(logStartOffset, firstOffset));
        }

        foreach (LogSegment segment in segments)
        {
            if (segment.BaseOffset < upToOffset)
            {
                ReplayIfBehind(segment, segments, producers, upToOffset);
            }
        }

        producers.AdvanceTo(upToOffset);
        return snapshotOffset;
    }

    private static void ReplayIfBehind(LogSegment segment, IReadOnlyList<LogSegment> segments, ProducerStateManager producers, long upToOffset)
    {
        long nextBaseOffset = upToOffset;
        foreach (LogSegment later in segments)
        {
            if (later.BaseOffset > segment.BaseOffset)
            {
                nextBaseOffset = Math.Min(nextBaseOffset, later.BaseOffset);
                break;
            }
        }

        if (nextBaseOffset > producers.MapEndOffset)
        {
            SegmentRecovery.ReplayProducers(segment, producers.MapEndOffset, upToOffset, producers);
        }
    }

    private static long LoadNewest(
        LogContext context,
        TopicPartition topicPartition,
        List<(long Offset, string Path)> snapshots,
        ProducerStateManager producers,
        long logStartOffset,
        long upToOffset)
    {
        foreach ((long offset, string path) in snapshots)
        {
            if (offset > upToOffset || (offset <= logStartOffset && offset != upToOffset))
            {
                continue;
            }

            var states = new List<ProducerState>();
            if (ProducerSnapshot.TryDecode(File.ReadAllBytes(path), states))
            {
                producers.Load(states, offset, context.NowMs, context.Options.ProducerIdExpirationMs);
                return offset;
            }

            LogLog.SnapshotDamaged(context.Logger, topicPartition, path);
            context.Io.Delete(path);
        }

        return -1;
    }
}
