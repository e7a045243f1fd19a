namespace Sluice.Testing;

/// <summary>The test's clock as the broker gets it: timers run on the pool of threads, as those of the system's clock do, and never within the test's call that moves the clock.</summary>
/// <remarks>
/// A <c>FakeTimeProvider</c> calls timers from <c>Advance</c> itself. Whatever a timer starts in the broker would then run on the test's thread, up to its first
/// wait; and where it waits for this very clock, on a disk that the test slowed down, nobody would be left to move it. Ticks of a periodic timer that come
/// faster than they are served are one tick. Any thread.
/// </remarks>
internal sealed class BrokerClock(TimeProvider inner) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <summary>The clock for a broker: the system's as it is, any other in this way.</summary>
    public static TimeProvider Of(TimeProvider time) => time == System ? System : new BrokerClock(time);

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Timer timer = new(callback, state);
        timer.Start(inner, dueTime, period);
        return timer;
    }

    private sealed class Timer(TimerCallback callback, object? state) : ITimer, IThreadPoolWorkItem
    {
        private ITimer? _inner;
        private int _isQueued;
        private volatile bool _isDisposed;

        // Stopped at first: a timer that is due at once would fire before it is known here.
        public void Start(TimeProvider time, TimeSpan dueTime, TimeSpan period)
        {
            _inner = time.CreateTimer(static timer => ((Timer)timer!).Queue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _inner.Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _inner!.Change(dueTime, period);

        public void Execute()
        {
            Volatile.Write(ref _isQueued, 0);
            if (!_isDisposed) callback(state);
        }

        public void Dispose()
        {
            _isDisposed = true;
            _inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _isDisposed = true;
            return _inner!.DisposeAsync();
        }

        private void Queue()
        {
            if (Interlocked.Exchange(ref _isQueued, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
