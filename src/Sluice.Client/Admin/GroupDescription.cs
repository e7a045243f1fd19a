namespace Sluice.Client.Admin;

/// <summary>A group of consumers with its members, who share partitions or have each their own.</summary>
/// <param name="Id">Group id.</param>
/// <param name="Type"><c>classic</c>, <c>consumer</c> or <c>share</c>.</param>
/// <param name="State">Such as <c>Stable</c>, <c>Empty</c> or <c>PreparingRebalance</c>.</param>
/// <param name="Assignor">How partitions are assigned; empty while that is open.</param>
/// <param name="Epoch">Group epoch of a consumer or share group; null for a classic one, which does not tell its generation.</param>
/// <param name="CoordinatorId">Broker that coordinates it.</param>
/// <param name="Members">By member id.</param>
public sealed record GroupDescription(
    string Id, string Type, string State, string Assignor, int? Epoch, int CoordinatorId, IReadOnlyList<GroupMember> Members)
{
    /// <summary>Type of a group whose members share partitions.</summary>
    public const string ShareType = "share";
}
