namespace Sluice.Log.Segments;

/// <summary>What a scan of a whole segment found.</summary>
/// <param name="NextOffset">Offset after the last good batch; the base offset if there is none.</param>
/// <param name="TruncatedBytes">Bytes cut off behind it.</param>
/// <param name="Reason">What was wrong with the first bad batch; null if nothing was.</param>
internal readonly record struct SegmentRecoveryResult(long NextOffset, long TruncatedBytes, string? Reason);
