using Sluice.Log.Checkpoints;
using Sluice.Log.Segments;

namespace Sluice.Log;

// Getting what was appended onto the device: one flush at a time, for everybody who waits, outside the append lock.
public sealed partial class PartitionLog
{
    private readonly Lock _flushLock = new();
    private readonly List<LogSegment> _sealedUnsynced = [];
    private readonly List<string> _snapshotsUnsynced = [];
    private Task? _flush;
    private Task _backgroundFlush = Task.CompletedTask;
    private long _recoveryPoint;
    private long _checkpointedRecoveryPoint;
    private long _lastFlushMs;
    private int _flushedEpochsVersion;
    private bool _directoryChanged;

    /// <summary>Waits until everything below an offset is on the device.</summary>
    /// <param name="upToOffset">Exclusive; at most the log end offset matters.</param>
    /// <returns>
    /// Completes at once if it is there already. Callers that come while a flush is under way share the next one. Faulted with the I/O error if
    /// the device failed: the log directory is then offline, as nobody knows what reached the device.
    /// </returns>
    public Task FlushAsync(long upToOffset) =>
        RecoveryPoint >= Math.Min(upToOffset, LogEndOffset) ? Task.CompletedTask : FlushRoundsAsync(upToOffset);

    /// <summary>Waits until everything appended so far is on the device.</summary>
    /// <returns>As for the other overload.</returns>
    public Task FlushAsync() => FlushAsync(LogEndOffset);

    /// <summary>Where recovery after a crash would begin: what the checkpoint file says of <see cref="RecoveryPoint"/>, at or below it.</summary>
    internal long CheckpointedRecoveryPoint => Volatile.Read(ref _checkpointedRecoveryPoint);

    /// <summary>Notes what has been written to the checkpoint file.</summary>
    internal void OnRecoveryPointCheckpointed(long offset)
    {
        lock (_lock)
        {
            // A truncation or a move may have lowered it meanwhile.
            Volatile.Write(ref _checkpointedRecoveryPoint, Math.Min(_recoveryPoint, offset));
        }
    }

    // Whether flush.ms has passed for records that no flush has covered.
    internal bool IsTimedFlushDue(long nowMs)
    {
        long flushMs = _config.FlushMs;
        return flushMs != long.MaxValue && RecoveryPoint < LogEndOffset && nowMs - Volatile.Read(ref _lastFlushMs) >= flushMs;
    }

    private bool IsFlushDue(LogConfig config) => _offsets.LogEndOffset - RecoveryPoint >= config.FlushMessages;

    private async Task FlushRoundsAsync(long upToOffset)
    {
        while (RecoveryPoint < Math.Min(upToOffset, LogEndOffset))
        {
            _context.Directory.ThrowIfOffline();
            if (_isClosed)
            {
                return; // Closing flushes; deleting makes it pointless.
            }

            Task flush;
            lock (_flushLock)
            {
                // A round that runs already may have begun before the caller's append: wait for it, look again, and share the next one.
                flush = _flush ??= Task.Run(FlushRound);
            }

            await flush.ConfigureAwait(false);
        }
    }

    private void FlushRound()
    {
        try
        {
            Flush();
        }
        finally
        {
            lock (_flushLock)
            {
                _flush = null;
            }
        }
    }

    // Runs on one thread at a time: in a round, or alone while the log is closed.
    private void Flush()
    {
        long startedAt = _context.Time.GetTimestamp();
        long upToOffset;
        bool directoryChanged;
        LogSegment active;
        List<LogSegment> segments;
        string[] snapshots;
        int epochsVersion;
        int movesCount;
        LogContext context;
        string path;
        lock (_lock)
        {
            movesCount = _movesCount;
            context = _context;
            path = _path;
            upToOffset = _offsets.LogEndOffset;
            directoryChanged = _directoryChanged;
            _directoryChanged = false;
            active = _segments[^1];
            segments = TakeUnsynced();
            snapshots = [.. _snapshotsUnsynced];
            _snapshotsUnsynced.Clear();
            epochsVersion = _epochs.Version;
        }

        try
        {
            foreach (LogSegment segment in segments)
            {
                segment.Sync(includeIndexes: _isClosed || !ReferenceEquals(segment, active));
            }

            CloseIndexDescriptors(segments, active);
            // Syncing takes long. A log that was deleted or moved meanwhile has left the directory, and nobody needs what would be written there.
            lock (_filesLock)
            {
                if (path == _path)
                {
                    SyncBesideSegments(context, path, snapshots, epochsVersion, movesCount, directoryChanged);
                }
            }
        }
        catch (Exception exception) when (TryTakeOffline(context, exception))
        {
            throw;
        }
        finally
        {
            foreach (LogSegment segment in segments)
            {
                segment.File.Release();
            }
        }

        RaiseRecoveryPoint(upToOffset, movesCount);
        Volatile.Write(ref _lastFlushMs, _context.NowMs);
        _context.Metrics.Flushed(_context.Time.GetElapsedTime(startedAt));
    }

