namespace Sluice.Client.Admin;

/// <summary>What was looked up in a partition.</summary>
/// <param name="Partition">Its index.</param>
/// <param name="Offset">The offset; -1 = no record answers the query.</param>
/// <param name="TimestampMs">The record's time in milliseconds since the Unix epoch; -1 = the query is not about a record.</param>
/// <param name="LeaderEpoch">Epoch of the record's leader; -1 = not told.</param>
public sealed record PartitionOffset(int Partition, long Offset, long TimestampMs, int LeaderEpoch);
