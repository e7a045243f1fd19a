namespace Sluice.Log;

/// <summary>A record that was looked up by time.</summary>
/// <param name="TimestampMs">Its timestamp in Unix milliseconds; -1 if none was found.</param>
/// <param name="Offset">Its offset; -1 if none was found.</param>
/// <param name="LeaderEpoch">Leader epoch of its batch; -1 if there is none or none was found.</param>
public readonly record struct OffsetLookup(long TimestampMs, long Offset, int LeaderEpoch)
{
    /// <summary>No record answers.</summary>
    public static OffsetLookup None => new(-1, -1, -1);

    /// <summary>Whether a record answers.</summary>
    public bool IsFound => Offset >= 0;
}
