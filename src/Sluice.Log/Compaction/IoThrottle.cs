namespace Sluice.Log.Compaction;

/// <summary>Keeps what all cleaner threads read and write together below a number of bytes per second.</summary>
/// <remarks>
/// Counts over windows of 300 ms, as Kafka does: whoever has spent more than a window's share waits until the average is right again. The wait is
/// on the caller's thread, which is a cleaner's own. Safe on any thread; the rate may be changed at any time.
/// </remarks>
internal sealed class IoThrottle(TimeProvider time, double bytesPerSecond)
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(300);

    private readonly Lock _lock = new();
    private double _bytesPerSecond = bytesPerSecond;
    private long _windowStartedAt = time.GetTimestamp();
    private double _windowBytes;
    private int _waitersCount;

    /// <summary>Bytes per second, above 0.</summary>
    public double BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    /// <summary>Threads that wait now.</summary>
    public int WaitersCount => Volatile.Read(ref _waitersCount);

    /// <summary>Notes bytes that were transferred, and waits if they came too fast.</summary>
    /// <param name="bytes">0 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public void Spend(int bytes, CancellationToken cancellationToken)
    {
        TimeSpan wait = Note(bytes);
        if (wait > TimeSpan.Zero)
        {
            Wait(wait, cancellationToken);
        }
    }

    private TimeSpan Note(int bytes)
    {
        lock (_lock)
        {
            _windowBytes += bytes;
            TimeSpan elapsed = time.GetElapsedTime(_windowStartedAt);
            double allowedBytes = BytesPerSecond * Window.TotalSeconds;
            if (elapsed < Window && _windowBytes <= allowedBytes)
            {
                return TimeSpan.Zero;
            }

            // What these bytes should have taken, less what they took; the next window begins when the wait is over.
            double seconds = (_windowBytes / BytesPerSecond) - elapsed.TotalSeconds;
            TimeSpan wait = seconds <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(seconds, 3600));
            _windowBytes = 0;
            _windowStartedAt = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
            return wait;
        }
    }

    private void Wait(TimeSpan wait, CancellationToken cancellationToken)
    {
        var elapsed = new ManualResetEventSlim(); // Not disposed: it holds nothing, and the timer may fire late.
        using ITimer timer = time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), elapsed, wait, Timeout.InfiniteTimeSpan);
        Interlocked.Increment(ref _waitersCount);
        try
        {
            elapsed.Wait(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waitersCount);
        }
    }
}
