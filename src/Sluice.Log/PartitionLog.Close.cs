using Sluice.Log.Segments;
using Sluice.Log.Storage;

namespace Sluice.Log;

// The end of a log's life: closed in order, or deleted.
public sealed partial class PartitionLog
{
    /// <summary>Flushes the log, writes what a clean start needs, and closes its files. Reads and appends fail from then on.</summary>
    /// <exception cref="IOException">The disk refused; the log directory is offline and the log counts as not closed in order.</exception>
    internal async Task CloseAsync()
    {
        bool wasOnline;
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            wasOnline = _context.Directory.IsOnline;
            _isClosed = true;
        }

        await WaitForFlushesAsync().ConfigureAwait(false);
        try
        {
            if (wasOnline)
            {
                await Task.Run(FinishFiles).ConfigureAwait(false);
            }
        }
        finally
        {
            CloseSegments(_segments, unlink: false, released: null);
        }
    }

    /// <summary>Takes the log out of use and renames its directory.</summary>
    /// <remarks>The new name is on the device once the log directory is synced, which is the caller's: once for all that it deletes.</remarks>
    /// <returns>To be called after that: removes the files after the topic's delay and the last transfer.</returns>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    internal Action Delete() => MoveAside(PartitionDirectoryName.ForDeletion(TopicPartition, Guid.NewGuid())) is not { } newPath
        ? static () => { }
        : () =>
        {
            LogContext context = _context;
            LogSegment[] segments = _segments;
            context.Remover.Schedule(() => RemoveFiles(context, segments, newPath), _config.FileDeleteDelayMs);
        };

    /// <summary>Takes the log out of use and sets its directory aside under a name that no start touches; the log directory is then to be synced.</summary>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    internal void SetAside()
    {
        if (MoveAside(PartitionDirectoryName.ForStray(TopicPartition, Guid.NewGuid())) is not null)
        {
            CloseSegments(_segments, unlink: false, released: null);
        }
    }

    // Null if the log is closed already.
    private string? MoveAside(string directoryName)
    {
        string newPath = System.IO.Path.Combine(_context.Directory.Path, directoryName);
        lock (_filesLock)
        lock (_lock)
        {
            if (_isClosed)
            {
                return null;
            }

            _isClosed = true;
            try
            {
                _context.Io.MoveDirectory(_path, newPath);
            }
            catch (Exception exception) when (TryTakeOffline(exception))
            {
                throw;
            }

            _path = newPath;
            foreach (LogSegment segment in _segments)
            {
                segment.MoveTo(newPath);
            }
        }

        return newPath;
    }

    private void SyncLogDirectory()
    {
        try
        {
            _context.Io.SyncDirectory(_context.Directory.Path);
        }
        catch (Exception exception) when (TryTakeOffline(exception))
        {
            throw;
        }
    }

    private void RemoveFiles(LogContext context, LogSegment[] segments, string path)
    {
        int left = segments.Length;
        // Whoever releases the last segment, perhaps at the end of a transfer, removes the directory with what else lies in it.
        CloseSegments(segments, unlink: true, segment =>
        {
            OnSegmentReleased(segment);
            if (Interlocked.Decrement(ref left) == 0)
            {
                RemoveDirectory(context, path);
            }
        });
    }

    private static void RemoveDirectory(LogContext context, string path)
    {
        try
        {
            context.Io.DeleteDirectory(path);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            LogLog.FileNotRemoved(context.Logger, path, exception);
        }
    }

    private static void CloseSegments(LogSegment[] segments, bool unlink, Action<LogSegment>? released)
    {
        foreach (LogSegment segment in segments)
        {
            segment.Close(unlink, released);
        }
    }

    private async Task WaitForFlushesAsync()
    {
        await _backgroundFlush.ConfigureAwait(false);
        Task? flush;
        lock (_flushLock)
        {
            flush = _flush;
        }

        if (flush is not null)
        {
            await flush.ConfigureAwait(false);
        }
    }

    // Alone by now: no append begins once the log is closed, and no flush is under way.
    private void FinishFiles()
    {
        try
        {
            lock (_lock)
            {
                LogSegment active = _segments[^1];
                active.Seal();
                _sealedUnsynced.Add(active);
                TakeSnapshot(_offsets.LogEndOffset);
            }

            Flush();
        }
        catch (Exception exception) when (TryTakeOffline(exception))
        {
            throw;
        }
    }
}
