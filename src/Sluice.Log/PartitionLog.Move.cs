using Sluice.Log.Moving;
using Sluice.Log.Segments;
using Sluice.Log.Storage;

namespace Sluice.Log;

// Changing the log directory. The log stays the same object with the same offsets, producers and epochs; only its files become others, which have the
// same bytes. How they come to be is decided in Moving/.
public sealed partial class PartitionLog
{
    // Counts the changes of directory: what was begun in the one before says nothing about the files of this one.
    private int _movesCount;

    internal LogContext Context => _context;

    /// <summary>Finds out what there is to copy.</summary>
    /// <returns>Null if the log is closed, or its disk has failed.</returns>
    internal MoveSource? FindMoveSource()
    {
        lock (_lock)
        {
            return IsOnline ? new MoveSource(_segments, _offsets.LogEndOffset, _historyVersion) : null;
        }
    }

    /// <summary>The leader epochs, as lines of their checkpoint, with the version that they are of.</summary>
    internal (IReadOnlyList<Checkpoints.EpochEntry> Entries, int Version) FindEpochs()
    {
        lock (_lock)
        {
            return (_epochs.Entries, _epochs.Version);
        }
    }

    /// <summary>Lets a finished copy take the place of the files.</summary>
    /// <param name="copy">Copies of the segments, nearly all of them, and where they are.</param>
    /// <param name="handOver">Makes the log the other directory's; called under both locks.</param>
    /// <param name="left">What was left, and is the caller's to remove; null unless the log has moved.</param>
    /// <exception cref="IOException">A disk refused; the log is as it was.</exception>
    /// <remarks>
    /// Appends wait while the last bytes, at most <see cref="LogCopy.RestBytesMax"/>, are copied from the page cache into the page cache, and a directory is renamed.
    /// Reads wait for nothing: those that found their bytes in the old files end there.
    /// <para>
    /// What was flushed before counts as flushed only as far as the copy was flushed; from here on an answer that waits for the device waits for the other one.
    /// </para>
    /// </remarks>
    internal MoveOutcome TryMoveTo(LogCopy copy, Action handOver, out LeftFiles? left)
    {
        left = null;
        lock (_filesLock)
        lock (_lock)
        {
            if (!IsOnline)
            {
                return MoveOutcome.Gone;
            }

            LogSegment[] old = _segments;
            if (_historyVersion != copy.HistoryVersion || !copy.IsOf(old))
            {
                return MoveOutcome.Changed;
            }

            if (copy.RestBytes(old) > copy.RestBytesMax)
            {
                return MoveOutcome.Behind;
            }

            LogSegment[] moved = copy.Finish(old, _config);
            string path = System.IO.Path.Combine(copy.To.Directory.Path, TopicPartition.ToString());
            copy.To.Io.MoveDirectory(copy.Path, path);
            foreach (LogSegment segment in moved)
            {
                segment.MoveTo(path);
            }

            left = new LeftFiles(_context, _path, old);
            Volatile.Write(ref _generation, _generation + 1);
            Interlocked.Increment(ref _historyVersion);
            _movesCount++;
            _context = copy.To;
            _path = path;
            _segments = moved;
            Volatile.Write(ref _recoveryPoint, Math.Min(_recoveryPoint, copy.FlushedOffset));
            Volatile.Write(ref _checkpointedRecoveryPoint, 0);
            _sealedUnsynced.Clear();
            _sealedUnsynced.AddRange(copy.FindUnsynced(moved[..^1]));
            _snapshotsUnsynced.Clear();
            _snapshotsUnsynced.AddRange(copy.SnapshotsUnsynced.Select(name => System.IO.Path.Combine(path, name)));
            _flushedEpochsVersion = copy.EpochsVersion;
            _directoryChanged = true;
            handOver();
            Publish();
            Interlocked.Increment(ref _generation);
            return MoveOutcome.Moved;
        }
    }

    /// <summary>Waits until nothing flushes the files that the log has left, and what it has now is on the device.</summary>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    internal async Task FlushAfterMoveAsync()
    {
        await WaitForFlushesAsync().ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Gives a copy that turned out to be the log its lasting name; that is on the device when this returns.</summary>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    internal void TakeLiveName()
    {
        lock (_filesLock)
        {
            lock (_lock)
            {
                string path = System.IO.Path.Combine(_context.Directory.Path, TopicPartition.ToString());
                if (path != _path)
                {
                    try
                    {
                        _context.Io.MoveDirectory(_path, path);
                    }
                    catch (Exception exception) when (TryTakeOffline(exception))
                    {
                        throw;
                    }

                    _path = path;
                    foreach (LogSegment segment in _segments)
                    {
                        segment.MoveTo(path);
                    }
                }
            }

            SyncLogDirectory();
        }
    }

    /// <summary>Closes the files of a copy that is not the log, as they are.</summary>
    internal void Abandon()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        CloseSegments(_segments, unlink: false, released: null);
    }
}
