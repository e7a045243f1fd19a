namespace Sluice.Log.Moving;

/// <summary>Keeps what all moves of a broker copy together below a number of bytes per second.</summary>
/// <remarks>
/// Every piece is paid for before it is copied: whoever pays later than others waits until their bytes have had their time. A wait ends at the latest after a
/// second to look at the rate again, which may change at any time. Safe on any thread; the wait is on the caller's, which is a mover's own.
/// </remarks>
internal sealed class MovePace(TimeProvider time)
{
    /// <summary>Most bytes that are copied between two looks at the rate, and at whether the move is still wanted.</summary>
    public const int PieceBytesMax = 1024 * 1024;

    private const int PieceBytesMin = 4096;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _bytesPerSecond = long.MaxValue;
    private double _debtBytes;
    private long _countedAt = time.GetTimestamp();

    /// <summary>Bytes per second, 0 or more; 0 stands still. Kafka <c>replica.alter.log.dirs.io.max.bytes.per.second</c>.</summary>
    public long BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    /// <summary>How much to copy at once: a fifth of a second's worth, so that a low rate is kept evenly.</summary>
    public int PieceBytes => (int)Math.Clamp(BytesPerSecond / 5, PieceBytesMin, PieceBytesMax);

    /// <summary>Waits until a piece may be copied.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Pay(int bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (TryPay(bytes, out TimeSpan wait) is false)
        {
            Wait(wait, cancellationToken);
        }
    }

    // The debt of earlier pieces shrinks with time; the next piece is free to go once there is none.
    private bool TryPay(int bytes, out TimeSpan wait)
    {
        wait = Look;
        long bytesPerSecond = BytesPerSecond;
        if (bytesPerSecond == long.MaxValue)
        {
            return true;
        }

        lock (_lock)
        {
            double elapsedSeconds = time.GetElapsedTime(_countedAt).TotalSeconds;
            _countedAt = time.GetTimestamp();
            _debtBytes = Math.Max(0, _debtBytes - (elapsedSeconds * bytesPerSecond));
            if (bytesPerSecond > 0 && _debtBytes <= 0)
            {
                _debtBytes = bytes;
                return true;
            }

            if (bytesPerSecond > 0)
            {
                wait = TimeSpan.FromSeconds(Math.Clamp(_debtBytes / bytesPerSecond, 0.001, Look.TotalSeconds));
            }

            return false;
        }
    }

    private void Wait(TimeSpan wait, CancellationToken cancellationToken)
    {
        var elapsed = new ManualResetEventSlim(); // Not disposed: it holds nothing, and the timer may fire late.
        using ITimer timer = time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), elapsed, wait, Timeout.InfiniteTimeSpan);
        elapsed.Wait(cancellationToken);
    }
}
