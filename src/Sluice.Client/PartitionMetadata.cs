using Sluice.Protocol;

namespace Sluice.Client;

/// <summary>A partition as the cluster describes it.</summary>
/// <param name="Index">0 or more.</param>
/// <param name="Error">Why it cannot be used at the moment, such as <see cref="ErrorCode.LeaderNotAvailable"/>.</param>
/// <param name="LeaderId">The broker that serves it; -1 = none at the moment.</param>
/// <param name="LeaderEpoch">Rises with every change of leader; -1 = not told.</param>
/// <param name="Replicas">Brokers that hold it, the preferred leader first.</param>
/// <param name="InSyncReplicas">Those of them that have every acknowledged record.</param>
/// <param name="OfflineReplicas">Those of them that are down.</param>
public sealed record PartitionMetadata(
    int Index,
    ErrorCode Error,
    int LeaderId,
    int LeaderEpoch,
    IReadOnlyList<int> Replicas,
    IReadOnlyList<int> InSyncReplicas,
    IReadOnlyList<int> OfflineReplicas);
