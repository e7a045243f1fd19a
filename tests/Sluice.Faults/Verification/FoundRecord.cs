namespace Sluice.Faults.Verification;

/// <summary>A record as it was read.</summary>
/// <param name="Offset">Where it was.</param>
/// <param name="Key">Its key, as text.</param>
/// <param name="Index">Number of the record whose value it has; <see cref="Tombstone"/> or <see cref="Unknown"/>.</param>
public readonly record struct FoundRecord(long Offset, string Key, long Index)
{
    /// <summary>The value is null.</summary>
    public const long Tombstone = -1;

    /// <summary>Nobody ever sent this value.</summary>
    public const long Unknown = -2;
}
