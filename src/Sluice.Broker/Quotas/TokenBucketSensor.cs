namespace Sluice.Broker.Quotas;

/// <summary>A bucket of permits that fills by the limit per second and can be overdrawn, as Kafka counts changes of topics.</summary>
/// <remarks>It holds what the limit gives in a whole window, and begins full. Any thread.</remarks>
internal sealed class TokenBucketSensor(QuotaWindow window) : IQuotaSensor
{
    private readonly Lock _lock = new();
    private double _tokens;
    private double _limit;
    private bool _isBegun;
    private long _filledMs;

    /// <inheritdoc/>
    public long LastUsedMs => Volatile.Read(ref _filledMs);

    /// <summary>Takes permits, however few there are.</summary>
    /// <param name="nowMs">Not before an earlier call's.</param>
    /// <param name="permits">0 or more.</param>
    /// <param name="limit">Permits per second, above 0.</param>
    /// <returns>Milliseconds until the bucket is no longer overdrawn; 0 = it is not.</returns>
    public int Take(long nowMs, double permits, double limit)
    {
        lock (_lock)
        {
            FillLocked(nowMs, limit);
            _tokens -= permits;
            return ThrottleMsLocked();
        }
    }

    /// <summary>Takes permits unless the bucket is overdrawn.</summary>
    /// <param name="nowMs">Not before an earlier call's.</param>
    /// <param name="permits">0 or more; may be more than there are.</param>
    /// <param name="limit">Permits per second, above 0.</param>
    /// <returns>0 if they were taken, else milliseconds until the bucket is no longer overdrawn.</returns>
    public int TryTake(long nowMs, double permits, double limit)
    {
        lock (_lock)
        {
            FillLocked(nowMs, limit);
            if (_tokens < 0) return Math.Max(1, ThrottleMsLocked());
            _tokens -= permits;
            return 0;
        }
    }

    /// <summary>The permits there are; below 0 when overdrawn.</summary>
    public double Measure(long nowMs, double limit)
    {
        lock (_lock)
        {
            FillLocked(nowMs, limit);
            return _tokens;
        }
    }

    /// <inheritdoc/>
    public bool IsAsNew(long nowMs)
    {
        lock (_lock)
        {
            if (!_isBegun) return true;
            FillLocked(nowMs, _limit);
            return _tokens >= Burst(_limit);
        }
    }

    private double Burst(double limit) => window.SampleCount * (window.SampleMs / 1000.0) * limit;

    private void FillLocked(long nowMs, double limit)
    {
        _tokens = _isBegun ? Math.Min(Burst(limit), _tokens + (limit * ((nowMs - _filledMs) / 1000.0))) : Burst(limit);
        _isBegun = true;
        _limit = limit;
        Volatile.Write(ref _filledMs, nowMs);
    }

    private int ThrottleMsLocked() => _tokens < 0 ? RateSensor.ThrottleMs(-_tokens / _limit * 1000) : 0;
}
