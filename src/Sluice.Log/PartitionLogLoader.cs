using Microsoft.Extensions.Logging;
using Sluice.Log.Checkpoints;
using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log;

/// <summary>Opens the directory of one partition, or makes a new one.</summary>
/// <remarks>
/// After a shutdown in order nothing but index ends and the last interval of the active segment is read. Otherwise every segment from the one
/// with the recovery point on is read, checked and indexed anew; the log ends at the first bad batch. Runs on one thread per partition, before
/// anybody else knows of the log.
/// </remarks>
internal sealed class PartitionLogLoader
{
    private readonly LogContext _context;
    private readonly TopicPartition _topicPartition;
    private readonly string _path;
    private readonly LogConfig _config;
    private readonly LogCheckpoints _checkpoints;
    private readonly List<LogSegment> _segments = [];
    private readonly ProducerStateManager _producers = new();
    private readonly CancellationToken _cancellationToken;
    private int _segmentsScanned;
    private long _truncatedBytes;
    private string? _truncationReason;

    private PartitionLogLoader(
        LogContext context, TopicPartition topicPartition, string path, LogConfig config, LogCheckpoints checkpoints, CancellationToken cancellationToken)
    {
        _context = context;
        _topicPartition = topicPartition;
        _path = path;
        _config = config;
        _checkpoints = checkpoints;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Makes the directory of a new partition. It, the topic's id and the empty segment are on the device when this returns.</summary>
    public static LoadedLog Create(LogContext context, TopicPartition topicPartition, Uuid topicId, LogConfig config)
    {
        string path = Path.Combine(context.Directory.Path, topicPartition.ToString());
        context.Io.CreateDirectory(path);
        var loader = new PartitionLogLoader(context, topicPartition, path, config, LogCheckpoints.None, CancellationToken.None);
        try
        {
            loader._segments.Add(LogSegment.Create(context.Io, path, 0, config, context.NowMs));
            if (topicId != Uuid.Zero)
            {
                PartitionMetadataFile.Write(context.Io, Path.Combine(path, PartitionMetadataFile.Name), topicId, callerSyncsDirectory: true);
            }

            context.Io.SyncDirectory(path);
            context.Io.SyncDirectory(context.Directory.Path);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            // Half a partition must not be found at the next start.
            loader.CloseAll();
            loader.RemoveDirectory();
            throw;
        }

        return loader.Finish(new LeaderEpochCache([]), topicId, logStartOffset: 0, logEndOffset: 0, recoveryPoint: 0, lastSnapshotOffset: -1);
    }

    /// <summary>Opens the directory of an existing partition.</summary>
    public static LoadedLog Load(
        LogContext context, TopicPartition topicPartition, string path, LogConfig config, LogCheckpoints checkpoints, CancellationToken cancellationToken)
    {
        var loader = new PartitionLogLoader(context, topicPartition, path, config, checkpoints, cancellationToken);
        try
        {
            return loader.Load();
        }
        catch
        {
            loader.CloseAll();
            throw;
        }
    }

    private LoadedLog Load()
    {
        Uuid topicId = PartitionMetadataFile.Read(Path.Combine(_path, PartitionMetadataFile.Name)) ?? Uuid.Zero;
        LeaderEpochCache epochs = LoadEpochs();
        LeftoverFiles.Clean(_context.Io, _path);
        OpenSegments();
        if (!_checkpoints.IsClean)
        {
            Recover(epochs);
        }

        long logEndOffset = EndOfActive();
        logEndOffset = StartOverBelowLogStart(logEndOffset);
        long logStartOffset = Math.Max(_checkpoints.LogStartOffset, _segments[0].BaseOffset);
        epochs.TruncateFromEnd(logEndOffset);
        epochs.TruncateFromStart(logStartOffset);
        RemoveStraySnapshots();
        long snapshotOffset = ProducerStateLoader.Load(
            _context, _topicPartition, _path, _segments, _producers, logStartOffset, logEndOffset, skipScanWithoutSnapshot: _checkpoints.IsClean);
        long recoveryPoint = _checkpoints.IsClean ? logEndOffset : Math.Min(_checkpoints.RecoveryPoint, logEndOffset);
        _segments[^1].Activate(_config);
        foreach (LogSegment segment in _segments)
        {
            segment.CloseIndexDescriptors();
        }

        return Finish(epochs, topicId, logStartOffset, logEndOffset, recoveryPoint, snapshotOffset);
    }

    private LoadedLog Finish(
        LeaderEpochCache epochs, Uuid topicId, long logStartOffset, long logEndOffset, long recoveryPoint, long lastSnapshotOffset) => new()
    {
        TopicPartition = _topicPartition,
        Path = _path,
        TopicId = topicId,
        Segments = [.. _segments],
        Epochs = epochs,
        EpochsWrittenVersion = 0,
        Producers = _producers,
        LogStartOffset = logStartOffset,
        LogEndOffset = logEndOffset,
        RecoveryPoint = recoveryPoint,
        HighWatermark = _checkpoints.HighWatermark,
        LastSnapshotOffset = lastSnapshotOffset,
        IsDirectoryUnsynced = !_checkpoints.IsClean,
        SegmentsScanned = _segmentsScanned,
        Truncation = _truncatedBytes == 0
            ? null
            : new LogTruncation(_topicPartition, logEndOffset, _truncatedBytes, _truncationReason ?? "unknown"),
    };

    private LeaderEpochCache LoadEpochs()
    {
        string path = Path.Combine(_path, LeaderEpochFile.Name);
        try
        {
            return new LeaderEpochCache(LeaderEpochFile.Read(path));
        }
        catch (InvalidDataException exception)
        {
            LogLog.CheckpointUnreadable(_context.Logger, path, exception);
            return new LeaderEpochCache([]);
        }
    }

    private void OpenSegments()
    {
        var baseOffsets = new List<long>();
        foreach (string file in Directory.EnumerateFiles(_path, "*" + SegmentFiles.LogExtension))
        {
            if (SegmentFiles.TryParse(Path.GetFileName(file), SegmentFiles.LogExtension, out long baseOffset))
            {
                baseOffsets.Add(baseOffset);
            }
        }

        baseOffsets.Sort();
        if (baseOffsets.Count == 0)
        {
            _segments.Add(LogSegment.Create(_context.Io, _path, _checkpoints.LogStartOffset, _config, _context.NowMs));
        }

        foreach (long baseOffset in baseOffsets)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            bool indexesExist = HasFile(baseOffset, SegmentFiles.OffsetIndexExtension) && HasFile(baseOffset, SegmentFiles.TimeIndexExtension);
            var segment = LogSegment.Open(_context.Io, _path, baseOffset, _config, _context.NowMs);
            _segments.Add(segment);
            bool isRecoveredLater = !_checkpoints.IsClean && IsAboveRecoveryPoint(baseOffsets, baseOffset);
            if (!isRecoveredLater)
            {
                CheckIndexes(segment, indexesExist);
            }
        }
    }

