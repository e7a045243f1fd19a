using Sluice.Log.Indexes;
using Sluice.Log.Segments;
using Sluice.Log.Storage;

namespace Sluice.Log.Inspection;

/// <summary>Builds the indexes of stopped logs anew from their batches.</summary>
/// <remarks>
/// Holds the lock of the log directory meanwhile. Every index is replaced in one step, so that a reader or a crash finds the old one or the
/// new. A damaged segment's indexes are left alone: what they point at is still the best that is known of it.
/// </remarks>
/// <param name="limits">What may be held in memory.</param>
/// <param name="intervalBytes">Bytes of log between two entries, 0 or more. Kafka <c>index.interval.bytes</c>.</param>
/// <param name="progress">Hears of every batch.</param>
public sealed class IndexRebuilder(InspectionLimits limits, int intervalBytes, InspectionProgress progress)
{
    private readonly FileIo _io = FileIo.Instance;

    /// <summary>Builds the indexes of everything that a path leads to.</summary>
    /// <param name="path">A log directory, a partition's directory, or a file of a segment.</param>
    /// <param name="cancellationToken">Gives up between batches; what was replaced stays so.</param>
    /// <returns>Every segment that was looked at, in order.</returns>
    /// <exception cref="LogDirectoryLockedException">A broker is running.</exception>
    /// <exception cref="ArgumentException">The path leads to no segment.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="OperationCanceledException">Somebody gave up.</exception>
    public IReadOnlyList<RebuiltSegment> Rebuild(InspectedPath path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        string partition = path.Kind == InspectedPathKind.PartitionDirectory ? path.FullPath : Path.GetDirectoryName(path.FullPath)!;
        string logDirectory = path.Kind == InspectedPathKind.DataDirectory ? path.FullPath : Path.GetDirectoryName(partition) ?? partition;
        using var directoryLock = LogDirectoryLock.Take(logDirectory);
        var rebuilt = new List<RebuiltSegment>();
        switch (path.Kind)
        {
            case InspectedPathKind.DataDirectory:
                foreach (string each in LogFiles.FindPartitions(path.FullPath))
                {
                    RebuildPartition(each, null, rebuilt, cancellationToken);
                }

                break;
            case InspectedPathKind.PartitionDirectory:
                RebuildPartition(partition, null, rebuilt, cancellationToken);
                break;
            case InspectedPathKind.Segment or InspectedPathKind.OffsetIndex or InspectedPathKind.TimeIndex or InspectedPathKind.TransactionIndex:
                RebuildPartition(partition, path.BaseOffset, rebuilt, cancellationToken);
                break;
            default:
                throw new ArgumentException($"{path.FullPath} belongs to no segment", nameof(path));
        }

        return rebuilt;
    }

    private void RebuildPartition(string path, long? onlyBaseOffset, List<RebuiltSegment> rebuilt, CancellationToken cancellationToken)
    {
        List<SegmentPaths> segments = PartitionContents.Read(path).Segments;
        var producers = new ReplayedProducers();
        int firstIndex = BeginProducers(path, segments, onlyBaseOffset, producers);
        for (int index = firstIndex; index < segments.Count; index++)
        {
            bool isWanted = onlyBaseOffset is null || segments[index].BaseOffset == onlyBaseOffset;
            if (isWanted || segments[index].BaseOffset < onlyBaseOffset)
            {
                RebuiltSegment result = RebuildSegment(segments[index], producers, isWanted, isLast: index == segments.Count - 1, cancellationToken);
                if (isWanted)
                {
                    rebuilt.Add(result);
                }
            }
        }
    }

    // Aborted transactions can only be found with the producers of everything before, or with a snapshot of them.
    private static int BeginProducers(string path, List<SegmentPaths> segments, long? onlyBaseOffset, ReplayedProducers producers)
    {
        int index = onlyBaseOffset is { } wanted ? segments.FindLastIndex(segment => segment.BaseOffset <= wanted) : 0;
        for (; index > 0; index--)
        {
            if (producers.TryBegin(SegmentFiles.Path(path, segments[index].BaseOffset, SegmentFiles.SnapshotExtension), segments[index].BaseOffset))
            {
                return index;
            }
        }

        if (segments.Count > 0)
        {
            producers.TryBegin(SegmentFiles.Path(path, segments[0].BaseOffset, SegmentFiles.SnapshotExtension), segments[0].BaseOffset);
        }

        return 0;
    }

    private RebuiltSegment RebuildSegment(
        SegmentPaths segment, ReplayedProducers producers, bool isWanted, bool isLast, CancellationToken cancellationToken)
    {
        var builder = new SegmentIndexBuilder(segment.BaseOffset, intervalBytes);
        string? problem = null;
        long batchesCount = 0;
        using (var walker = new BatchWalker(segment.LogPath, segment.BaseOffset, limits))
        {
            progress.AddTotal(walker.FileBytes);
            while (walker.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                InspectedBatch batch = walker.Current;
                progress.Add(batch.LengthBytes, batch.RecordsCount);
                if (batch.IsSound)
                {
                    batchesCount++;
                    builder.Add(batch.LastOffset, batch.RecordsMaxTimestamp, (int)batch.LengthBytes);
                    AddAborted(builder, producers.Update(walker.ReadCurrent()));
                }
                else if (!isLast || batch.State is not (BatchState.CutOff or BatchState.Zeros))
                {
                    problem ??= $"the .log is damaged at position {batch.PositionBytes}; 'sluice log verify' tells more";
                }
            }
        }

        builder.Seal();
        if (isWanted && problem is null)
        {
            Replace(segment, builder);
        }

        return new RebuiltSegment(
            segment.LogPath, segment.BaseOffset, batchesCount,
            builder.OffsetIndex.Length / OffsetIndexEntries.EntryBytes,
            builder.TimeIndex.Length / TimeIndexEntries.EntryBytes,
            builder.TransactionIndex.Length / AbortedTransactionEntry.EntryBytes,
            problem);
    }

    private static void AddAborted(SegmentIndexBuilder builder, AbortedTransactionEntry? aborted)
    {
        if (aborted is { } entry)
        {
            builder.AddAborted(entry);
        }
    }

    private void Replace(SegmentPaths segment, SegmentIndexBuilder builder)
    {
        AtomicFile.Replace(_io, segment.OffsetIndexPath, builder.OffsetIndex, fsync: true, callerSyncsDirectory: true);
        AtomicFile.Replace(_io, segment.TimeIndexPath, builder.TimeIndex, fsync: true, callerSyncsDirectory: true);
        if (!builder.TransactionIndex.IsEmpty)
        {
            AtomicFile.Replace(_io, segment.TransactionIndexPath, builder.TransactionIndex, fsync: true, callerSyncsDirectory: true);
        }
        else
        {
            _io.Delete(segment.TransactionIndexPath);
        }

        _io.SyncDirectory(Path.GetDirectoryName(segment.LogPath)!);
    }
}
