namespace Sluice.Testing;

/// <summary>A member of a group at one moment.</summary>
/// <param name="Id">Member id.</param>
/// <param name="ClientId">Its <c>client.id</c>.</param>
/// <param name="InstanceId">Its <c>group.instance.id</c>; null for a dynamic member.</param>
/// <param name="Partitions">What it is assigned, by topic and partition.</param>
public sealed record BrokerGroupMember(string Id, string ClientId, string? InstanceId, IReadOnlyList<(string Topic, int Partition)> Partitions)
{
    /// <summary>Says it in one line.</summary>
    public override string ToString() =>
        $"{Id} of '{ClientId}': {(Partitions.Count == 0 ? "no partitions" : string.Join(", ", Partitions.Select(static partition => $"{partition.Topic}-{partition.Partition}")))}";
}
