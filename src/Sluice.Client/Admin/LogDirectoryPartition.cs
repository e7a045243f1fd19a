namespace Sluice.Client.Admin;

/// <summary>A partition in a broker's log directory.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its index.</param>
/// <param name="SizeBytes">Bytes of its segments.</param>
/// <param name="OffsetLag">How many offsets it is behind: its leader, or the copy that it will replace.</param>
/// <param name="IsFuture">Whether it will replace a copy in another directory.</param>
public sealed record LogDirectoryPartition(string Topic, int Partition, long SizeBytes, long OffsetLag, bool IsFuture);
