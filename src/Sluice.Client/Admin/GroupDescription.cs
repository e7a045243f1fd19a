namespace Sluice.Client.Admin;

/// <summary>A group of consumers with its members.</summary>
/// <param name="Id">Group id.</param>
/// <param name="Type"><c>classic</c> or <c>consumer</c>.</param>
/// <param name="State">Such as <c>Stable</c>, <c>Empty</c> or <c>PreparingRebalance</c>.</param>
/// <param name="Assignor">How partitions are assigned; empty while that is open.</param>
/// <param name="Epoch">Group epoch of a consumer group; null for a classic one, which does not tell its generation.</param>
/// <param name="CoordinatorId">Broker that coordinates it.</param>
/// <param name="Members">By member id.</param>
public sealed record GroupDescription(
    string Id, string Type, string State, string Assignor, int? Epoch, int CoordinatorId, IReadOnlyList<GroupMember> Members);
