namespace Sluice.Log;

/// <summary>Where a log ends in its files.</summary>
/// <param name="SegmentBaseOffset">Base offset of the active segment.</param>
/// <param name="PositionBytes">Bytes of whole batches in it.</param>
public readonly record struct LogEndPosition(long SegmentBaseOffset, long PositionBytes);
