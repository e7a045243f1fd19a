namespace Sluice.Log;

/// <summary>Where the records of a leader epoch end.</summary>
/// <param name="LeaderEpoch">The epoch that the answer is for: the one asked for or the largest known below it; -1 if unknown.</param>
/// <param name="EndOffset">First offset that does not belong to it; -1 if unknown.</param>
public readonly record struct EpochEndOffset(int LeaderEpoch, long EndOffset)
{
    /// <summary>The epoch is not known here.</summary>
    public static EpochEndOffset Undefined => new(-1, -1);
}
