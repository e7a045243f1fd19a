namespace Sluice.Log;

/// <summary>What a log directory's checkpoints say about one partition.</summary>
/// <param name="IsClean">Whether the last shutdown was in order.</param>
/// <param name="RecoveryPoint">Everything below it was on the device; 0 if it is not known.</param>
/// <param name="LogStartOffset">0 if it is not known: the first segment's base offset counts then.</param>
/// <param name="HighWatermark">0 if it is not known.</param>
/// <param name="CompactedUpTo">Below it compaction may have taken records; 0 if it is not known.</param>
internal readonly record struct LogCheckpoints(bool IsClean, long RecoveryPoint, long LogStartOffset, long HighWatermark, long CompactedUpTo)
{
    /// <summary>A partition that is new.</summary>
    public static LogCheckpoints None => new(IsClean: true, 0, 0, 0, 0);
}
