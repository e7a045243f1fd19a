using System.Collections.Concurrent;

namespace Sluice.Broker.Quotas;

/// <summary>The sensors in use, by who shares them; never more than some number, whatever names clients invent.</summary>
/// <remarks>Any thread. What is looked for is made if it is not there; what is as good as new is forgotten when there are many.</remarks>
internal sealed class QuotaSensors<TKey>(int countMax)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, IQuotaSensor> _sensors = new();
    private readonly Lock _sweepLock = new();
    private int _sweepAtCount = Math.Min(countMax, 1000);

    /// <summary>How many there are.</summary>
    public int Count => _sensors.Count;

    /// <summary>Finds or makes a sensor.</summary>
    /// <param name="key">Who shares it.</param>
    /// <param name="nowMs">For finding those that can be forgotten.</param>
    /// <param name="make">Makes one that has seen nothing.</param>
    public TSensor Get<TSensor>(TKey key, long nowMs, Func<TSensor> make)
        where TSensor : class, IQuotaSensor
    {
        if (_sensors.TryGetValue(key, out IQuotaSensor? present)) return (TSensor)present;
        // Counting locks the whole dictionary, so only here, where one is to be added.
        if (_sensors.Count >= Volatile.Read(ref _sweepAtCount)) Sweep(nowMs);
        return (TSensor)_sensors.GetOrAdd(key, static (_, maker) => maker(), make);
    }

    /// <summary>Finds a sensor that is there.</summary>
    public TSensor? Find<TSensor>(TKey key)
        where TSensor : class, IQuotaSensor => _sensors.TryGetValue(key, out IQuotaSensor? present) ? (TSensor)present : null;

    /// <summary>Forgets some or all.</summary>
    public void Remove(Func<TKey, bool> isUnwanted)
    {
        foreach (TKey key in _sensors.Keys.Where(isUnwanted)) _sensors.TryRemove(key, out _);
    }

    /// <summary>Forgets what is as good as new; where that is not enough, the tenth part that was used longest ago.</summary>
    private void Sweep(long nowMs)
    {
        lock (_sweepLock)
        {
            if (_sensors.Count < _sweepAtCount) return;
            foreach ((TKey key, IQuotaSensor sensor) in _sensors)
            {
                if (sensor.IsAsNew(nowMs)) _sensors.TryRemove(key, out _);
            }
            if (_sensors.Count >= countMax)
            {
                TKey[] longestAgo = [.. _sensors.OrderBy(static pair => pair.Value.LastUsedMs).Take((countMax / 10) + 1).Select(static pair => pair.Key)];
                foreach (TKey key in longestAgo) _sensors.TryRemove(key, out _);
            }
            // Half as many again before the next look, so that looking stays cheap for each that is added.
            Volatile.Write(ref _sweepAtCount, Math.Min(countMax, Math.Max(1000, _sensors.Count * 3 / 2)));
        }
    }
}
