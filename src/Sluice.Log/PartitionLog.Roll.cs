using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Log.Storage;

namespace Sluice.Log;

// Beginning a new segment, and the producer snapshot that goes with it.
public sealed partial class PartitionLog
{
    private long _lastSnapshotOffset;

    /// <summary>Begins a new segment at the log end offset; nothing happens if the active one is empty.</summary>
    /// <returns>False if the disk refused; see <see cref="LogDirectory.Failure"/>.</returns>
    public bool Roll()
    {
        lock (_lock)
        {
            return IsOnline && (_segments[^1].SizeBytes == 0 || TryRoll(RollReason.Requested, _offsets.LogEndOffset, _config, _context.NowMs));
        }
    }

    // Under the lock. The new segment is made first: if that fails, the old one is still as it was.
    private bool TryRoll(RollReason reason, long baseOffset, LogConfig config, long nowMs)
    {
        LogSegment[] segments = _segments;
        LogSegment old = segments[^1];
        bool replacesEmpty = old.SizeBytes == 0;
        if (replacesEmpty && baseOffset == old.BaseOffset)
        {
            return true; // An empty segment is as good as a new one.
        }

        LogSegment? active = null;
        try
        {
            active = LogSegment.Create(_context.Io, _path, baseOffset, config, nowMs);
            if (replacesEmpty)
            {
                _segments = [.. segments.AsSpan(0, segments.Length - 1), active];
                old.Close(unlink: true, OnSegmentReleased);
            }
            else
            {
                old.Seal();
                TakeSnapshot(baseOffset);
                _sealedUnsynced.Add(old);
                _segments = [.. segments, active];
            }
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            bool isUnchanged = ReferenceEquals(_segments, segments);
            if (isUnchanged)
            {
                active?.Close(unlink: true, OnSegmentReleased);
            }

            if (isUnchanged && exception is IOException ioException && DiskErrors.IsShortage(ioException))
            {
                LogLog.DiskFull(_context.Logger, TopicPartition, 0, exception);
            }
            else
            {
                _context.Directory.MarkOffline(exception);
            }

            return false;
        }

        _directoryChanged = true;
        Publish();
        _context.Metrics.Rolled();
        LogLog.SegmentRolled(_context.Logger, TopicPartition, baseOffset, reason);
        StartBackgroundFlush();
        return true;
    }

    // Under the lock. Written without a flush; the flush that follows a roll takes it along.
    private void TakeSnapshot(long offset)
    {
        if (_producers.MapEndOffset <= _lastSnapshotOffset && offset <= _lastSnapshotOffset)
        {
            return;
        }

        string path = SegmentFiles.Path(_path, offset, SegmentFiles.SnapshotExtension);
        try
        {
            AtomicFile.Replace(_context.Io, path, ProducerSnapshot.Encode(_producers.Producers), fsync: false);
            _snapshotsUnsynced.Add(path);
            _lastSnapshotOffset = offset;
        }
        catch (IOException exception) when (DiskErrors.IsShortage(exception))
        {
            // Without this snapshot the state is rebuilt from an older one and the batches behind it.
            LogLog.DiskFull(_context.Logger, TopicPartition, 0, exception);
        }
    }

    private void OnSegmentReleased(LogSegment segment)
    {
        if (segment.UnlinkFailure is { } failure)
        {
            LogLog.FileNotRemoved(_context.Logger, segment.File.Path, failure);
        }
    }
}
