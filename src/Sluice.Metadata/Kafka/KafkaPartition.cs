using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Metadata.Kafka;

/// <summary>A partition as Kafka's metadata describes it.</summary>
/// <param name="Index">The partition's number, from 0.</param>
/// <param name="Leader">Id of the leading broker; -1 if there is none, as after a stop in order.</param>
/// <param name="LeaderEpoch">Grows with every change of the leader; from 0.</param>
/// <param name="PartitionEpoch">Grows with every change of the partition's record; from 0.</param>
/// <param name="Replicas">Ids of the brokers that hold a copy, the preferred leader first.</param>
/// <param name="InSyncReplicas">Those of the replicas that have every committed record.</param>
/// <param name="Directories">Per replica the id of its log directory; empty if the metadata is of a version that did not say.</param>
public sealed record KafkaPartition(
    int Index,
    int Leader,
    int LeaderEpoch,
    int PartitionEpoch,
    ImmutableArray<int> Replicas,
    ImmutableArray<int> InSyncReplicas,
    ImmutableArray<Uuid> Directories);
