namespace Sluice.Log.Checkpoints;

/// <summary>One leadership: its epoch and the offset of the first batch that it appended.</summary>
/// <param name="Epoch">Leader epoch, 0 or more.</param>
/// <param name="StartOffset">Log end offset when the epoch began.</param>
internal readonly record struct EpochEntry(int Epoch, long StartOffset);
