using System.Collections.Immutable;

namespace Sluice.Metadata;

/// <summary>What the cluster knows about one partition.</summary>
/// <param name="Index">The partition's number, from 0.</param>
/// <param name="Leader">Id of the leading broker; -1 if there is none.</param>
/// <param name="LeaderEpoch">Grows with every change of the leader; from 0.</param>
/// <param name="PartitionEpoch">Grows with every change of this record; from 0.</param>
/// <param name="Replicas">Ids of the brokers that hold a copy, the preferred leader first; not empty.</param>
/// <param name="InSyncReplicas">Those of <paramref name="Replicas"/> that have every committed record.</param>
public sealed record PartitionImage(
    int Index, int Leader, int LeaderEpoch, int PartitionEpoch, ImmutableArray<int> Replicas, ImmutableArray<int> InSyncReplicas)
{
    /// <summary>A new partition with one replica, which leads it.</summary>
    /// <param name="index">The partition's number.</param>
    /// <param name="brokerId">The only replica.</param>
    public static PartitionImage OnOneBroker(int index, int brokerId) => new(index, brokerId, LeaderEpoch: 0, PartitionEpoch: 0, [brokerId], [brokerId]);
}
