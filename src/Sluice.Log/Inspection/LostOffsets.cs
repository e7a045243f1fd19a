namespace Sluice.Log.Inspection;

/// <summary>Offsets that a copy does not have.</summary>
/// <param name="FromOffset">The first.</param>
/// <param name="UpToOffset">Exclusive; null if nothing tells where they end, because no sound batch follows.</param>
/// <param name="Path">The file that was damaged.</param>
/// <param name="PositionBytes">Where in it.</param>
/// <param name="Reason">What was wrong.</param>
public sealed record LostOffsets(long FromOffset, long? UpToOffset, string Path, long PositionBytes, string Reason);
