namespace Sluice.Log.Inspection;

/// <summary>An entry of a <c>.timeindex</c> file.</summary>
/// <param name="TimestampMs">Largest timestamp so far, in milliseconds since the Unix epoch.</param>
/// <param name="Offset">Absolute: the last offset of the first batch that has it.</param>
public readonly record struct TimeIndexLine(long TimestampMs, long Offset);
