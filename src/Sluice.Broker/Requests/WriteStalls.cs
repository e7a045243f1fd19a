namespace Sluice.Broker.Requests;

/// <summary>Knows whether the disk makes writers wait, so that they had better not run on a thread that receives for many connections.</summary>
/// <remarks>
/// A write into the page cache takes microseconds until the kernel has too much that is not written back: then it holds the writer for up to a fifth of a
/// second. Any thread.
/// </remarks>
/// <param name="time">The broker's clock.</param>
internal sealed class WriteStalls(TimeProvider time)
{
    /// <summary>A write that took so long was held. Shorter ones may have had to wait for a processor.</summary>
    private static readonly TimeSpan s_heldFrom = TimeSpan.FromMilliseconds(10);

    private readonly long _avoidedTicks = time.TimestampFrequency;
    private long _quickFromTimestamp = long.MinValue;

    /// <summary>Whether a write was held within the last second.</summary>
    public bool AreLikely => time.GetTimestamp() < Volatile.Read(ref _quickFromTimestamp);

    /// <summary>Begins a write.</summary>
    /// <returns>What to give to <see cref="End"/>.</returns>
    public long Begin() => time.GetTimestamp();

    /// <summary>Notes how long a write took.</summary>
    public void End(long beganTimestamp)
    {
        long now = time.GetTimestamp();
        if (time.GetElapsedTime(beganTimestamp, now) >= s_heldFrom) Volatile.Write(ref _quickFromTimestamp, now + _avoidedTicks);
    }
}
