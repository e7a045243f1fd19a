namespace Sluice.Client.Admin;

/// <summary>What a group committed for one partition.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Partition">0 or more.</param>
/// <param name="Offset">Next offset to read.</param>
/// <param name="LeaderEpoch">Epoch of the record before it; -1 = not told.</param>
/// <param name="Metadata">Text of the client; may be empty.</param>
public sealed record GroupOffset(string Topic, int Partition, long Offset, int LeaderEpoch = -1, string Metadata = "");
