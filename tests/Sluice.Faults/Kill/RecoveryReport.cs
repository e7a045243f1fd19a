namespace Sluice.Faults.Kill;

/// <summary>What a broker says of its start.</summary>
/// <param name="WasClean">Whether it found the marker of a clean stop.</param>
/// <param name="CutBytes">Bytes that it cut off, by the partition's name.</param>
public sealed record RecoveryReport(bool WasClean, SortedDictionary<string, long> CutBytes);
