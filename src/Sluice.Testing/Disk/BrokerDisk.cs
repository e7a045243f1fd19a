namespace Sluice.Testing;

/// <summary>The disk under a broker: works until a test says otherwise.</summary>
/// <remarks>Stays as it is through restarts of the broker; disposing the broker repairs it first. Safe for any thread.</remarks>
public sealed class BrokerDisk
{
    // The errno, and on Windows the HRESULT, of a full disk: that is how the broker tells it from a broken one.
    private const int NoSpaceLeft = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private volatile bool _isFull;
    private TimeSpan _delay;
    private readonly List<ManualResetEventSlim> _waiting = [];
    private long _refusedCount;

    /// <param name="time">The broker's clock.</param>
    internal BrokerDisk(TimeProvider time) => _time = time;

    /// <summary>Whether there is no room.</summary>
    public bool IsFull => _isFull;

    /// <summary>Calls that were refused because the disk was full, since the broker was made.</summary>
    public long RefusedCount => Interlocked.Read(ref _refusedCount);

    /// <summary>Leaves no room: what the broker would write is refused until <see cref="Free"/>.</summary>
    /// <remarks>
    /// A produce request is answered with KAFKA_STORAGE_ERROR, which is retriable: librdkafka tries again until <c>message.timeout.ms</c>, unseen by the
    /// application, and succeeds once there is room. Creating a topic and committing offsets fail in the same way. Reading goes on.
    /// </remarks>
    public void Fill() => _isFull = true;

    /// <summary>Makes room again; the broker goes on as if nothing had been.</summary>
    public void Free() => _isFull = false;

    /// <summary>Makes each write, and each flush, take longer.</summary>
    /// <param name="delay">Above zero, by the broker's clock: where a test moves that, the write waits until it does.</param>
    /// <remarks>
    /// Requests that write to a partition wait for one another, and acknowledgements come late: with <c>acks=all</c> or 1 a producer's latency grows and its
    /// queue fills, and after <c>message.timeout.ms</c> records fail with Local_MsgTimedOut that are written all the same. Consumers read on.
    /// </remarks>
    public void SlowDown(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(delay, TimeSpan.Zero);
        lock (_lock) _delay = delay;
    }

    /// <summary>Makes the disk as fast as it is; what waits goes on at once.</summary>
    public void SpeedUp()
    {
        lock (_lock)
        {
            _delay = TimeSpan.Zero;
            foreach (ManualResetEventSlim over in _waiting) over.Set();
        }
    }

    /// <summary>Ends everything that a test did to the disk.</summary>
    internal void Repair()
    {
        Free();
        SpeedUp();
    }

    /// <summary>Called before something is written that needs room.</summary>
    /// <exception cref="IOException">There is none.</exception>
    internal void Take()
    {
        Wait();
        if (!_isFull) return;
        Interlocked.Increment(ref _refusedCount);
        throw new IOException("No space left on device (the test filled the disk)", OperatingSystem.IsWindows() ? WindowsDiskFull : NoSpaceLeft);
    }

    /// <summary>Called before a call that takes as long as the disk does.</summary>
    /// <remarks>File calls are synchronous, so this blocks the caller, as a slow disk does.</remarks>
    internal void Wait()
    {
        using ManualResetEventSlim over = new();
        TimeSpan delay;
        lock (_lock)
        {
            delay = _delay;
            if (delay == TimeSpan.Zero) return;
            _waiting.Add(over);
        }
        using (_time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), over, delay, Timeout.InfiniteTimeSpan)) over.Wait();
        lock (_lock) _waiting.Remove(over);
    }
}
