namespace Sluice.Client.Admin;

/// <summary>A member of a group.</summary>
/// <param name="Id">Member id.</param>
/// <param name="InstanceId"><c>group.instance.id</c>; null for a dynamic member.</param>
/// <param name="ClientId">Client id.</param>
/// <param name="Host">Address that it called from.</param>
/// <param name="Epoch">Member epoch in a consumer group; null in a classic one.</param>
/// <param name="Partitions">What it is assigned, by topic and partition; for a member of an application, what its active tasks read of topics that are not the application's own.</param>
public sealed record GroupMember(
    string Id, string? InstanceId, string ClientId, string Host, int? Epoch, IReadOnlyList<(string Topic, int Partition)> Partitions)
{
    /// <summary>Tasks of a Kafka Streams application that it works on, in order; empty for other members.</summary>
    public IReadOnlyList<(string Subtopology, int Partition)> ActiveTasks { get; init; } = [];

    /// <summary>Tasks of which it keeps a copy of the state, in order; empty for other members.</summary>
    public IReadOnlyList<(string Subtopology, int Partition)> StandbyTasks { get; init; } = [];
}
