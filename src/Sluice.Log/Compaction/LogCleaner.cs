using Sluice.Log.Storage;

namespace Sluice.Log.Compaction;

/// <summary>Compacts the logs of a directory in the background: the dirtiest one first, on threads of its own, not faster than it may.</summary>
/// <remarks>
/// Life cycle: the checkpoint is loaded before anybody appends, <see cref="Start"/>, <see cref="WaitAsync"/> before the logs are closed. A log with which
/// something is wrong is reported and left alone, and the others go on. Safe on any thread.
/// </remarks>
internal sealed class LogCleaner
{
    private readonly LogContext _context;
    private readonly Action _afterRound;
    private readonly CleanerCheckpoint _checkpoint;
    private readonly CleaningChoice _choice;
    private readonly IoThrottle _throttle;
    private readonly CancellationToken _stopping;
    private readonly Lock _threadsLock = new();
    private readonly List<CleanerThread> _threads = [];
    private volatile CleanerSettings _settings;
    private bool _isStarted;

    /// <summary>Makes the cleaner; nothing runs yet.</summary>
    /// <param name="context">What the logs of the directory share.</param>
    /// <param name="logs">Gives the open logs.</param>
    /// <param name="settings">Validated.</param>
    /// <param name="afterRound">Removes old segments of compacted logs; called on a cleaner's thread after each attempt.</param>
    /// <param name="stopping">Gives up the rounds under way and ends the threads.</param>
    public LogCleaner(
        LogContext context, Func<IEnumerable<PartitionLog>> logs, CleanerSettings settings, Action afterRound, CancellationToken stopping)
    {
        _stopping = stopping;
        _context = context;
        _afterRound = afterRound;
        _settings = settings;
        _checkpoint = new CleanerCheckpoint(context);
        _choice = new CleaningChoice(logs, _checkpoint);
        _throttle = new IoThrottle(context.Time, settings.IoBytesPerSecondMax);
        context.Metrics.ObserveCompaction(() => _choice.Uncleanable.Length, () => _choice.DirtyRatioMax);
    }

    /// <summary>Where rounds ended.</summary>
    public CleanerCheckpoint Checkpoint => _checkpoint;

    /// <summary>Who works on which log.</summary>
    public CleaningChoice Choice => _choice;

    /// <summary>The settings; a new value takes effect at once, memory bounds with the next round.</summary>
    public CleanerSettings Settings
    {
        get => _settings;
        set
        {
            value.Validate();
            lock (_threadsLock)
            {
                _settings = value;
                _throttle.BytesPerSecond = value.IoBytesPerSecondMax;
                AddThreads();
                foreach (CleanerThread thread in _threads)
                {
                    thread.Wake();
                }
            }
        }
    }

    /// <summary>What holds rounds to their pace.</summary>
    public IoThrottle Throttle => _throttle;

    /// <summary>Threads that run now.</summary>
    public int ThreadsCount
    {
        get
        {
            lock (_threadsLock)
            {
                return _threads.Count;
            }
        }
    }

    /// <summary>Whether threads work, or will as soon as they are started.</summary>
    public bool IsActive => _settings is { IsEnabled: true, Threads: > 0 };

    /// <summary>Begins to compact.</summary>
    public void Start()
    {
        lock (_threadsLock)
        {
            _isStarted = true;
            AddThreads();
        }
    }

    /// <summary>Waits until the threads have ended, once they have been told to.</summary>
    public Task WaitAsync()
    {
        lock (_threadsLock)
        {
            return Task.WhenAll(_threads.Select(static thread => thread.Ended));
        }
    }

    /// <summary>Does one round over the log that needs it most, on this thread.</summary>
    /// <returns>Whether a log is clean further than before; false also if there was nothing to do.</returns>
    public bool TryRound()
    {
        if (_stopping.IsCancellationRequested || !_choice.TryClaimDirtiest(out PartitionLog? log, out CleanableRange range))
        {
            return false;
        }

        RoundOutcome outcome = RoundOutcome.GivenUp;
        bool isCleanable = true;
        long startedAt = _context.Time.GetTimestamp();
        var counts = new CleaningCounts();
        try
        {
            outcome = Clean(log, range, counts);
        }
        catch (OutOfMemoryException exception)
        {
            LogLog.BackgroundWorkFailed(_context.Logger, "compaction", exception);
        }
        catch (Exception exception)
        {
            // A log whose batches cannot be read stays as it is, for ever dirty; going on with it would keep the others waiting.
            LogLog.PartitionUncleanable(_context.Logger, log.TopicPartition, exception);
            outcome = RoundOutcome.Failed;
            isCleanable = false;
        }
        finally
        {
            _choice.Release(log, isCleanable);
        }

        _context.Metrics.Compacted(outcome, counts, _context.Time.GetElapsedTime(startedAt));
        return outcome == RoundOutcome.Completed;
    }

