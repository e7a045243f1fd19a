namespace Sluice.Log.Segments;

/// <summary>What a scan of a whole segment found.</summary>
/// <param name="NextOffset">Offset after the last good batch; the base offset if there is none.</param>
/// <param name="TruncatedBytes">Bytes cut off behind it.</param>
/// <param name="Reason">What was wrong with the first bad batch; null if nothing was.</param>
/// <param name="ReservedBytes">Zeros cut off behind it, where nothing else was: blocks reserved for batches that never came.</param>
internal readonly record struct SegmentRecoveryResult(long NextOffset, long TruncatedBytes, string? Reason, long ReservedBytes);
