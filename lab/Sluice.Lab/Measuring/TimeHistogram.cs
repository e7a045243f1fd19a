using System.Diagnostics;
using System.Numerics;

namespace Sluice.Lab.Measuring;

/// <summary>Times of many short steps, kept to within 3 % in a fixed amount of memory. Not thread-safe.</summary>
internal sealed class TimeHistogram
{
    private const int SubBucketBits = 5;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[(64 - SubBucketBits + 1) * SubBuckets];
    private long _maxTicks;
    private long _lastTimestamp;

    /// <summary>Steps counted.</summary>
    internal long Count { get; private set; }

    /// <summary>Begins the first step.</summary>
    internal void Begin() => _lastTimestamp = Stopwatch.GetTimestamp();

    /// <summary>Ends a step and begins the next one.</summary>
    internal void Mark()
    {
        long now = Stopwatch.GetTimestamp();
        Add(now - _lastTimestamp);
        _lastTimestamp = now;
    }

    /// <summary>Counts a step.</summary>
    /// <param name="ticks">How long it took, in units of <see cref="Stopwatch.Frequency"/>.</param>
    internal void Add(long ticks)
    {
        ticks = Math.Max(ticks, 0);
        _counts[BucketOf(ticks)]++;
        _maxTicks = Math.Max(_maxTicks, ticks);
        Count++;
    }

    /// <summary>Adds all steps of another histogram.</summary>
    internal void Add(TimeHistogram other)
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++) _counts[bucket] += other._counts[bucket];
        _maxTicks = Math.Max(_maxTicks, other._maxTicks);
        Count += other.Count;
    }

    /// <summary>The time within which a share of the steps ended, in microseconds; 0 without steps.</summary>
    /// <param name="share">0 to 1; 1 is the longest step, exactly.</param>
    internal double Microseconds(double share)
    {
        if (Count == 0) return 0;
        if (share >= 1) return ToMicroseconds(_maxTicks);
        long wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        int bucket = 0;
        for (long seen = _counts[0]; seen < wanted; seen += _counts[bucket]) bucket++;
        return ToMicroseconds(Math.Min(HighestOf(bucket), _maxTicks));
    }

    private static double ToMicroseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    // Below 32 each tick has its bucket; above, each power of two is divided into 32.
    private static int BucketOf(long ticks)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)ticks) - SubBucketBits);
        return (shift << SubBucketBits) + (int)(ticks >> shift);
    }

    private static long HighestOf(int bucket)
    {
        int shift = Math.Max(0, (bucket >> SubBucketBits) - 1);
        long step = bucket - ((long)shift << SubBucketBits);
        return ((step + 1) << shift) - 1;
    }
}
