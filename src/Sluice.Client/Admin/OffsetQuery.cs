namespace Sluice.Client.Admin;

/// <summary>Which offset of a partition to look up.</summary>
/// <param name="Timestamp">As on the wire: milliseconds since the Unix epoch, or a negative number with a meaning of its own.</param>
public readonly record struct OffsetQuery(long Timestamp)
{
    /// <summary>The log start offset: the first record that can be read.</summary>
    public static OffsetQuery Earliest => new(-2);

    /// <summary>Where a reader would wait for the next record: the high watermark, or the last stable offset under read_committed.</summary>
    public static OffsetQuery Latest => new(-1);

    /// <summary>The record with the largest timestamp.</summary>
    public static OffsetQuery MaxTimestamp => new(-3);

    /// <summary>The first record at or after a time.</summary>
    /// <param name="timestampMs">Milliseconds since the Unix epoch, 0 or more.</param>
    public static OffsetQuery AtTime(long timestampMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestampMs);
        return new OffsetQuery(timestampMs);
    }
}
