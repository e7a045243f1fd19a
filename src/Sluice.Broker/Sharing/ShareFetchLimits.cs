namespace Sluice.Broker.Sharing;

/// <summary>What a share fetch asks for.</summary>
/// <param name="MaxWait">Longest wait for records.</param>
/// <param name="MinBytes">Bytes that are worth an answer; 0 = never wait.</param>
/// <param name="MaxBytes">Limit over all partitions; the first batch is returned whole even if it is longer.</param>
/// <param name="MaxRecords">Limit over all partitions, 1 or more.</param>
/// <param name="BatchSize">Records that a range of the answer should have at most, 1 or more.</param>
/// <param name="Mode">How the limit on records is meant.</param>
internal readonly record struct ShareFetchLimits(TimeSpan MaxWait, int MinBytes, int MaxBytes, int MaxRecords, int BatchSize, AcquireMode Mode);
