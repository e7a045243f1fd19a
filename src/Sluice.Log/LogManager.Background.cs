using Sluice.Log.Checkpoints;
using Sluice.Log.Moving;
using Sluice.Log.Storage;

namespace Sluice.Log;

// Work that goes on while nobody asks: retention, checkpoints, timed flushes, forgetting producers.
public sealed partial class LogManager
{
    // Every partition that a checkpoint on the device may name, deleted ones included. Under the checkpoint lock.
    private readonly HashSet<TopicPartition> _checkpointed = [];

    /// <summary>Removes the segments that their topics' settings do not keep, in every partition.</summary>
    /// <returns>Number of segments removed.</returns>
    /// <remarks>Runs by itself every <see cref="LogManagerOptions.RetentionCheckIntervalMs"/>. A log that is being compacted is passed over.</remarks>
    public int RunRetention() => RunRetention(ofCompactedLogsOnly: false);

    /// <summary>Forgets idempotent producers that have been silent for too long, in every partition.</summary>
    /// <returns>How many were forgotten.</returns>
    /// <remarks>Runs by itself every <see cref="LogManagerOptions.ProducerIdExpirationCheckIntervalMs"/>.</remarks>
    public int RemoveExpiredProducers()
    {
        int removedCount = 0;
        foreach (PartitionLog log in _logs.Values)
        {
            removedCount += log.RemoveExpiredProducers();
        }

        return removedCount;
    }

    /// <summary>Writes all three offset checkpoints of the directory.</summary>
    /// <exception cref="IOException">The disk refused; the directory is offline.</exception>
    public void CheckpointAll()
    {
        CheckpointRecoveryPoints();
        CheckpointLogStarts();
        CheckpointHighWatermarks();
    }

    private void CheckpointRecoveryPoints()
    {
        foreach ((TopicPartition topicPartition, long offset) in
            WriteCheckpoint(OffsetCheckpointFile.RecoveryPointName, log => log.RecoveryPoint, static move => move.Copy.FlushedOffset))
        {
            if (_logs.TryGetValue(topicPartition, out PartitionLog? log))
            {
                log.OnRecoveryPointCheckpointed(offset);
            }
        }
    }

    // The first segment's base offset is known from its name; only a start offset above it must be remembered.
    private void CheckpointLogStarts() => _ = WriteCheckpoint(
        OffsetCheckpointFile.LogStartName,
        log => LogStartToRemember(log),
        static move => LogStartToRemember(move.Log));

    private static long? LogStartToRemember(PartitionLog log) =>
        log.LogStartOffset is var offset && offset > log.Segments[0].BaseOffset ? offset : null;

    private void CheckpointHighWatermarks() =>
        _ = WriteCheckpoint(OffsetCheckpointFile.HighWatermarkName, log => log.HighWatermark, static move => move.Log.HighWatermark);

    // What is said of a copy that is being made counts once the copy is the log. Returns what has been written.
    private List<KeyValuePair<TopicPartition, long>> WriteCheckpoint(string name, Func<PartitionLog, long?> offsetOf, Func<LogMove, long?> offsetOfCopy)
    {
        if (!_context.Directory.IsOnline)
        {
            return [];
        }

        // One writer at a time: both would use the same temporary file, and the older offsets could win.
        lock (_checkpointLock)
        {
            var offsets = new List<KeyValuePair<TopicPartition, long>>();
            foreach ((TopicPartition topicPartition, PartitionLog log) in _logs)
            {
                if (offsetOf(log) is { } offset)
                {
                    _checkpointed.Add(topicPartition);
                    offsets.Add(new KeyValuePair<TopicPartition, long>(topicPartition, offset));
                }
            }

            foreach ((TopicPartition topicPartition, LogMove move) in _futures)
            {
                if (!_logs.ContainsKey(topicPartition) && offsetOfCopy(move) is { } offset)
                {
                    _checkpointed.Add(topicPartition);
                    offsets.Add(new KeyValuePair<TopicPartition, long>(topicPartition, offset));
                }
            }

            try
            {
                OffsetCheckpointFile.Write(_context.Io, Path.Combine(_context.Directory.Path, name), offsets);
                return offsets;
            }
            catch (IOException exception) when (DiskErrors.IsShortage(exception))
            {
                // The old checkpoint stands: recovery then reads more than it must. Appends say that the disk is full.
                LogLog.BackgroundWorkFailed(_context.Logger, name, exception);
                return [];
            }
            catch (Exception exception) when (DiskErrors.IsStorageError(exception))
            {
                _context.Directory.MarkOffline(exception);
                throw;
            }
        }
    }

    // What a checkpoint says of a deleted partition must not be taken for its namesake's: a log start offset above the new log's end would
    // empty it, a recovery point would vouch for batches that no flush has covered.
    private void ForgetCheckpointsOf(TopicPartition topicPartition)
    {
        lock (_checkpointLock)
        {
            if (_checkpointed.Contains(topicPartition))
            {
                _checkpointed.Clear();
                CheckpointAll();
            }
        }
    }

    private void StartBackground()
    {
        LogManagerOptions options = _context.Options;
        _background =
        [
            RunEveryAsync("retention", options.RetentionCheckIntervalMs, () => RunRetention()),
            RunEveryAsync("recovery point checkpoint", options.RecoveryPointCheckpointIntervalMs, CheckpointRecoveryPoints),
            RunEveryAsync("log start checkpoint", options.LogStartCheckpointIntervalMs, CheckpointLogStarts),
            RunEveryAsync("high watermark checkpoint", options.HighWatermarkCheckpointIntervalMs, CheckpointHighWatermarks),
            RunEveryAsync("producer expiration", options.ProducerIdExpirationCheckIntervalMs, () => RemoveExpiredProducers()),
            RunEveryAsync("timed flush", options.FlushSchedulerIntervalMs, FlushOverdueAsync),
        ];
    }

    private Task RunEveryAsync(string work, long intervalMs, Action run) => RunEveryAsync(
        work,
        intervalMs,
        () =>
        {
            run();
            return Task.CompletedTask;
        });

    // Ends when the manager stops, or when its directory goes offline.
    private async Task RunEveryAsync(string work, long intervalMs, Func<Task> run)
    {
        try
        {
            await Task.Delay(ToTimerPeriod(_context.Options.InitialTaskDelayMs), _context.Time, _stopping.Token).ConfigureAwait(false);
            using var timer = new PeriodicTimer(ToTimerPeriod(intervalMs), _context.Time);
            do
            {
                await RunOnceAsync(work, run).ConfigureAwait(false);
            }
            while (_context.Directory.IsOnline && await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The manager stops.
        }
    }

    // Timers take at most about 49 days.
    private static TimeSpan ToTimerPeriod(long milliseconds) => TimeSpan.FromMilliseconds(Math.Min(milliseconds, uint.MaxValue - 2));

    private async Task RunOnceAsync(string work, Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            LogLog.BackgroundWorkFailed(_context.Logger, work, exception);
        }
    }

    private async Task FlushOverdueAsync()
    {
        long nowMs = _context.NowMs;
        foreach (PartitionLog log in _logs.Values)
        {
            if (log.IsOnline && log.IsTimedFlushDue(nowMs))
            {
                await log.FlushAsync().ConfigureAwait(false);
            }
        }
    }
}
