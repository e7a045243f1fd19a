using Microsoft.Extensions.Logging;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>One partition of an internal topic with the state that a coordinator keeps of it: operations run one after the other.</summary>
/// <typeparam name="TState">The state.</typeparam>
/// <remarks>
/// An operation decides on the state, appends its records, and changes the state, without ever waiting; what it answers leaves when the
/// records are as durable as the topic wants it. Operations that come together queue at the gate, one for each connection at most.
/// </remarks>
internal sealed class CoordinatorShard<TState> : IAsyncDisposable
    where TState : class, ICoordinatorState
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _unloading = new();
    private readonly CancellationToken _unloadToken;
    private readonly PartitionLog _log;
    private readonly PartitionCoordinatorLog _writer;
    private readonly ShardTimers _timers;
    private readonly ITimer _alarm;
    private readonly ILogger _logger;
    private readonly TState _state;
    private long _alarmDueMs = long.MaxValue;
    private ErrorCode _unavailable = ErrorCode.CoordinatorLoadInProgress;
    private Task _loading = Task.CompletedTask;

    /// <summary>Makes a shard that <see cref="BeginLoading"/> fills.</summary>
    /// <param name="log">The partition. Nobody else appends to it.</param>
    /// <param name="compression">Codec of the records.</param>
    /// <param name="createState">Makes the empty state, given what it writes to and its timers.</param>
    /// <param name="time">Clock of records and timers.</param>
    /// <param name="logger">Told of loading and its failure.</param>
    public CoordinatorShard(
        PartitionLog log, CompressionType compression, Func<ICoordinatorLog, ShardTimers, TState> createState, TimeProvider time, ILogger logger)
    {
        _unloadToken = _unloading.Token;
        _log = log;
        _logger = logger;
        _timers = new ShardTimers(time);
        _writer = new PartitionCoordinatorLog(log, time, compression);
        _state = createState(_writer, _timers);
        _alarm = time.CreateTimer(static shard => ((CoordinatorShard<TState>)shard!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The partition's log.</summary>
    public PartitionLog Log => _log;

    /// <summary>NONE while operations are served, else what they are answered.</summary>
    public ErrorCode Unavailable => _unavailable;

    /// <summary>Reads the log into the state, in the background; until then operations are answered COORDINATOR_LOAD_IN_PROGRESS.</summary>
    /// <param name="chunkBytes">Bytes read at a time.</param>
    /// <param name="decompressedBytesMax">Most bytes that one batch may unpack to.</param>
    /// <param name="slots">Limits how many shards load at the same time.</param>
    public void BeginLoading(int chunkBytes, int decompressedBytesMax, SemaphoreSlim slots) => _loading = LoadAsync(chunkBytes, decompressedBytesMax, slots);

    /// <summary>Runs an operation when it is its turn.</summary>
    /// <param name="operation">Reads and changes the state and fills the answer. Returns what ends when that is complete: at once,
    /// or when the operation of somebody else, or a timer, has filled the rest.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>NONE; or why the operation did not run, or what its records could not be made durable for. The answer is then void.</returns>
    public async ValueTask<ErrorCode> RunAsync(Func<TState, Task> operation, CancellationToken cancellationToken)
    {
        Task rest;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_unavailable != ErrorCode.None) return _unavailable;
            if (!_log.IsOnline) return ErrorCode.NotCoordinator;
            rest = operation(_state);
            SetAlarm();
        }
        finally
        {
            _gate.Release();
        }
        if (!rest.IsCompletedSuccessfully) await rest.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await WaitForFlushAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _unloading.CancelAsync().ConfigureAwait(false);
        await _loading.ConfigureAwait(false);
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_unavailable == ErrorCode.None) _state.OnUnloaded();
            _unavailable = ErrorCode.NotCoordinator;
        }
        finally
        {
            _gate.Release();
        }
        await _alarm.DisposeAsync().ConfigureAwait(false);
        _unloading.Dispose();
    }

    private async Task LoadAsync(int chunkBytes, int decompressedBytesMax, SemaphoreSlim slots)
    {
        try
        {
            await slots.WaitAsync(_unloadToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        try
        {
            await Task.Run(() => Load(chunkBytes, decompressedBytesMax), _unloadToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The shard is given up before it was ready.
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or WireFormatException)
        {
            // Clients are told to come back, as for a coordinator that is elsewhere; serving half of the groups would lose the others' offsets.
            _unavailable = ErrorCode.NotCoordinator;
            BrokerLog.CoordinatorLoadFailed(_logger, failure, _log.TopicPartition.ToString());
        }
        finally
        {
            slots.Release();
        }
    }

    private void Load(int chunkBytes, int decompressedBytesMax)
    {
        long started = _timers.NowMs;
        long recordCount = new CoordinatorLogReader(_log, chunkBytes, decompressedBytesMax).ReplayInto(_state, _unloadToken);
        _gate.Wait(_unloadToken);
        try
        {
            _state.OnLoaded();
            _unavailable = ErrorCode.None;
            SetAlarm();
        }
        finally
        {
            _gate.Release();
        }
        if (recordCount > 0) BrokerLog.CoordinatorLoaded(_logger, _log.TopicPartition.ToString(), recordCount, _timers.NowMs - started);
    }

    private async ValueTask<ErrorCode> WaitForFlushAsync()
    {
        long dueOffset = _writer.FlushDueOffset;
        if (dueOffset <= _log.RecoveryPoint) return ErrorCode.None;
        try
        {
            await _log.FlushAsync(dueOffset).ConfigureAwait(false);
            return ErrorCode.None;
        }
        catch (IOException)
        {
            // The log has logged it and gone offline; nobody is told that something was stored.
            return ErrorCode.NotCoordinator;
        }
    }

    // Under the gate.
    private void SetAlarm()
    {
        long dueMs = _timers.NextDueMs ?? long.MaxValue;
        if (dueMs >= _alarmDueMs) return; // It rings early enough, and is set anew then.
        _alarmDueMs = dueMs;
        _alarm.Change(TimeSpan.FromMilliseconds(Math.Max(1, dueMs - _timers.NowMs)), Timeout.InfiniteTimeSpan);
    }

    private void OnAlarm() => _ = RunTimersAsync();

    private async Task RunTimersAsync()
    {
        try
        {
            await _gate.WaitAsync(_unloadToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        try
        {
            _alarmDueMs = long.MaxValue;
            if (_unavailable == ErrorCode.None) _timers.RunDue();
        }
#pragma warning disable CA1031 // One group's mistake must not stop the timers of all the others; it is logged with its stack.
        catch (Exception mistake)
#pragma warning restore CA1031
        {
            BrokerLog.CoordinatorTimerFailed(_logger, mistake, _log.TopicPartition.ToString());
        }
        finally
        {
            SetAlarm();
            _gate.Release();
        }
    }
}