    private bool HasFile(long baseOffset, string extension) => File.Exists(SegmentFiles.Path(_path, baseOffset, extension));

    // Whether a segment reaches above the recovery point: its end is the next one's base offset.
    private bool IsAboveRecoveryPoint(List<long> baseOffsets, long baseOffset)
    {
        int index = baseOffsets.BinarySearch(baseOffset);
        return index == baseOffsets.Count - 1 || baseOffsets[index + 1] > _checkpoints.RecoveryPoint;
    }

    private void CheckIndexes(LogSegment segment, bool indexesExist)
    {
        string? problem = indexesExist || segment.SizeBytes == 0
            ? IndexSanity.Check(segment, everyEntry: !_checkpoints.IsClean)
            : "an index file is missing";
        if (problem is null)
        {
            segment.LoadMaxTimestamp(scanTail: false);
        }
        else
        {
            Rescan(segment, problem, epochs: null, producers: null);
        }
    }

    // Reads a segment from its first byte. Aborted transactions can only be found with the producers of everything before.
    private SegmentRecoveryResult Rescan(LogSegment segment, string problem, LeaderEpochCache? epochs, ProducerStateManager? producers)
    {
        LogLog.SegmentRebuilt(_context.Logger, _topicPartition, segment.BaseOffset, problem);
        if (producers is null)
        {
            producers = new ProducerStateManager();
            ProducerStateLoader.Load(
                _context, _topicPartition, _path, _segments[..^1], producers, _checkpoints.LogStartOffset, segment.BaseOffset, skipScanWithoutSnapshot: false);
        }

        SegmentRecoveryResult result = SegmentRecovery.Recover(segment, _config, epochs, producers, _cancellationToken);
        _segmentsScanned++;
        if (result.TruncatedBytes > 0)
        {
            NoteTruncation(result.TruncatedBytes, result.Reason!, result.NextOffset);
        }
        else if (result.ReservedBytes > 0)
        {
            LogLog.ReservedTailCut(_context.Logger, _topicPartition, result.ReservedBytes, result.NextOffset);
        }

        segment.LoadMaxTimestamp(scanTail: false);
        segment.TrimIndexes();
        return result;
    }

