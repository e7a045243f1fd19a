using System.Numerics;

namespace Sluice.Bench.Load.Running;

/// <summary>Counts durations in buckets that are at most 1/64 of their value wide.</summary>
/// <remarks>One writer. Fixed memory, nothing allocated per value.</remarks>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 6;
    private const int SubBucketsCount = 1 << SubBucketBits;

    private readonly long[] _counts = new long[(64 - SubBucketBits + 1) * SubBucketsCount];

    /// <summary>Values counted.</summary>
    public long Count { get; private set; }

    /// <summary>The largest value, exactly.</summary>
    public long MaxNanoseconds { get; private set; }

    /// <summary>Counts one duration.</summary>
    /// <param name="nanoseconds">Negative counts as 0.</param>
    public void Add(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        _counts[BucketIndex(nanoseconds)]++;
        Count++;
        MaxNanoseconds = Math.Max(MaxNanoseconds, nanoseconds);
    }

    /// <summary>Takes over the counts of another.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int index = 0; index < _counts.Length; index++) _counts[index] += other._counts[index];
        Count += other.Count;
        MaxNanoseconds = Math.Max(MaxNanoseconds, other.MaxNanoseconds);
    }

    /// <summary>The duration that <paramref name="fraction"/> of the values do not exceed.</summary>
    /// <param name="fraction">0 to 1.</param>
    /// <returns>Upper end of its bucket, never above the largest value; 0 without values.</returns>
    public long Percentile(double fraction)
    {
        long wantedCount = Math.Max(1, (long)Math.Ceiling(fraction * Count));
        long seenCount = 0;
        for (int index = 0; index < _counts.Length; index++)
        {
            seenCount += _counts[index];
            if (seenCount >= wantedCount) return Math.Min(BucketEnd(index), MaxNanoseconds);
        }

        return MaxNanoseconds;
    }

    // Below 2^6 each value has its bucket; above, each power of two has 2^6 of them.
    private static int BucketIndex(long value)
    {
        if (value < SubBucketsCount) return (int)value;
        int shift = BitOperations.Log2((ulong)value) - SubBucketBits;
        return ((shift + 1) << SubBucketBits) + (int)((value >> shift) - SubBucketsCount);
    }

    private static long BucketEnd(int index)
    {
        if (index < SubBucketsCount) return index;
        int shift = (index >> SubBucketBits) - 1;
        return (((long)(index & (SubBucketsCount - 1)) + SubBucketsCount + 1) << shift) - 1;
    }
}
