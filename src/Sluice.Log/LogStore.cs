using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Sluice.Log.Moving;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log;

/// <summary>All partitions of a broker, over one or several log directories, each with a disk of its own perhaps.</summary>
/// <remarks>
/// Safe on any thread. A directory whose disk fails goes offline with its partitions, and the others go on. Which directory a partition is in is
/// known from the directories alone; so while one of them is offline, a partition that is nowhere else is taken to be in it, and not made anew.
/// </remarks>
public sealed partial class LogStore : IAsyncDisposable
{
    private readonly ImmutableArray<LogManager> _managers;
    private readonly Lock _createLock = new();
    private readonly Lock _moveLock = new();
    private volatile IReadOnlySet<string> _cordoned = ImmutableHashSet<string>.Empty;

    private LogStore(ImmutableArray<LogManager> managers, ImmutableArray<LogDirectory> directories, TimeProvider timeProvider)
    {
        _managers = managers;
        Directories = directories;
        _pace = new MovePace(timeProvider);
        _mover = new LogMover(timeProvider, _stopping.Token) { ThreadsMax = directories.Length };
    }

    /// <summary>Every directory in the order of the setting, those that could not be opened among them, offline.</summary>
    public IReadOnlyList<LogDirectory> Directories { get; }

    /// <summary>Whether any directory can be used.</summary>
    public bool IsOnline => Directories.Any(static directory => directory.IsOnline);

    /// <summary>Whether every directory can be used, so that a partition that is not found is nowhere.</summary>
    public bool IsWhole => Directories.All(static directory => directory.IsOnline);

    /// <summary>Every open partition, those of directories that went offline since the start among them; a snapshot.</summary>
    public IReadOnlyCollection<PartitionLog> Logs =>
        _managers is [var only] ? only.Logs : [.. _managers.SelectMany(static manager => manager.Logs)];

    /// <summary>Bytes of batches that were received straight into their logs since the start: <see cref="PartitionLog.TryAppendArrived"/>.</summary>
    public long ReceivedInPlaceBytes => _managers.Sum(static manager => manager.Context.Metrics.ReceivedInPlaceBytes);

    /// <summary>What opening the directories found and did.</summary>
    public RecoverySummary Recovery => _managers is [var only]
        ? only.Recovery
        : new RecoverySummary(
            _managers.All(static manager => manager.Recovery.WasClean),
            _managers.Sum(static manager => manager.Recovery.LogsLoaded),
            _managers.Sum(static manager => manager.Recovery.SegmentsScanned),
            [.. _managers.SelectMany(static manager => manager.Recovery.Truncations)],
            _managers.Max(static manager => manager.Recovery.Duration));

