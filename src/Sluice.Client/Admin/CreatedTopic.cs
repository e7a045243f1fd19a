using Sluice.Protocol;

namespace Sluice.Client.Admin;

/// <summary>A topic that was just created.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; <see cref="Uuid.Zero"/> = the broker is too old to tell.</param>
/// <param name="PartitionCount">How many partitions it got; -1 = not told.</param>
/// <param name="ReplicationFactor">How many replicas each has; -1 = not told.</param>
public sealed record CreatedTopic(string Name, Uuid Id, int PartitionCount, short ReplicationFactor);
