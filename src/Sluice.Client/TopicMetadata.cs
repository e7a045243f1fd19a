using Sluice.Protocol;

namespace Sluice.Client;

/// <summary>A topic as the cluster describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; <see cref="Uuid.Zero"/> = not told.</param>
/// <param name="IsInternal">Whether the broker keeps it for itself.</param>
/// <param name="Partitions">In ascending order of their index, which need not be without gaps.</param>
public sealed record TopicMetadata(string Name, Uuid Id, bool IsInternal, IReadOnlyList<PartitionMetadata> Partitions)
{
    /// <summary>Finds a partition.</summary>
    /// <param name="index">Any number.</param>
    /// <returns>The partition, or null.</returns>
    public PartitionMetadata? Find(int index)
    {
        if ((uint)index < (uint)Partitions.Count && Partitions[index].Index == index) return Partitions[index];
        return Partitions.FirstOrDefault(partition => partition.Index == index);
    }
}
