namespace Sluice.Broker.Quotas;

/// <summary>Measures how long a request keeps a thread busy; stands still while the request waits. One request at a time.</summary>
internal struct WorkClock
{
    private long _startedAt;
    private TimeSpan _before;
    private bool _isRunning;

    /// <summary>Whether this request is measured; if not, the other members must not be called.</summary>
    public bool IsMeasured { get; private set; }

    /// <summary>Begins with nothing.</summary>
    public void Start(TimeProvider time)
    {
        _before = TimeSpan.Zero;
        IsMeasured = true;
        Resume(time);
    }

    /// <summary>The request waits.</summary>
    public void Pause(TimeProvider time)
    {
        if (!IsMeasured) return;
        _before = Elapsed(time);
        _isRunning = false;
    }

    /// <summary>The request goes on.</summary>
    public void Resume(TimeProvider time)
    {
        if (!IsMeasured) return;
        _startedAt = time.GetTimestamp();
        _isRunning = true;
    }

    /// <summary>Time up to here.</summary>
    public readonly TimeSpan Elapsed(TimeProvider time) => _isRunning ? _before + time.GetElapsedTime(_startedAt) : _before;
}
