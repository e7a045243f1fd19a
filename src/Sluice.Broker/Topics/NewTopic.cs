namespace Sluice.Broker.Topics;

/// <summary>A topic that somebody wants.</summary>
/// <param name="Name">Unchecked.</param>
/// <param name="PartitionCount">-1 for the broker's default.</param>
/// <param name="ReplicationFactor">-1 for the broker's default.</param>
/// <param name="Assignments">Replicas by partition, or null to let the broker choose.</param>
/// <param name="Configs">Settings asked for; a null value is refused.</param>
internal sealed record NewTopic(
    string Name,
    int PartitionCount,
    short ReplicationFactor,
    IReadOnlyList<(int Partition, IReadOnlyList<int> BrokerIds)>? Assignments,
    IReadOnlyList<(string Name, string? Value)> Configs);
