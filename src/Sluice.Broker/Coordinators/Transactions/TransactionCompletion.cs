using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Log;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>Brings transactions whose outcome is decided to their end: a marker in every partition, then the word that they are complete.</summary>
/// <remarks>
/// A transaction is complete only when every partition has its marker, or is known to be deleted. One that cannot be reached is tried again, for as
/// long as the broker runs; after a crash the coordinator's log says which transactions were decided, and all of this is done again: a marker that
/// comes twice does no harm. Runs beside the shards, so many transactions at a time; holds no shard's gate while it writes.
/// </remarks>
internal sealed class TransactionCompletion(MarkerWriter markers, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Transactions whose markers are written at the same time. More share their flushes better; each holds a few KB.</summary>
    private const int TransactionsAtOnce = 64;

    private const int BackoffMsMin = 100;
    private const int BackoffMsMax = 10_000;

    private readonly SemaphoreSlim _slots = new(TransactionsAtOnce);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>Begins to bring a transaction to its end. Called by an operation of its shard; returns at once.</summary>
    public void Begin(CoordinatorShard<TransactionShard> shard, PreparedTransaction prepared)
    {
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested) return;
            Task task = Task.Run(() => RunAsync(shard, prepared));
            _running.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Stops; what is not complete is taken up again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            _stopping.Cancel();
            running = [.. _running];
        }
        await Task.WhenAll(running).ConfigureAwait(false);
        _stopping.Dispose();
        _slots.Dispose();
    }

    private void Forget(Task task)
    {
        lock (_lock) _running.Remove(task);
    }

    private async Task RunAsync(CoordinatorShard<TransactionShard> shard, PreparedTransaction prepared)
    {
        try
        {
            await CompleteAsync(shard, prepared).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
        finally
        {
            prepared.End();
        }
    }

    private async Task CompleteAsync(CoordinatorShard<TransactionShard> shard, PreparedTransaction prepared)
    {
        CancellationToken stopping = _stopping.Token;
        List<TopicPartition> missing = [.. prepared.Partitions];
        for (int attempt = 0; ; attempt++)
        {
            await _slots.WaitAsync(stopping).ConfigureAwait(false);
            try
            {
                // The decision first, as durable as the topic wants it: a marker without it would be half of a transaction after a power cut.
                if (await shard.RunAsync(static _ => Task.CompletedTask, stopping).ConfigureAwait(false) != ErrorCode.None) return;
                missing = await WriteMarkersAsync(prepared, missing, isFirst: attempt == 0).ConfigureAwait(false);
                if (missing.Count == 0)
                {
                    if (attempt > 0) BrokerLog.TransactionMarkersWritten(logger, prepared.TransactionalId);
                    ErrorCode stored = ErrorCode.None;
                    ErrorCode error = await shard.RunAsync(
                        state =>
                        {
                            stored = state.Complete(prepared);
                            return Task.CompletedTask;
                        },
                        stopping).ConfigureAwait(false);
                    if (error != ErrorCode.None || stored == ErrorCode.None) return; // Complete; or the shard is gone, and its next load takes this up.
                    BrokerLog.TransactionNotStored(logger, prepared.TransactionalId, stored);
                }
            }
            finally
            {
                _slots.Release();
            }
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(BackoffMsMax, BackoffMsMin << Math.Min(attempt, 10))), time, stopping).ConfigureAwait(false);
        }
    }

    /// <returns>The partitions that have no marker yet.</returns>
    private async Task<List<TopicPartition>> WriteMarkersAsync(PreparedTransaction prepared, List<TopicPartition> partitions, bool isFirst)
    {
        // All appends first, so that their flushes run at the same time.
        Task<ErrorCode>[] writes = [.. partitions.Select(partition => markers.WriteAsync(partition, prepared.Marker, _stopping.Token))];
        List<TopicPartition> missing = [];
        ErrorCode firstError = ErrorCode.None;
        for (int i = 0; i < writes.Length; i++)
        {
            ErrorCode error = await writes[i].ConfigureAwait(false);
            if (error == ErrorCode.None || IsSettled(prepared, partitions[i], error)) continue;
            if (missing.Count == 0) firstError = error;
            missing.Add(partitions[i]);
        }
        if (isFirst && missing.Count > 0) BrokerLog.TransactionMarkersDelayed(logger, prepared.TransactionalId, missing.Count, missing[0].ToString(), firstError);
        return missing;
    }

    // The topics' table is the truth about which topics there are: one that is only out of reach is in it.
    private bool IsSettled(PreparedTransaction prepared, TopicPartition partition, ErrorCode error)
    {
        if (error == ErrorCode.UnknownTopicOrPartition)
        {
            BrokerLog.TransactionPartitionDeleted(logger, prepared.TransactionalId, partition.ToString());
            return true;
        }

        // A later epoch of the producer has written here, and nothing is open that the marker could end.
        return error == ErrorCode.InvalidProducerEpoch && !markers.IsOpen(partition, prepared.Marker.ProducerId);
    }
}
