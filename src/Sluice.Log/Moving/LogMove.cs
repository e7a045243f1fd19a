using Sluice.Log.Storage;

namespace Sluice.Log.Moving;

/// <summary>One partition on its way from one log directory to another of the same broker.</summary>
/// <remarks>
/// <para>
/// Copied lap by lap while everything else goes on; when little is left, compaction and retention of the log are held off, what was copied is flushed, a
/// <see cref="MoveMarker"/> is put into the copy, and the two change places. What survives what: docs/operations/durability.md.
/// </para>
/// <para>Run by one mover's thread at a time; <see cref="Cancel"/> and the numbers on any thread.</para>
/// </remarks>
internal sealed class LogMove
{
    private const int LapsMax = 12;

    private readonly LogStore _store;
    private readonly CancellationTokenSource _cancellation;
    private readonly LogCopy _copy;
    private readonly Lock _finishLock = new();
    private readonly Lock _pathLock = new();
    private volatile bool _isCancelled;
    private volatile bool _isDone;

    /// <param name="store">Whose partition it is.</param>
    /// <param name="log">The partition.</param>
    /// <param name="from">The directory that it is in.</param>
    /// <param name="to">The directory that it is to be in.</param>
    /// <param name="path">Path of the copy; it exists.</param>
    /// <param name="isResumed">Whether an earlier process began it.</param>
    /// <param name="pace">Of all moves together.</param>
    /// <param name="stopping">The broker stops; the next start goes on.</param>
    public LogMove(
        LogStore store, PartitionLog log, LogManager from, LogManager to, string path, bool isResumed, MovePace pace, CancellationToken stopping)
    {
        _store = store;
        Log = log;
        From = from;
        To = to;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _copy = new LogCopy(log, to.Context, path, isResumed, pace);
    }

    public PartitionLog Log { get; }

    public LogManager From { get; }

    public LogManager To { get; }

    /// <summary>Where the copy is, and how far it reaches.</summary>
    public LogCopy Copy => _copy;

    /// <summary>Whether the move is still wanted and not done yet.</summary>
    public bool IsUnderWay => !_isCancelled && !_isDone;

    /// <summary>Gives the move up: its directory loses the name by which a start would go on with it. Waits while the two are changing places.</summary>
    /// <returns>False if the log has moved already.</returns>
    public bool Cancel()
    {
        _isCancelled = true;
        _cancellation.Cancel();
        lock (_finishLock)
        {
            if (_isDone)
            {
                return false;
            }

            TryGiveUpName();
            return true;
        }
    }

    /// <summary>Goes on.</summary>
    /// <returns>When to come back.</returns>
    public MoveStep Run()
    {
        try
        {
            if (!IsUnderWay || !Log.IsOnline || !To.LogDirectory.IsOnline)
            {
                return End();
            }

            // Left where taking it away failed, or by a start that found the copy to be the shorter one.
            MoveMarker.Remove(To.Context.Io, _copy.Path);
            _copy.CatchUp(isPaced: true, _cancellation.Token);
            return Log.IsOnline ? TryFinish() : End();
        }
        catch (OperationCanceledException)
        {
            return IsUnderWay && !_cancellation.IsCancellationRequested ? MoveStep.Again : End();
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            return OnStorageError(exception);
        }
        catch (Exception exception)
        {
            // A mistake of ours must not end the thread that other moves wait for; the partition stays where it is.
            LogLog.BackgroundWorkFailed(To.Context.Logger, "move between log directories", exception);
            return End();
        }
    }

    /// <summary>Closes the copy's files where they are. When no thread runs the move any more.</summary>
    public void Close()
    {
        if (!_isDone)
        {
            _copy.Close();
        }
    }

    // Closes the copy's files; if the move was given up, removes them.
    private MoveStep End()
    {
        if (_isDone)
        {
            return MoveStep.Ended;
        }

        _copy.Close();
        // A stop leaves everything for the next start, and so does a disk that failed. A partition that is deleted, or set aside, needs no copy.
        bool isPartitionGone = !Log.IsOnline && Log.LogDirectory.IsOnline && !_store.IsStopping;
        if ((_isCancelled || isPartitionGone) && To.LogDirectory.IsOnline)
        {
            lock (_finishLock)
            {
                TryGiveUpName();
            }

            To.RemoveLeftover(_copy.Path);
            LogLog.MoveGivenUp(To.Context.Logger, Log.TopicPartition, To.LogDirectory.Path);
        }

        To.EndFuture(this);
        return MoveStep.Ended;
    }

