using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Log.Checkpoints;
using Sluice.Log.Compaction;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log;

/// <summary>All partitions of one log directory: opens, creates and deletes them, and does their work in the background.</summary>
/// <remarks>
/// Safe on any thread. Background work runs on timers of the given clock until <see cref="DisposeAsync"/>, which closes every log and marks the
/// shutdown as clean.
/// </remarks>
public sealed partial class LogManager : IAsyncDisposable
{
    private readonly LogContext _context;
    private readonly LogDirectoryLock _directoryLock;
    private readonly Func<TopicPartition, LogConfig> _configOf;
    private readonly ConcurrentDictionary<TopicPartition, PartitionLog> _logs = new();
    private readonly Lock _changeLock = new();
    private readonly Lock _checkpointLock = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task[] _background = [];
    private int _disposed;

    private LogManager(LogContext context, LogDirectoryLock directoryLock, Func<TopicPartition, LogConfig> configOf)
    {
        _context = context;
        _directoryLock = directoryLock;
        _configOf = configOf;
        _cleaner = new LogCleaner(context, () => _logs.Values, context.Options.Cleaner, () => RunRetention(ofCompactedLogsOnly: true), _stopping.Token);
        Recovery = new RecoverySummary(WasClean: true, 0, 0, [], TimeSpan.Zero);
    }

    /// <summary>The directory and whether its disk can be used.</summary>
    public LogDirectory LogDirectory => _context.Directory;

    /// <summary>Every open partition; a view that follows creations and deletions.</summary>
    public IReadOnlyCollection<PartitionLog> Logs => (IReadOnlyCollection<PartitionLog>)_logs.Values;

    /// <summary>What opening the directory found and did.</summary>
    public RecoverySummary Recovery { get; private set; }

    /// <summary>Epoch of the broker that shut the directory down in order; -1 if the marker did not say, or there was none.</summary>
    public long PreviousBrokerEpoch { get; private set; } = -1;

    /// <summary>Bytes of all partitions' batches, without indexes.</summary>
    public long TotalBytes
    {
        get
        {
            long totalBytes = 0;
            foreach (PartitionLog log in _logs.Values)
            {
                totalBytes += log.SizeBytes;
            }

            return totalBytes;
        }
    }

    /// <summary>Finds an open partition.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <returns>Its log; null if this directory does not hold it.</returns>
    public PartitionLog? Find(TopicPartition topicPartition) => _logs.GetValueOrDefault(topicPartition);

