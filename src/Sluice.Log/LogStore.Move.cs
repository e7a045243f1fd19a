using System.Collections.Immutable;
using Sluice.Log.Moving;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log;

// Partitions that change from one log directory to another, and what a start finds of changes that were interrupted.
public sealed partial class LogStore
{
    /// <summary>Most partitions that are not there yet whose directory is remembered: anybody who may move can name as many as they like.</summary>
    private const int PreferencesMax = 10_000;

    private readonly Dictionary<TopicPartition, LogManager> _preferences = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly MovePace _pace;
    private readonly LogMover _mover;
    private int _changesOfPlaceCount;

    /// <summary>Bytes per second that all moves together copy at most, 0 or more. Kafka <c>replica.alter.log.dirs.io.max.bytes.per.second</c>.</summary>
    public long MoveBytesPerSecondMax
    {
        get => _pace.BytesPerSecond;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _pace.BytesPerSecond = value;
        }
    }

    /// <summary>Threads that copy, 1 or more. Kafka <c>num.replica.alter.log.dirs.threads</c>; as many as there are directories at first.</summary>
    public int MoveThreads
    {
        get => _mover.ThreadsMax;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _mover.ThreadsMax = value;
        }
    }

    /// <summary>Copies that are being made; a snapshot.</summary>
    public IReadOnlyList<FutureReplica> FutureReplicas =>
    [
        .. _managers.SelectMany(static manager => manager.Futures).Where(static move => move.IsUnderWay).Select(static move => new FutureReplica(
            move.Log.TopicPartition, move.To.LogDirectory, move.Copy.SizeBytes, Math.Max(0, move.Log.LogEndOffset - move.Copy.EndOffset))),
    ];

    internal bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Has a partition change to another directory, while it is used; or stay where it is, if that is the one.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="path">Full path of the directory.</param>
    /// <returns>
    /// NONE once the copy has begun, or the partition is in the directory; LOG_DIR_NOT_FOUND; KAFKA_STORAGE_ERROR while any directory is offline, or where the copy
    /// cannot be begun; INVALID_TOPIC_EXCEPTION if the copy's name would be too long; INVALID_REPLICA_ASSIGNMENT if the directory is cordoned; REPLICA_NOT_AVAILABLE if there is no such partition, whose directory is
    /// remembered until it is made.
    /// </returns>
    public ErrorCode Move(TopicPartition topicPartition, string path)
    {
        if (PartitionDirectoryName.ForFuture(topicPartition, Guid.NewGuid()) is not { } name)
        {
            return ErrorCode.InvalidTopicException;
        }

        LogDirectory? directory = Directories.FirstOrDefault(each => each.Path == path);
        if (directory is null)
        {
            return ErrorCode.LogDirNotFound;
        }

        LogManager? to = _managers.FirstOrDefault(manager => ReferenceEquals(manager.LogDirectory, directory));
        if (!directory.IsOnline || to is null)
        {
            return ErrorCode.KafkaStorageError;
        }

        if (IsCordoned(directory))
        {
            return ErrorCode.InvalidReplicaAssignment;
        }

        lock (_moveLock)
        {
            return Move(topicPartition, to, name);
        }
    }

    /// <summary>Lets a copy take its log's place for everybody who runs.</summary>
    internal MoveOutcome ChangePlaces(LogMove move, out LeftFiles? left)
    {
        // It is in the new one before it is out of the old one. Who has looked into the new one too early looks again, having seen the count change.
        lock (_createLock)
        {
            return move.Log.TryMoveTo(
                move.Copy,
                () =>
                {
                    move.To.Adopt(move.Log);
                    Interlocked.Increment(ref _changesOfPlaceCount);
                    move.From.Release(move.Log);
                },
                out left);
        }
    }

    // One request at a time: what it cancels must not be begun by another one.
    private ErrorCode Move(TopicPartition topicPartition, LogManager to, string name)
    {
        bool isUnderWay = false;
        if (FindMove(topicPartition) is { } present)
        {
            isUnderWay = present.IsUnderWay && present.To == to && ReferenceEquals(Find(topicPartition), present.Log);
            if (!isUnderWay) Cancel(present);
        }

        if (Find(topicPartition) is not { } log)
        {
            Prefer(topicPartition, to);
            return ErrorCode.ReplicaNotAvailable;
        }

        LogManager from = _managers.First(manager => ReferenceEquals(manager.Context, log.Context));
        if (!log.IsOnline)
        {
            return ErrorCode.KafkaStorageError;
        }

        if (from == to || isUnderWay)
        {
            return ErrorCode.None;
        }

        // As Kafka: a copy may have been begun in a directory that is offline now.
        return IsWhole ? Begin(log, from, to, name) : ErrorCode.KafkaStorageError;
    }

    private ErrorCode Begin(PartitionLog log, LogManager from, LogManager to, string name)
    {
        try
        {
            string path = to.CreateFuture(log, name);
            Begin(new LogMove(this, log, from, to, path, isResumed: false, _pace, _stopping.Token));
            return ErrorCode.None;
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            if (DiskErrors.IsRefusal(exception)) LogLog.MoveWaitsForRoom(to.Context.Logger, log.TopicPartition, to.LogDirectory.Path, exception);
            else to.LogDirectory.MarkOffline(exception);
            return ErrorCode.KafkaStorageError;
        }
    }

    private void Begin(LogMove move)
    {
        move.To.BeginFuture(move);
        LogLog.MoveBegun(move.To.Context.Logger, move.Log.TopicPartition, move.To.LogDirectory.Path);
        _mover.Add(move);
    }

    private LogMove? FindMove(TopicPartition topicPartition) =>
        _managers.Select(manager => manager.FindFuture(topicPartition)).FirstOrDefault(static move => move is not null);

    // Waits until a move that changes places just now is done with it.
    private void Cancel(LogMove move)
    {
        if (move.Cancel())
        {
            move.To.EndFuture(move);
            _mover.Hurry();
        }
    }

    // Before a log is deleted or set aside.
    private void CancelMoveOf(TopicPartition topicPartition)
    {
        lock (_moveLock)
        {
            foreach (LogManager manager in _managers)
            {
                if (manager.FindFuture(topicPartition) is { } move) Cancel(move);
            }
        }
    }

    private void Prefer(TopicPartition topicPartition, LogManager to)
    {
        lock (_createLock)
        {
            if (_preferences.Count < PreferencesMax || _preferences.ContainsKey(topicPartition)) _preferences[topicPartition] = to;
        }
    }

    // Under the lock of creations.
    private LogManager? TakePreference(TopicPartition topicPartition) =>
        _preferences.Remove(topicPartition, out LogManager? preferred) && preferred.LogDirectory.IsOnline ? preferred : null;

    // At the start, before anybody else knows of the logs: a partition that is in two directories because a move was interrupted stays in one.
    private void DecideMoves()
    {
        foreach (LogManager manager in _managers)
        {
            foreach (TopicPartition topicPartition in manager.MarkedCopies.Keys.ToArray()) DecideCopy(manager, topicPartition);
        }

        foreach (LogManager manager in _managers)
        {
            foreach (PartitionLog log in manager.Logs.ToArray())
            {
                if (manager.IsMarked(log.TopicPartition, out _)) DecideLive(manager, log);
            }
        }
    }

    // The copy has not got the log's name: it may be short of what was appended last, or the name may be what a power cut has taken.
    private void DecideCopy(LogManager manager, TopicPartition topicPartition)
    {
        PartitionLog copy = manager.MarkedCopies[topicPartition];
        PartitionLog? log = Find(topicPartition);
        if (log is null && !IsWhole)
        {
            LogLog.MoveUndecided(manager.Context.Logger, topicPartition, copy.DirectoryPath);
        }
        else if (log is null || copy.LogEndOffset > log.LogEndOffset)
        {
            manager.Promote(topicPartition);
        }
        else
        {
            manager.Demote(topicPartition);
        }
    }

    // The copy has got the name, so it had everything at that moment, in memory at least, and was appended to since.
    private void DecideLive(LogManager manager, PartitionLog log)
    {
        LogManager? other = _managers.FirstOrDefault(each => each != manager && each.Find(log.TopicPartition) is not null);
        if (other?.Find(log.TopicPartition) is { } original)
        {
            if (MoveMarker.IsIn(original.DirectoryPath)) return; // Which of them is which nobody can tell; the start is refused.
            bool isMoved = log.LogEndOffset >= original.LogEndOffset;
            LogLog.MoveDecided(manager.Context.Logger, log.TopicPartition, (isMoved ? log : original).DirectoryPath, (isMoved ? original : log).DirectoryPath);
            (isMoved ? other : manager).Delete(log.TopicPartition);
            if (!isMoved) return;
        }
        else if (!IsWhole)
        {
            return; // The original may be in the directory that is offline.
        }

        try
        {
            MoveMarker.Remove(manager.Context.Io, log.DirectoryPath);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            manager.LogDirectory.MarkOffline(exception);
        }
    }

    private void ResumeMoves()
    {
        foreach (LogManager manager in _managers)
        {
            foreach ((TopicPartition topicPartition, string path) in manager.FoundFutures) Resume(manager, topicPartition, path);
        }
    }

    private void Resume(LogManager to, TopicPartition topicPartition, string path)
    {
        if (Find(topicPartition) is { } log && !ReferenceEquals(log.Context, to.Context) && FindMove(topicPartition) is null)
        {
            LogManager from = _managers.First(manager => ReferenceEquals(manager.Context, log.Context));
            Begin(new LogMove(this, log, from, to, path, isResumed: true, _pace, _stopping.Token));
        }
        else if (Find(topicPartition) is not null || IsWhole)
        {
            to.RemoveLater(path, LogConfig.Default.FileDeleteDelayMs);
        }
    }

    private async Task StopMovesAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _mover.WaitAsync().ConfigureAwait(false);
        foreach (LogMove move in _managers.SelectMany(static manager => manager.Futures)) move.Close();
    }
}
