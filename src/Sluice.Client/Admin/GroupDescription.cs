namespace Sluice.Client.Admin;

/// <summary>A group with its members, who share partitions, have each their own, or work on the tasks of a Kafka Streams application.</summary>
/// <param name="Id">Group id.</param>
/// <param name="Type"><c>classic</c>, <c>consumer</c>, <c>share</c> or <c>streams</c>.</param>
/// <param name="State">Such as <c>Stable</c>, <c>Empty</c> or <c>PreparingRebalance</c>.</param>
/// <param name="Assignor">How partitions are assigned; empty while that is open.</param>
/// <param name="Epoch">Group epoch of a consumer, share or streams group; null for a classic one, which does not tell its generation.</param>
/// <param name="CoordinatorId">Broker that coordinates it.</param>
/// <param name="Members">By member id.</param>
public sealed record GroupDescription(
    string Id, string Type, string State, string Assignor, int? Epoch, int CoordinatorId, IReadOnlyList<GroupMember> Members)
{
    /// <summary>Type of a group whose members share partitions.</summary>
    public const string ShareType = "share";

    /// <summary>Type of the group of a Kafka Streams application.</summary>
    public const string StreamsType = "streams";

    /// <summary>What an application is made of, by the ids of its parts; empty for other groups.</summary>
    public IReadOnlyList<StreamsSubtopology> Subtopologies { get; init; } = [];
}