    private RoundOutcome Clean(PartitionLog log, CleanableRange range, CleaningCounts counts)
    {
        CleanerSettings settings = _settings;
        CleaningSource source = log.BeginCleaning(range);
        var limits = new CleaningLimits(
            settings.MapBytes, settings.LoadFactor, settings.BufferBytes, _context.Options.DecompressedBatchBytesMax);
        try
        {
            var pace = new CleaningPace(_throttle, counts, source, _stopping);
            long endOffset = new LogCleaning(source, limits, pace, counts).Run(_context.NowMs);
            _checkpoint.Set(source, endOffset);
            Report(log, endOffset, counts);
            return endOffset > range.FirstDirtyOffset ? RoundOutcome.Completed : RoundOutcome.GivenUp;
        }
        catch (OperationCanceledException exception)
        {
            LogLog.CompactionGivenUp(_context.Logger, log.TopicPartition, exception.Message);
            return RoundOutcome.GivenUp;
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            return OnStorageError(log, exception);
        }
    }

    private RoundOutcome OnStorageError(PartitionLog log, Exception exception)
    {
        if (_context.Directory.IsOnline && !log.IsOnline)
        {
            return RoundOutcome.GivenUp; // The log was closed, and its directory renamed, between two calls.
        }

        // Once old files have left their names every error has taken the directory offline; until then the log is as it was.
        if (_context.Directory.IsOnline && (DiskErrors.IsRefusal(exception) || (exception is IOException io && DiskErrors.IsShortage(io))))
        {
            LogLog.CompactionRefused(_context.Logger, log.TopicPartition, exception);
            return RoundOutcome.Refused;
        }

        _context.Directory.MarkOffline(exception);
        return RoundOutcome.Failed;
    }

    private void Report(PartitionLog log, long endOffset, CleaningCounts counts)
    {
        if (counts.RecordsWithoutKey > 0)
        {
            LogLog.RecordsWithoutKeyRemoved(_context.Logger, log.TopicPartition, counts.RecordsWithoutKey);
        }

        LogLog.Compacted(
            _context.Logger, log.TopicPartition, endOffset, counts.RecordsRead - counts.RecordsKept, counts.RecordsRead, counts.ReplacedSegments,
            counts.ReplacedBytes, counts.NewSegments, counts.BytesWritten);
    }

    // Under the threads lock.
    private void AddThreads()
    {
        while (_isStarted && !_stopping.IsCancellationRequested && IsActive && _threads.Count < _settings.Threads)
        {
            _threads.Add(new CleanerThread($"log-cleaner-{_threads.Count}", _context.Time, Work, _stopping));
        }
    }

    // On a cleaner's thread.
    private TimeSpan? Work(CleanerThread thread)
    {
        lock (_threadsLock)
        {
            if (!_context.Directory.IsOnline || !IsActive || _threads.IndexOf(thread) >= _settings.Threads)
            {
                _threads.Remove(thread);
                return null;
            }
        }

        try
        {
            bool hasCleaned = TryRound();
            _afterRound();
            return hasCleaned ? TimeSpan.Zero : RestAfter(_settings.BackoffMs);
        }
        catch (Exception exception)
        {
            // Choosing, or removing old segments, failed; a thread that dies would take the process with it.
            LogLog.BackgroundWorkFailed(_context.Logger, "compaction", exception);
            return RestAfter(Math.Max(_settings.BackoffMs, 1000));
        }
    }

    // Even a backoff of nothing must not look at every log without a pause. Timers take at most about 49 days.
    private static TimeSpan RestAfter(long backoffMs) => TimeSpan.FromMilliseconds(Math.Clamp(backoffMs, 1, uint.MaxValue - 2));
}