    private void Recover(LeaderEpochCache epochs)
    {
        int firstIndex = 0;
        while (firstIndex < _segments.Count - 1 && _segments[firstIndex + 1].BaseOffset <= _checkpoints.RecoveryPoint)
        {
            firstIndex++;
        }

        long firstOffset = _segments[firstIndex].BaseOffset;
        // What a crash left of later snapshots may tell of batches that are cut off now.
        RemoveSnapshotsAbove(firstOffset);
        ProducerStateLoader.Load(
            _context, _topicPartition, _path, _segments[..firstIndex], _producers, _checkpoints.LogStartOffset, firstOffset, skipScanWithoutSnapshot: false);
        for (int index = firstIndex; index < _segments.Count; index++)
        {
            LogSegment segment = _segments[index];
            if (index > firstIndex)
            {
                // As a roll does; a second crash then need not begin at the first of these segments again.
                string snapshotPath = SegmentFiles.Path(_path, segment.BaseOffset, SegmentFiles.SnapshotExtension);
                AtomicFile.Replace(_context.Io, snapshotPath, ProducerSnapshot.Encode(_producers.Producers), fsync: false);
            }

            SegmentRecoveryResult result = Rescan(segment, "the last shutdown was not in order", epochs, _producers);
            if (index < _segments.Count - 1 && (result.TruncatedBytes > 0 || HasLostTail(result.NextOffset, _segments[index + 1].BaseOffset)))
            {
                RemoveSegmentsFrom(index + 1, $"the records from offset {result.NextOffset} on did not reach the disk");
            }
        }
    }

    // Segments above the recovery point reach the disk in any order. One may have lost whole batches at its end, which leaves no trace in it,
    // while the next one is there: only the gap between them tells. Compaction leaves such gaps too, so where it may have been at work the log
    // is kept as it is.
    private bool HasLostTail(long nextOffset, long nextBaseOffset) =>
        nextOffset < nextBaseOffset
        && (_config.CleanupPolicy & CleanupPolicy.Compact) == 0
        && nextBaseOffset > _checkpoints.CompactedUpTo;

    private void RemoveSegmentsFrom(int firstIndex, string reason)
    {
        foreach (LogSegment segment in _segments.Skip(firstIndex))
        {
            NoteTruncation(segment.SizeBytes, _truncationReason ?? reason, segment.BaseOffset);
            segment.Close(unlink: true, released: null);
        }

        _segments.RemoveRange(firstIndex, _segments.Count - firstIndex);
        // A segment that came back after a power cut would follow what is appended until then.
        _context.Io.SyncDirectory(_path);
    }

    private void NoteTruncation(long bytes, string reason, long nextOffset)
    {
        if (bytes == 0)
        {
            return;
        }

        _truncatedBytes += bytes;
        _truncationReason ??= reason;
        LogLog.TruncatedByRecovery(_context.Logger, _topicPartition, bytes, nextOffset, reason);
    }

    // After a clean shutdown the batches behind the last index entry must lead exactly to the end of the file.
    private long EndOfActive()
    {
        LogSegment active = _segments[^1];
        if (active.TryFindEnd(out long nextOffset))
        {
            return nextOffset;
        }

        return Rescan(active, "its last batches are damaged", epochs: null, producers: null).NextOffset;
    }

    private long StartOverBelowLogStart(long logEndOffset)
    {
        long logStartOffset = _checkpoints.LogStartOffset;
        if (logEndOffset >= logStartOffset)
        {
            return logEndOffset;
        }

        LogLog.LogBelowStart(_context.Logger, _topicPartition, logStartOffset);
        RemoveAllSegments();
        _context.Io.SyncDirectory(_path);
        _segments.Add(LogSegment.Create(_context.Io, _path, logStartOffset, _config, _context.NowMs));
        return logStartOffset;
    }

    private void RemoveAllSegments()
    {
        foreach (LogSegment segment in _segments)
        {
            segment.Close(unlink: true, released: null);
        }

        _segments.Clear();
    }

    private void RemoveSnapshotsAbove(long offset)
    {
        foreach ((long snapshotOffset, string path) in ProducerStateLoader.FindSnapshots(_path))
        {
            if (snapshotOffset > offset)
            {
                _context.Io.Delete(path);
            }
        }
    }

    // A snapshot belongs to the segment that begins there; the newest one, taken at a close, stands alone.
    private void RemoveStraySnapshots()
    {
        List<(long Offset, string Path)> snapshots = ProducerStateLoader.FindSnapshots(_path);
        foreach ((long offset, string path) in snapshots.Skip(1))
        {
            if (!_segments.Exists(segment => segment.BaseOffset == offset))
            {
                _context.Io.Delete(path);
            }
        }
    }

    // Best effort, after an error that is the one to be told: what is left is empty, and is opened as such.
    private void RemoveDirectory()
    {
        try
        {
            _context.Io.DeleteDirectory(_path);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            LogLog.FileNotRemoved(_context.Logger, _path, exception);
        }
    }

    private void CloseAll()
    {
        foreach (LogSegment segment in _segments)
        {
            segment.Close(unlink: false, released: null);
        }
    }
}
