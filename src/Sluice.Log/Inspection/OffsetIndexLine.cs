namespace Sluice.Log.Inspection;

/// <summary>An entry of a <c>.index</c> file.</summary>
/// <param name="Offset">Absolute: the last offset of the batch.</param>
/// <param name="PositionBytes">Where that batch begins in the <c>.log</c>.</param>
public readonly record struct OffsetIndexLine(long Offset, long PositionBytes);