    /// <summary>How logs are compacted in the background, over all directories, which share the threads, the memory and the pace.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting lies outside its range.</exception>
    public CleanerSettings Cleaner
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate();
            foreach (LogManager manager in _managers) manager.Cleaner = value.ShareOf(_managers.Length);
            field = value;
        }
    } = CleanerSettings.Default;

    /// <summary>Partitions that are not compacted any more because a round met damage.</summary>
    public IReadOnlyList<TopicPartition> UncleanablePartitions => [.. _managers.SelectMany(static manager => manager.UncleanablePartitions)];

    /// <summary>Full paths of directories that get no new partitions. Kafka <c>cordoned.log.dirs</c>; "*" is all.</summary>
    public IReadOnlySet<string> Cordoned
    {
        get => _cordoned;
        set => _cordoned = value ?? throw new ArgumentNullException(nameof(value));
    }

    internal IReadOnlyList<LogManager> Managers => _managers;

    /// <summary>Whether a directory gets no new partitions.</summary>
    public bool IsCordoned(LogDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return _cordoned.Contains("*") || _cordoned.Contains(directory.Path);
    }

    /// <summary>Opens every directory with every partition in it, side by side.</summary>
    /// <param name="options">The directories, one or more, no path twice; settings of the cleaner are taken from the first, and shared out.</param>
    /// <param name="configOf">Gives the settings of a partition that is found; called on several threads.</param>
    /// <param name="timeProvider">The clock and its timers.</param>
    /// <param name="loggerFactory">Makes the logger of the category <c>Sluice.Log</c>.</param>
    /// <param name="progress">Hears of every partition that is ready; null for nobody.</param>
    /// <param name="cancellationToken">Gives up; the directories are then as after a crash.</param>
    /// <returns>The store; the caller disposes it. A directory whose disk refuses is offline in it.</returns>
    /// <exception cref="LogDirectoryLockedException">Another broker has one of the directories open.</exception>
    /// <exception cref="InvalidDataException">A directory holds what is no partition, or a partition is in two directories.</exception>
    /// <exception cref="IOException">No directory can be used.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may use none of the directories.</exception>
    public static async Task<LogStore> OpenAsync(
        IReadOnlyList<LogManagerOptions> options,
        Func<TopicPartition, LogConfig> configOf,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        IProgress<LogLoadProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        ArgumentOutOfRangeException.ThrowIfZero(options.Count);
        CleanerSettings cleaner = options[0].Cleaner;
        foreach (LogManagerOptions each in options) each.Cleaner = cleaner.ShareOf(options.Count);
        JoinedLoadProgress joined = new(progress, options.Count);
        Task<LogManager>[] opening =
        [
            .. options.Select((each, index) => Task.Run(
                () => LogManager.OpenAsync(each, configOf, timeProvider, loggerFactory, joined.Of(index), cancellationToken), cancellationToken)),
        ];
        await ((Task)Task.WhenAll(opening)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        LogManager[] opened = [.. opening.Where(static task => task.IsCompletedSuccessfully).Select(static task => task.Result)];
        try
        {
            LogDirectory[] directories = [.. opening.Select((task, index) => DirectoryOf(task, options[index].LogDirectory, loggerFactory))];
            if (opened.Length == 0) await opening[0].ConfigureAwait(false);
            var store = new LogStore([.. opened], [.. directories], timeProvider);
            store.DecideMoves();
            ThrowIfTwice(opened);
            store.Cleaner = cleaner;
            store.ResumeMoves();
            return store;
        }
        catch
        {
            foreach (LogManager manager in opened) await manager.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Finds an open partition.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <returns>Its log; null if no directory that was opened holds it.</returns>
    public PartitionLog? Find(TopicPartition topicPartition)
    {
        int changesCount;
        do
        {
            changesCount = Volatile.Read(ref _changesOfPlaceCount);
            foreach (LogManager manager in _managers)
            {
                if (manager.Find(topicPartition) is { } log) return log;
            }
        }
        while (changesCount != Volatile.Read(ref _changesOfPlaceCount));

        return null;
    }

    /// <summary>Makes a new, empty partition in the directory that has the fewest; it is on the device when this returns.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="topicId">Id of its topic; zero writes none.</param>
    /// <param name="config">The topic's settings.</param>
    /// <param name="isNew">
    /// Whether the partition did not exist until now. One that did, and is not found, may be in a directory that is offline, and an empty one beside it would
    /// be a loss.
    /// </param>
    /// <returns>Its log; the existing one if a directory holds the partition already under the same topic id.</returns>
    /// <exception cref="InvalidOperationException">A directory holds the partition under another topic id.</exception>
    /// <exception cref="IOException">No directory is online and open to new partitions, there is no room, or the partition may be in a directory that is offline.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it.</exception>
    public PartitionLog Create(TopicPartition topicPartition, Uuid topicId, LogConfig config, bool isNew)
    {
        lock (_createLock)
        {
            foreach (LogManager manager in _managers)
            {
                if (manager.Find(topicPartition) is not null) return manager.Create(topicPartition, topicId, config);
            }

            if (!isNew && Directories.FirstOrDefault(static directory => !directory.IsOnline) is { } offline)
                throw new IOException($"{topicPartition} may be in {offline.Path}, which is offline.", offline.Failure);
            return (TakePreference(topicPartition) ?? EmptiestDirectory()).Create(topicPartition, topicId, config);
        }
    }

    /// <summary>Deletes partitions wherever they are: out of use and renamed at once, their files removed after the topic's delay. Unknown ones are ignored.</summary>
    /// <param name="topicPartitions">The partitions, such as all of a topic: each directory that holds some is synced once.</param>
    /// <exception cref="IOException">The disk refused; the directory is offline. Those of other directories are deleted nevertheless.</exception>
    public void Delete(params IReadOnlyCollection<TopicPartition> topicPartitions)
    {
        ArgumentNullException.ThrowIfNull(topicPartitions);
        foreach (TopicPartition topicPartition in topicPartitions) CancelMoveOf(topicPartition);
        lock (_createLock)
        {
            foreach (TopicPartition topicPartition in topicPartitions) _preferences.Remove(topicPartition);
            Exception? failure = null;
            foreach (LogManager manager in _managers)
            {
                try
                {
                    manager.Delete(topicPartitions);
                }
                catch (Exception exception) when (DiskErrors.IsStorageError(exception))
                {
                    failure ??= exception;
                }
            }

            if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Sets a partition aside that the cluster does not know of: out of use, renamed, never removed by itself. Unknown ones are ignored.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <exception cref="IOException">The disk refused; the directory is offline.</exception>
    public void SetAside(TopicPartition topicPartition)
    {
        CancelMoveOf(topicPartition);
        lock (_createLock)
        {
            foreach (LogManager manager in _managers) manager.SetAside(topicPartition);
        }
    }

    /// <summary>Closes every directory: see <see cref="LogManager.DisposeAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopMovesAsync().ConfigureAwait(false);
        await Task.WhenAll(_managers.Select(static manager => manager.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private LogManager EmptiestDirectory()
    {
        LogManager? best = null;
        foreach (LogManager manager in _managers)
        {
            bool isOpen = manager.LogDirectory.IsOnline && !IsCordoned(manager.LogDirectory);
            if (isOpen && (best is null || manager.Logs.Count < best.Logs.Count)) best = manager;
        }

        if (best is not null) return best;
        Exception? failure = Directories.Select(static directory => directory.Failure).FirstOrDefault(static failure => failure is not null);
        throw new IOException(IsOnline ? "Every log directory that is online is cordoned (cordoned.log.dirs)." : "Every log directory is offline.", failure);
    }

    private static LogDirectory DirectoryOf(Task<LogManager> opening, string path, ILoggerFactory loggerFactory)
    {
        if (opening.IsCompletedSuccessfully) return opening.Result.LogDirectory;
        if (opening.Exception?.InnerException is not { } failure) throw new OperationCanceledException($"Opening {path} was given up.");

        // A disk that refuses is that directory's own affair; what somebody has to look into is everybody's.
        if (failure is LogDirectoryLockedException || !DiskErrors.IsStorageError(failure)) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        var directory = new LogDirectory(path, loggerFactory.CreateLogger("Sluice.Log"));
        directory.MarkOffline(failure);
        return directory;
    }

    private static void ThrowIfTwice(IReadOnlyList<LogManager> managers)
    {
        var seen = new Dictionary<TopicPartition, string>();
        foreach (PartitionLog log in managers.SelectMany(static manager => manager.Logs))
        {
            if (!seen.TryAdd(log.TopicPartition, log.DirectoryPath))
                throw new InvalidDataException($"{log.TopicPartition} is in two places, {seen[log.TopicPartition]} and {log.DirectoryPath}; move the one that is not wanted out of the log directories.");
        }
    }
}
