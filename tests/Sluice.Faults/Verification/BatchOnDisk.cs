namespace Sluice.Faults.Verification;

/// <summary>A whole batch in a segment's file.</summary>
/// <param name="PositionBytes">Where it begins.</param>
/// <param name="SizeBytes">All of it.</param>
/// <param name="BaseOffset">Offset of its first record.</param>
/// <param name="LastOffset">Offset of its last record.</param>
/// <param name="MaxTimestamp">Of its records, in milliseconds since the Unix epoch; -1 = none.</param>
public readonly record struct BatchOnDisk(int PositionBytes, int SizeBytes, long BaseOffset, long LastOffset, long MaxTimestamp);
