namespace Sluice.Log;

/// <summary>What opening a log directory found and did.</summary>
/// <param name="WasClean">Whether the last shutdown was in order, so that no segment had to be read.</param>
/// <param name="LogsLoaded">Partitions opened.</param>
/// <param name="SegmentsScanned">Segments that were read from their first byte, after a crash or because an index was missing or wrong.</param>
/// <param name="Truncations">What was cut off, per partition; empty if nothing was.</param>
/// <param name="Duration">How long it took.</param>
public sealed record RecoverySummary(
    bool WasClean, int LogsLoaded, int SegmentsScanned, IReadOnlyList<LogTruncation> Truncations, TimeSpan Duration);
