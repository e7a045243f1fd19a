using Sluice.Log.Producers;
using Sluice.Log.Segments;

namespace Sluice.Log;

// Taking records back at the end of the log, as a follower does when its history differs from the leader's.
public sealed partial class PartitionLog
{
    /// <summary>Removes every batch that contains or follows an offset.</summary>
    /// <param name="offset">The log end offset afterwards; at or above the current one nothing is removed.</param>
    /// <returns>Whether anything was removed.</returns>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    public bool TruncateTo(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        long oldEndOffset;
        lock (_filesLock)
        {
            lock (_lock)
            {
                _context.Directory.ThrowIfOffline();
                oldEndOffset = _offsets.LogEndOffset;
                if (_isClosed || offset >= oldEndOffset)
                {
                    _epochs.TruncateFromEnd(oldEndOffset);
                    return false;
                }

                if (offset < _segments[0].BaseOffset)
                {
                    ChangeHistory(() => RestartAt(offset));
                }
                else
                {
                    ChangeHistory(() => CutAt(offset));
                }
            }

            _context.Directory.LogTruncated?.Invoke(TopicPartition, offset);
        }

        LogLog.LogTruncated(_context.Logger, TopicPartition, oldEndOffset, offset);
        _context.Directory.RecoveryPointLowered?.Invoke();
        return true;
    }

    /// <summary>Removes everything; the log goes on, empty, at an offset.</summary>
    /// <param name="offset">Log start and end offset afterwards, 0 or more.</param>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    public void TruncateFully(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        long oldEndOffset;
        lock (_filesLock)
        {
            lock (_lock)
            {
                _context.Directory.ThrowIfOffline();
                if (_isClosed)
                {
                    return;
                }

                oldEndOffset = _offsets.LogEndOffset;
                ChangeHistory(() => RestartAt(offset));
            }

            // Whatever was clean is not there any more, even where the log goes on above it.
            _context.Directory.LogTruncated?.Invoke(TopicPartition, 0);
        }

        LogLog.LogTruncated(_context.Logger, TopicPartition, oldEndOffset, offset);
        _context.Directory.RecoveryPointLowered?.Invoke();
    }

    private void ChangeHistory(Action change)
    {
        Interlocked.Increment(ref _historyVersion);
        Volatile.Write(ref _generation, _generation + 1);
        try
        {
            change();
        }
        catch (Exception exception) when (TryTakeOffline(exception))
        {
            throw;
        }
        finally
        {
            Publish();
            Interlocked.Increment(ref _generation);
        }
    }

    private void CutAt(long offset)
    {
        LogSegment[] segments = _segments;
        int lastIndex = SegmentIndexFor(segments, offset);
        LogSegment last = segments[lastIndex];
        long positionBytes = CutPosition(last, offset);
        _segments = segments[..(lastIndex + 1)];
        foreach (LogSegment segment in segments.AsSpan(lastIndex + 1))
        {
            Discard(segment);
        }

        last.TruncateTo(offset, positionBytes);
        last.Activate(_config);
        _sealedUnsynced.Remove(last);
        SetEnd(offset, Math.Min(offset, _offsets.LogStartOffset), Math.Min(offset, _offsets.HighWatermark));
        _epochs.TruncateFromEnd(offset);
        ReloadProducers(offset);
    }

    private static long CutPosition(LogSegment segment, long offset)
    {
        (_, int indexedPositionBytes) = segment.OffsetIndex.Lookup(offset);
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(segment.File.Handle, indexedPositionBytes, segment.SizeBytes, window);
        while (scanner.MoveNext())
        {
            if (scanner.Current.LastOffset >= offset)
            {
                return scanner.PositionBytes;
            }
        }

        return scanner.NextPositionBytes;
    }

    private void RestartAt(long offset)
    {
        LogSegment[] segments = _segments;
        // The old files leave their names first: the new segment may have the name of one of them.
        foreach (LogSegment segment in segments)
        {
            Discard(segment);
        }

        _segments = [LogSegment.Create(_context.Io, _path, offset, _config, _context.NowMs)];
        SetEnd(offset, offset, offset);
        _epochs.Clear();
        RemoveSnapshotsAbove(-1);
        _producers.Clear(offset);
        _lastSnapshotOffset = -1;
    }

    private void SetEnd(long logEndOffset, long logStartOffset, long highWatermark)
    {
        _offsets = _offsets with { LogEndOffset = logEndOffset, LogStartOffset = logStartOffset, HighWatermark = highWatermark };
        Volatile.Write(ref _recoveryPoint, Math.Min(_recoveryPoint, logEndOffset));
        Volatile.Write(ref _checkpointedRecoveryPoint, Math.Min(_checkpointedRecoveryPoint, logEndOffset));
        _directoryChanged = true;
    }

    private void ReloadProducers(long logEndOffset)
    {
        RemoveSnapshotsAbove(logEndOffset);
        _lastSnapshotOffset = ProducerStateLoader.Load(
            _context, TopicPartition, _path, _segments, _producers, _offsets.LogStartOffset, logEndOffset, skipScanWithoutSnapshot: false);
        _producers.OnHighWatermark(_offsets.HighWatermark);
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

        _snapshotsUnsynced.Clear();
    }
}
