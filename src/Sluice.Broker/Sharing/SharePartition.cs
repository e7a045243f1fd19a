using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Fetching;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

/// <summary>One partition as one share group reads it: which records are out, with whom, and what became of the others (KIP-932).</summary>
/// <remarks>
/// Any thread. What members say of records is stored before they are answered; what they were given is not stored at all, since it is
/// given out again after a restart. Record bytes are not seen here: only offsets are.
/// </remarks>
internal sealed partial class SharePartition : IDisposable
{
    private readonly Lock _lock = new();
    private readonly RecordWindow _window = new();
    private readonly IShareStateStore _store;
    private readonly ShareSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _alarm;
    private readonly List<FetchWaiter> _waiters = [];
    private Task<ErrorCode>? _loading;
    private int _leaderEpoch;
    private int _stateEpoch;
    private int _changesCount;
    private int _fetchesCount;
    private bool _wasTurnedAway;
    private long _alarmDueMs = long.MaxValue;
    private bool _isFetching;
    private bool _isClosed;

    /// <summary>Makes a share partition that knows nothing yet; <see cref="LoadAsync"/> changes that.</summary>
    /// <param name="key">Group and partition.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="store">Where what became of records is kept.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="time">Clock of the locks.</param>
    /// <param name="logger">Told of failures.</param>
    public SharePartition(SharePartitionKey key, Partition partition, IShareStateStore store, ShareSettings settings, TimeProvider time, ILogger logger)
    {
        Key = key;
        Partition = partition;
        _store = store;
        _settings = settings;
        _time = time;
        _logger = logger;
        _alarm = time.CreateTimer(static state => ((SharePartition)state!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Group and partition.</summary>
    public SharePartitionKey Key { get; }

    /// <summary>The partition's log and waiters.</summary>
    public Partition Partition { get; }

    /// <summary>First record that may still be given out.</summary>
    public long StartOffset
    {
        get
        {
            lock (_lock) return _window.StartOffset;
        }
    }

    private long NowMs => _time.GetTimestamp() / (_time.TimestampFrequency / 1000);

    /// <summary>Reads what was stored, once; whoever comes meanwhile waits for the same.</summary>
    /// <returns>NONE, or what members are answered; the share partition is then of no use any more.</returns>
    public Task<ErrorCode> LoadAsync()
    {
        lock (_lock) return _loading ??= LoadCoreAsync();
    }

    /// <summary>Has <paramref name="waiter"/> woken when another attempt to fetch could have more success, until <see cref="Leave"/>.</summary>
    public void Park(FetchWaiter waiter)
    {
        lock (_lock) _waiters.Add(waiter);
    }

    /// <summary>Ends <see cref="Park"/>.</summary>
    public void Leave(FetchWaiter waiter)
    {
        lock (_lock) _waiters.Remove(waiter);
    }

    /// <summary>Whether something has happened since an attempt to fetch, so that it may be tried again.</summary>
    public bool HasNewsSince(in FetchAttempt attempt)
    {
        lock (_lock) return attempt.ChangesCount != _changesCount || (attempt.WasTurnedAway && attempt.FetchesCount != _fetchesCount);
    }

    /// <summary>Gives it up: nothing is given out any more, and fetches that wait look again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            OnChanged();
        }
        _alarm.Dispose();
    }

    private async Task<ErrorCode> LoadCoreAsync()
    {
        int leaderEpoch = Partition.Log.LeaderEpoch;
        (ErrorCode error, ShareState? state) = await _store.ReadAsync(Key, leaderEpoch, CancellationToken.None).ConfigureAwait(false);
        if (error != ErrorCode.None) return ShareErrors.FromStore(error);
        try
        {
            LogOffsets offsets = Partition.Log.Offsets();
            long startOffset = Math.Max(state!.StartOffset < 0 ? FindBeginning(offsets) : state.StartOffset, offsets.LogStartOffset);
            lock (_lock)
            {
                _leaderEpoch = leaderEpoch;
                _stateEpoch = state.StateEpoch;
                _window.Load(startOffset, state.Batches, offsets.LogEndOffset);
            }
            return ErrorCode.None;
        }
        catch (IOException)
        {
            return ErrorCode.KafkaStorageError; // The log has logged it and gone offline.
        }
    }

    private long FindBeginning(LogOffsets offsets)
    {
        ShareOffsetReset reset = _settings.OffsetReset(Key.GroupId);
        if (reset.Kind == ShareOffsetResetKind.Latest) return offsets.HighWatermark;
        if (reset.Kind == ShareOffsetResetKind.Earliest) return offsets.LogStartOffset;
        long sinceMs = Math.Max(0, (_time.GetUtcNow() - reset.Age).ToUnixTimeMilliseconds());
        OffsetLookup found = Partition.Log.FindByTimestamp(sinceMs);
        return found.IsFound ? found.Offset : offsets.HighWatermark;
    }

    // Under the lock: something can be given out that could not before.
    private void OnChanged()
    {
        _changesCount++;
        WakeAll();
    }

    private void WakeAll()
    {
        foreach (FetchWaiter waiter in _waiters) waiter.Wake();
    }
}