    // Of segments that were sealed when the flush began, and still are: their indexes are synced, and nothing writes to them.
    private void CloseIndexDescriptors(List<LogSegment> synced, LogSegment wasActive)
    {
        lock (_lock)
        {
            foreach (LogSegment segment in synced)
            {
                if (!ReferenceEquals(segment, wasActive) && !ReferenceEquals(segment, _segments[^1]))
                {
                    segment.CloseIndexDescriptors();
                }
            }
        }
    }

    // Under the lock: the segments with bytes above the recovery point, and sealed ones whose indexes are not on the device; one reference each.
    private List<LogSegment> TakeUnsynced()
    {
        var taken = new List<LogSegment>();
        foreach (LogSegment segment in _sealedUnsynced)
        {
            if (segment.File.TryAddReference())
            {
                taken.Add(segment);
            }
        }

        LogSegment[] segments = _segments;
        long recoveryPoint = RecoveryPoint;
        for (int index = segments.Length - 1; index >= 0; index--)
        {
            long endOffset = index == segments.Length - 1 ? _offsets.LogEndOffset : segments[index + 1].BaseOffset;
            if (endOffset <= recoveryPoint)
            {
                break;
            }

            if (!_sealedUnsynced.Contains(segments[index]) && segments[index].File.TryAddReference())
            {
                taken.Add(segments[index]);
            }
        }

        _sealedUnsynced.Clear();
        return taken;
    }

    private void SyncBesideSegments(LogContext context, string path, string[] snapshots, int epochsVersion, int movesCount, bool directoryChanged)
    {
        foreach (string snapshot in snapshots)
        {
            SyncFile(snapshot);
        }

        WriteEpochs(context, path, epochsVersion, movesCount);
        if (directoryChanged)
        {
            context.Io.SyncDirectory(path);
        }
    }

    // The epochs must be on the device before a recovery point that covers their batches: recovery learns epochs from the batches above it only.
    private void WriteEpochs(LogContext context, string path, int epochsVersion, int movesCount)
    {
        if (epochsVersion == _flushedEpochsVersion)
        {
            return;
        }

        LeaderEpochFile.Write(context.Io, Path.Combine(path, LeaderEpochFile.Name), [.. _epochs.Entries], fsync: true);
        lock (_lock)
        {
            if (movesCount == _movesCount)
            {
                _flushedEpochsVersion = epochsVersion;
            }
        }
    }

    private void SyncFile(string path)
    {
        if (File.Exists(path))
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = _context.Io.Open(path);
            _context.Io.Sync(file);
        }
    }

    // A truncation may have lowered the end meanwhile; it has then set the recovery point itself. Where the log has moved meanwhile, what was
    // flushed are the files that it has left.
    private void RaiseRecoveryPoint(long offset, int movesCount)
    {
        lock (_lock)
        {
            if (offset <= _offsets.LogEndOffset && movesCount == _movesCount)
            {
                Volatile.Write(ref _recoveryPoint, Math.Max(_recoveryPoint, offset));
            }
        }
    }

    private void StartBackgroundFlush()
    {
        if (_backgroundFlush.IsCompleted)
        {
            _backgroundFlush = FlushInBackgroundAsync();
        }
    }

    private async Task FlushInBackgroundAsync()
    {
        try
        {
            await FlushAsync(_offsets.LogEndOffset).ConfigureAwait(false);
        }
        catch (Exception exception) when (Storage.DiskErrors.IsStorageError(exception))
        {
            LogLog.BackgroundWorkFailed(_context.Logger, "flush after roll", exception);
        }
    }
}
