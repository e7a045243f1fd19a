namespace Sluice.Log;

/// <summary>The offsets of one partition at one moment.</summary>
/// <remarks>LogStartOffset ≤ HighWatermark ≤ LogEndOffset and LastStableOffset ≤ HighWatermark, beside any number of appends.</remarks>
/// <param name="LogStartOffset">First offset that may be read.</param>
/// <param name="HighWatermark">First offset that consumers may not read.</param>
/// <param name="LastStableOffset">First offset that read_committed consumers may not read.</param>
/// <param name="LogEndOffset">Offset of the next record to be appended.</param>
public readonly record struct LogOffsets(long LogStartOffset, long HighWatermark, long LastStableOffset, long LogEndOffset);
