using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Metadata;

/// <summary>What the cluster knows about one topic, apart from its settings.</summary>
/// <param name="Name">Valid by <see cref="TopicName"/>.</param>
/// <param name="Id">Never used again for another topic, not even for one of the same name.</param>
/// <param name="Partitions">Not empty; the partition at position n has index n.</param>
public sealed record TopicImage(string Name, Uuid Id, ImmutableArray<PartitionImage> Partitions)
{
    /// <summary>Finds a partition; null if the topic has none of that number.</summary>
    /// <param name="index">Any number a client may send.</param>
    public PartitionImage? FindPartition(int index) => (uint)index < (uint)Partitions.Length ? Partitions[index] : null;
}
