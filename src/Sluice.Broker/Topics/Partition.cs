using Sluice.Broker.Fetching;
using Sluice.Log;
using Sluice.Metadata;

namespace Sluice.Broker.Topics;

/// <summary>One partition on this broker: its log, and the fetches that wait for it.</summary>
/// <remarks>Any thread. The waiter list has a lock of its own, taken after the log's append lock was left.</remarks>
internal sealed class Partition(PartitionLog log) : ILogListener
{
    private readonly Lock _waitersLock = new();
    private FetchWaiter[] _waiters = [];
    private int _waiterCount;
    private bool _removed;

    /// <summary>The log on disk.</summary>
    public PartitionLog Log { get; } = log;

    /// <summary>Number in its topic.</summary>
    public int Index => Log.TopicPartition.Partition;

    /// <summary>Fetches that wait for it now.</summary>
    public int WaiterCount
    {
        get
        {
            lock (_waitersLock) return _waiterCount;
        }
    }

    /// <summary>Has <paramref name="waiter"/> looked at again after every append, until <see cref="Leave"/>.</summary>
    /// <returns><see langword="false"/> when the partition is gone: the fetch must be read again.</returns>
    public bool Park(FetchWaiter waiter)
    {
        lock (_waitersLock)
        {
            if (_removed) return false;
            if (_waiterCount == _waiters.Length) Array.Resize(ref _waiters, Math.Max(4, 2 * _waiterCount));
            _waiters[_waiterCount++] = waiter;
            return true;
        }
    }

    /// <summary>Ends <see cref="Park"/>; nothing happens when it already ended.</summary>
    public void Leave(FetchWaiter waiter)
    {
        lock (_waitersLock)
        {
            int index = Array.IndexOf(_waiters, waiter, 0, _waiterCount);
            if (index < 0) return;
            _waiters[index] = _waiters[--_waiterCount];
            _waiters[_waiterCount] = null!;
        }
    }

    /// <summary>The high watermark moved: wakes the fetches that have enough now.</summary>
    public void OnAppended(PartitionLog log)
    {
        lock (_waitersLock)
        {
            for (int i = 0; i < _waiterCount; i++) _waiters[i].Recheck();
        }
    }

    /// <summary>The topic was deleted: every waiting fetch has its answer now.</summary>
    public void Remove()
    {
        lock (_waitersLock)
        {
            _removed = true;
            for (int i = 0; i < _waiterCount; i++) _waiters[i].Wake();
        }
    }
}
