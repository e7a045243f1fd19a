namespace Sluice.Broker.Quotas;

/// <summary>The rate of something over the last samples, as Kafka computes it: sum of the samples, over the time since the oldest began.</summary>
/// <remarks>
/// The time counts as if at least all samples but one had been full, so that the first records of a client are not taken for a high rate. Samples are
/// made by records only, one more than the window has, so that one that reaches into the window still counts. Any thread.
/// </remarks>
internal sealed class RateSensor : IQuotaSensor
{
    private readonly QuotaWindow _window;
    private readonly Sample[] _samples;
    private readonly Lock _lock = new();
    private int _count;
    private int _currentIndex;
    private long _lastUsedMs;

    /// <summary>Makes one that has seen nothing.</summary>
    public RateSensor(QuotaWindow window)
    {
        _window = window;
        _samples = new Sample[window.SampleCount + 1];
    }

    /// <inheritdoc/>
    public long LastUsedMs => Volatile.Read(ref _lastUsedMs);

    /// <summary>Records, and says for how long whoever caused it should wait until the rate is down to the limit.</summary>
    /// <param name="nowMs">Not before an earlier call's.</param>
    /// <param name="value">0 or more.</param>
    /// <param name="limit">Per second, above 0.</param>
    /// <returns>Milliseconds, not capped; 0 = the limit is kept.</returns>
    public int Record(long nowMs, double value, double limit)
    {
        lock (_lock)
        {
            AddLocked(nowMs, value);
            double rate = MeasureLocked(nowMs, out long windowMs);
            return rate <= limit ? 0 : ThrottleMs((rate - limit) / limit * windowMs);
        }
    }

    /// <summary>Records without asking; a negative value takes back what was recorded.</summary>
    /// <param name="nowMs">Not before an earlier call's.</param>
    /// <param name="value">Any number.</param>
    public void Add(long nowMs, double value)
    {
        lock (_lock) AddLocked(nowMs, value);
    }

    /// <summary>The rate per second now.</summary>
    public double Measure(long nowMs)
    {
        lock (_lock) return MeasureLocked(nowMs, out _);
    }

    /// <inheritdoc/>
    public bool IsAsNew(long nowMs)
    {
        lock (_lock)
        {
            for (int i = 0; i < _count; i++)
            {
                if (nowMs - _samples[i].LastMs < _window.ExpiryMs) return false;
            }
            return true;
        }
    }

    /// <summary>Rounds as Kafka does: halves upwards.</summary>
    internal static int ThrottleMs(double ms) => (int)Math.Min(int.MaxValue, Math.Floor(ms + 0.5));

    private void AddLocked(long nowMs, double value)
    {
        if (_count == 0)
        {
            _samples[0] = new Sample { StartMs = nowMs };
            _count = 1;
        }
        else if (nowMs - _samples[_currentIndex].StartMs >= _window.SampleMs)
        {
            _currentIndex = (_currentIndex + 1) % _samples.Length;
            if (_currentIndex == _count) _count++;
            _samples[_currentIndex] = new Sample { StartMs = nowMs };
        }
        ref Sample current = ref _samples[_currentIndex];
        current.Value += value;
        current.LastMs = nowMs;
        Volatile.Write(ref _lastUsedMs, nowMs);
    }

    private double MeasureLocked(long nowMs, out long windowMs)
    {
        double sum = 0;
        long oldestMs = nowMs;
        foreach (ref Sample sample in _samples.AsSpan(0, _count))
        {
            if (nowMs - sample.LastMs >= _window.ExpiryMs) sample = new Sample { StartMs = nowMs, LastMs = nowMs };
            sum += sample.Value;
            oldestMs = Math.Min(oldestMs, sample.StartMs);
        }
        windowMs = nowMs - oldestMs;
        long fullCount = windowMs / _window.SampleMs;
        long fullCountMin = _window.SampleCount - 1;
        if (fullCount < fullCountMin) windowMs += (fullCountMin - fullCount) * _window.SampleMs;
        windowMs = Math.Max(windowMs, 1);
        return sum / (windowMs / 1000.0);
    }

    private struct Sample
    {
        public long StartMs;
        public long LastMs;
        public double Value;
    }
}
