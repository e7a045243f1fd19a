using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Log.Checkpoints;
using Sluice.Log.Moving;
using Sluice.Log.Storage;

namespace Sluice.Log;

// Opening a log directory: its lock, its checkpoints, every partition in it.
public sealed partial class LogManager
{
    private static readonly string[] DirectoriesOfOthers = ["__cluster_metadata-0", "remote-log-index-cache"];

    /// <summary>Opens a log directory with every partition in it.</summary>
    /// <param name="options">Which directory, and how it is kept.</param>
    /// <param name="configOf">Gives the settings of a partition that is found in the directory; called on several threads.</param>
    /// <param name="timeProvider">The clock and its timers.</param>
    /// <param name="loggerFactory">Makes the logger of the category <c>Sluice.Log</c>.</param>
    /// <param name="progress">Hears of every partition that is ready; null for nobody.</param>
    /// <param name="cancellationToken">Gives up; the directory is then as after a crash.</param>
    /// <returns>The manager; the caller disposes it.</returns>
    /// <exception cref="LogDirectoryLockedException">Another broker has the directory open.</exception>
    /// <exception cref="InvalidDataException">A directory in it is no partition's, or a partition's topic id cannot be read.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static async Task<LogManager> OpenAsync(
        LogManagerOptions options,
        Func<TopicPartition, LogConfig> configOf,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        IProgress<LogLoadProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(configOf);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        Directory.CreateDirectory(options.LogDirectory);
        LogDirectoryLock directoryLock = options.DirectoryLock ?? LogDirectoryLock.Take(options.LogDirectory);
        ILogger logger = loggerFactory.CreateLogger("Sluice.Log");
        var context = new LogContext(
            new LogDirectory(options.LogDirectory, logger),
            options.FileIo,
            timeProvider,
            logger,
            new LogMetrics(options.Meters),
            new DelayedRemover(timeProvider),
            options);
        var manager = new LogManager(context, directoryLock, configOf);
        context.Directory.RecoveryPointLowered = manager.CheckpointRecoveryPoints;
        context.Directory.LogTruncated = manager.OnLogTruncated;
        try
        {
            await manager.LoadAsync(progress, cancellationToken).ConfigureAwait(false);
            context.Metrics.Observe(() => manager._logs.Count, () => manager.TotalBytes);
            manager._cleaner.Checkpoint.Load(manager.Find);
            manager.StartBackground();
            manager._cleaner.Start();
            return manager;
        }
        catch
        {
            await manager.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal static bool IsDirectoryOfOthers(string name) => DirectoriesOfOthers.Contains(name);

    private async Task LoadAsync(IProgress<LogLoadProgress>? progress, CancellationToken cancellationToken)
    {
        long startedAt = _context.Time.GetTimestamp();
        string directory = _context.Directory.Path;
        bool wasClean = CleanShutdownFile.Take(_context.Io, directory, out long brokerEpoch);
        PreviousBrokerEpoch = brokerEpoch;
        List<(TopicPartition TopicPartition, string Path)> found = FindPartitions(directory);
        found.AddRange(FindMarkedCopies(found));
        LogLog.DirectoryOpening(_context.Logger, directory, found.Count, wasClean ? "clean" : "unclean");
        Func<TopicPartition, LogCheckpoints> checkpointsOf = ReadCheckpoints(directory, wasClean);
        if (!wasClean)
        {
            // A killed process may have renamed a checkpoint and not lived to flush the name. What is read now, and acted upon, must not be gone
            // after a power cut.
            _context.Io.SyncDirectory(directory);
        }

        var truncations = new ConcurrentBag<LogTruncation>();
        int segmentsScanned = 0;
        int loadedCount = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _context.Options.RecoveryThreads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(found, parallel, (partition, token) =>
        {
            LogConfig config = _configOf(partition.TopicPartition);
            config.Validate();
            LogCheckpoints checkpoints = checkpointsOf(partition.TopicPartition);
            // Whatever the shutdown was like, a move was not finished.
            checkpoints = checkpoints with { IsClean = checkpoints.IsClean && !MoveMarker.IsIn(partition.Path) };
            LoadedLog loaded = PartitionLogLoader.Load(_context, partition.TopicPartition, partition.Path, config, checkpoints, token);
            bool isLive = Path.GetFileName(partition.Path) == partition.TopicPartition.ToString();
            (isLive ? _logs : _markedCopies)[partition.TopicPartition] = new PartitionLog(_context, loaded, config);
            Interlocked.Add(ref segmentsScanned, loaded.SegmentsScanned);
            if (loaded.Truncation is { } truncation)
            {
                truncations.Add(truncation);
                _context.Metrics.Truncated(truncation.Bytes);
            }

            progress?.Report(new LogLoadProgress(Interlocked.Increment(ref loadedCount), found.Count, partition.TopicPartition));
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        TimeSpan duration = _context.Time.GetElapsedTime(startedAt);
        _context.Metrics.Recovered(segmentsScanned);
        Recovery = new RecoverySummary(
            wasClean || found.Count == 0,
            found.Count,
            segmentsScanned,
            [.. truncations.OrderBy(truncation => truncation.TopicPartition.ToString(), StringComparer.Ordinal)],
            duration);
        LogLog.DirectoryOpened(_context.Logger, directory, found.Count, segmentsScanned, (long)duration.TotalMilliseconds);
    }

    private List<(TopicPartition TopicPartition, string Path)> FindPartitions(string directory)
    {
        var found = new List<(TopicPartition TopicPartition, string Path)>();
        foreach (string path in Directory.EnumerateDirectories(directory))
        {
            string name = Path.GetFileName(path);
            if (IsDirectoryOfOthers(name))
            {
                continue;
            }

            if (!PartitionDirectoryName.TryParse(name, out TopicPartition topicPartition, out PartitionDirectoryKind kind))
            {
                // Whoever put it there may have meant another directory; guessing could take a partition's data for something else.
                throw new InvalidDataException($"Directory {path} is not named like a partition; move it out of the log directory.");
            }

            switch (kind)
            {
                case PartitionDirectoryKind.Live:
                    found.Add((topicPartition, path));
                    break;
                case PartitionDirectoryKind.Delete:
                    // A deletion goes on where it stopped.
                    RemoveLater(path, LogConfig.Default.FileDeleteDelayMs);
                    break;
                case PartitionDirectoryKind.Future:
                    (MoveMarker.IsIn(path) ? _foundMarked : _foundFutures).Add((topicPartition, path));
                    break;
                default:
                    LogLog.StrayDirectory(_context.Logger, path);
                    break;
            }
        }

        return found;
    }

    private Func<TopicPartition, LogCheckpoints> ReadCheckpoints(string directory, bool wasClean)
    {
        Dictionary<TopicPartition, long> recoveryPoints = ReadCheckpoint(Path.Combine(directory, OffsetCheckpointFile.RecoveryPointName));
        Dictionary<TopicPartition, long> logStarts = ReadCheckpoint(Path.Combine(directory, OffsetCheckpointFile.LogStartName));
        Dictionary<TopicPartition, long> highWatermarks = ReadCheckpoint(Path.Combine(directory, OffsetCheckpointFile.HighWatermarkName));
        Dictionary<TopicPartition, long> compacted = ReadCheckpoint(Path.Combine(directory, OffsetCheckpointFile.CleanerName));
        return topicPartition => new LogCheckpoints(
            wasClean,
            recoveryPoints.GetValueOrDefault(topicPartition),
            logStarts.GetValueOrDefault(topicPartition),
            highWatermarks.GetValueOrDefault(topicPartition),
            compacted.GetValueOrDefault(topicPartition));
    }

    private Dictionary<TopicPartition, long> ReadCheckpoint(string path)
    {
        try
        {
            Dictionary<TopicPartition, long> offsets = OffsetCheckpointFile.Read(path);
            _checkpointed.UnionWith(offsets.Keys);
            return offsets;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            LogLog.CheckpointUnreadable(_context.Logger, path, exception);
            return [];
        }
    }

    // A start that failed: what was opened is closed without being marked clean.
    private async Task AbandonAsync()
    {
        _disposed = 1;
        AbandonMarkedCopies();
        await CloseLogsAsync().ConfigureAwait(false);
        _context.Metrics.Dispose();
        _directoryLock.Dispose();
        _stopping.Dispose();
    }
}