    /// <summary>Makes a new, empty partition; it is on the device when this returns.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="topicId">Id of its topic; zero writes none.</param>
    /// <param name="config">The topic's settings.</param>
    /// <returns>Its log; the existing one if the directory holds the partition already under the same topic id.</returns>
    /// <exception cref="InvalidOperationException">The directory holds the partition under another topic id.</exception>
    /// <exception cref="IOException">
    /// The directory is offline, perhaps because of this very call; or there is no room, or the name is taken by something else, and everything
    /// else goes on.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it; everything else goes on.</exception>
    public PartitionLog Create(TopicPartition topicPartition, Uuid topicId, LogConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        lock (_changeLock)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            if (Find(topicPartition) is { } existing)
            {
                return existing.TopicId == topicId || existing.TopicId == Uuid.Zero
                    ? existing
                    : throw new InvalidOperationException($"{topicPartition} exists with topic id {existing.TopicId}, not {topicId}.");
            }

            _context.Directory.ThrowIfOffline();
            ForgetCheckpointsOf(topicPartition);
            _cleaner.Checkpoint.Forget(topicPartition);
            try
            {
                var log = new PartitionLog(_context, PartitionLogLoader.Create(_context, topicPartition, topicId, config), config);
                _logs[topicPartition] = log;
                LogLog.LogCreated(_context.Logger, topicPartition);
                return log;
            }
            catch (Exception exception) when (DiskErrors.IsRefusal(exception))
            {
                throw; // What is there already serves on; only this partition could not be made.
            }
            catch (Exception exception) when (DiskErrors.IsStorageError(exception))
            {
                _context.Directory.MarkOffline(exception);
                throw;
            }
        }
    }

    /// <summary>Deletes partitions: out of use and renamed at once, their files removed after the topic's delay. Unknown ones are ignored.</summary>
    /// <param name="topicPartitions">The partitions; their new names are brought to the device together.</param>
    /// <exception cref="IOException">The disk refused; the directory is offline.</exception>
    public void Delete(params IEnumerable<TopicPartition> topicPartitions)
    {
        ArgumentNullException.ThrowIfNull(topicPartitions);
        lock (_changeLock)
        {
            List<Action> removals = [];
            foreach (TopicPartition topicPartition in topicPartitions)
            {
                if (_logs.TryRemove(topicPartition, out PartitionLog? log))
                {
                    removals.Add(log.Delete());
                    _cleaner.Checkpoint.Forget(topicPartition);
                    LogLog.LogDeleted(_context.Logger, topicPartition, log.Config.FileDeleteDelayMs);
                }
            }

            if (removals.Count > 0)
            {
                SyncNames();
                removals.ForEach(static remove => remove());
            }
        }
    }

    /// <summary>Sets a partition aside that the cluster does not know of: out of use, renamed, never removed by itself. Unknown ones are ignored.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <exception cref="IOException">The disk refused; the directory is offline.</exception>
    public void SetAside(TopicPartition topicPartition)
    {
        lock (_changeLock)
        {
            if (_logs.TryRemove(topicPartition, out PartitionLog? log))
            {
                log.SetAside();
                SyncNames();
                _cleaner.Checkpoint.Forget(topicPartition);
                LogLog.StrayDirectory(_context.Logger, log.DirectoryPath);
            }
        }
    }

    // What the partitions' directories are called now is on the device when this returns.
    private void SyncNames()
    {
        try
        {
            _context.Io.SyncDirectory(_context.Directory.Path);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            _context.Directory.MarkOffline(exception);
            throw;
        }
    }

    /// <summary>Stops background work, closes every log, writes the checkpoints and, if all went well, marks the shutdown as clean.</summary>
    /// <returns>Completes when the directory can be opened again.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_changeLock)
        {
            if (_disposed != 0)
            {
                return;
            }

            _disposed = 1;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _cleaner.WaitAsync().ConfigureAwait(false);
        await Task.WhenAll(_background).ConfigureAwait(false);
        AbandonMarkedCopies();
        bool closedAll = await CloseLogsAsync().ConfigureAwait(false);
        _context.Remover.Dispose();
        if (closedAll)
        {
            MarkClean();
        }

        _context.Metrics.Dispose();
        _directoryLock.Dispose();
        _stopping.Dispose();
        LogLog.DirectoryClosed(_context.Logger, _context.Directory.Path);
    }

    private async Task<bool> CloseLogsAsync()
    {
        int failedCount = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = _context.Options.RecoveryThreads };
        await Parallel.ForEachAsync(
            _logs.Values,
            options,
            async (log, _) =>
            {
                try
                {
                    await log.CloseAsync().ConfigureAwait(false);
                }
                catch (Exception exception) when (DiskErrors.IsStorageError(exception))
                {
                    Interlocked.Increment(ref failedCount);
                    LogLog.BackgroundWorkFailed(_context.Logger, "close", exception);
                }
            }).ConfigureAwait(false);
        return failedCount == 0 && _context.Directory.IsOnline;
    }

    private void MarkClean()
    {
        try
        {
            CheckpointAll();
            CleanShutdownFile.Write(_context.Io, _context.Directory.Path, _context.Options.BrokerEpoch);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            _context.Directory.MarkOffline(exception); // The next start recovers, which costs time and nothing else.
        }
    }
}