    private void TryGiveUpName()
    {
        lock (_pathLock)
        {
            if (!_copy.Path.EndsWith(PartitionDirectoryName.FutureSuffix, StringComparison.Ordinal))
            {
                return;
            }

            string path = Path.Combine(To.LogDirectory.Path, PartitionDirectoryName.ForDeletion(Log.TopicPartition, Guid.NewGuid()));
            try
            {
                To.Context.Io.MoveDirectory(_copy.Path, path);
                _copy.Path = path;
                To.Context.Io.SyncDirectory(To.LogDirectory.Path);
            }
            catch (Exception exception) when (DiskErrors.IsStorageError(exception))
            {
                LogLog.FileNotRemoved(To.Context.Logger, _copy.Path, exception);
            }
        }
    }

    private MoveStep OnStorageError(Exception exception)
    {
        if (!IsUnderWay || !Log.IsOnline || !To.LogDirectory.IsOnline)
        {
            return End(); // Names that changed under the copy, or a disk that has failed already.
        }

        if (exception is FileNotFoundException or DirectoryNotFoundException && Directory.Exists(_copy.Path))
        {
            return MoveStep.Again; // A small file of the original was replaced meanwhile.
        }

        if (exception is IOException io && DiskErrors.IsShortage(io))
        {
            LogLog.MoveWaitsForRoom(To.Context.Logger, Log.TopicPartition, To.LogDirectory.Path, exception);
            return MoveStep.Later;
        }

        // The kernel does not say which end of a copy failed. If the original can be read, it is the other one.
        LogManager failed = _copy.CanReadOriginal() ? To : From;
        failed.LogDirectory.MarkOffline(exception);
        return End();
    }

    private MoveStep TryFinish()
    {
        // Whoever compacts the log, or removes segments, would make the copy worthless at the last moment.
        if (!From.LogCleaner.Choice.TryClaim(Log))
        {
            return MoveStep.Soon;
        }

        try
        {
            return Finish();
        }
        finally
        {
            From.LogCleaner.Choice.Release(Log);
        }
    }

    private MoveStep Finish()
    {
        bool isMarked = false;
        try
        {
            for (int lap = 0; lap < LapsMax; lap++)
            {
                if (!_copy.CatchUp(isPaced: false, _cancellation.Token) && isMarked)
                {
                    break;
                }

                _copy.Sync();
                if (!isMarked)
                {
                    To.PrepareFor(this, From.LogCleaner.Checkpoint.Find(Log.TopicPartition));
                    // From here on a start may find the copy to be the log.
                    isMarked = true;
                    MoveMarker.Write(To.Context.Io, _copy.Path, From.LogDirectory.Path);
                }

                // What came while that was flushed is copied once more, so that next to nothing is left for the moment in which appends wait.
                if (!_copy.CatchUp(isPaced: false, _cancellation.Token))
                {
                    break;
                }

                lock (_finishLock)
                {
                    MoveOutcome outcome = TrySwap(out LeftFiles? left);
                    if (left is not null)
                    {
                        AfterSwap(left);
                        return MoveStep.Ended;
                    }

                    if (outcome != MoveOutcome.Behind)
                    {
                        break;
                    }
                }

                _copy.RestBytesMax = Math.Min(2 * _copy.RestBytesMax, 64 * 1024 * 1024);
            }

            return Log.IsOnline ? MoveStep.Again : End();
        }
        finally
        {
            if (isMarked && !_isDone)
            {
                // A copy that is changed otherwise than at its end must not be taken for the log.
                MoveMarker.Remove(To.Context.Io, _copy.Path);
            }
        }
    }

    private MoveOutcome TrySwap(out LeftFiles? left)
    {
        if (_isCancelled)
        {
            left = null;
            return MoveOutcome.Gone;
        }

        MoveOutcome outcome = _store.ChangePlaces(this, out left);
        _isDone = outcome == MoveOutcome.Moved;
        return outcome;
    }

    // Until this ends nobody else may delete the log, or have it move on: there is a directory with its name in both places.
    private void AfterSwap(LeftFiles left)
    {
        try
        {
            MakeItLast(left);
        }
        finally
        {
            To.EndFuture(this);
        }
    }

    // The log is in the new place for everybody who runs; now for those who start later. Each step is on the device before the next one begins.
    private void MakeItLast(LeftFiles left)
    {
        LogLog.Moved(To.Context.Logger, Log.TopicPartition, From.LogDirectory.Path, To.LogDirectory.Path, Log.SizeBytes);
        try
        {
            // On a thread that nobody else waits for.
            Log.FlushAfterMoveAsync().GetAwaiter().GetResult();
            To.Context.Io.SyncDirectory(To.LogDirectory.Path);
            To.CheckpointAll();
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            To.LogDirectory.MarkOffline(exception);
            left.Leave();
            return;
        }

        try
        {
            left.Remove(Log.TopicPartition, Log.Config.FileDeleteDelayMs);
            From.LogCleaner.Checkpoint.Forget(Log.TopicPartition);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            From.LogDirectory.MarkOffline(exception);
            return; // The marker stays: the next start may find both.
        }

        try
        {
            MoveMarker.Remove(To.Context.Io, Log.DirectoryPath);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            To.LogDirectory.MarkOffline(exception);
        }
    }
}
