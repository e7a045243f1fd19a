namespace Sluice.Client.Admin;

/// <summary>A group in a list.</summary>
/// <param name="Id">Group id.</param>
/// <param name="Type"><c>classic</c>, <c>consumer</c>, <c>share</c> or <c>streams</c>; empty where the broker does not tell.</param>
/// <param name="State">Such as <c>Stable</c> or <c>Empty</c>; empty where the broker does not tell.</param>
/// <param name="ProtocolType"><c>consumer</c> for groups of consumers; empty for groups that only keep offsets.</param>
/// <param name="CoordinatorId">Broker that coordinates it.</param>
public sealed record GroupListing(string Id, string Type, string State, string ProtocolType, int CoordinatorId);
