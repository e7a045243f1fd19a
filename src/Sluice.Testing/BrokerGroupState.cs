namespace Sluice.Testing;

/// <summary>A group at one moment.</summary>
/// <param name="State">As Kafka names it: <c>Stable</c>, <c>Empty</c>, <c>PreparingRebalance</c>, <c>CompletingRebalance</c>, or of newer groups <c>Assigning</c>, <c>Reconciling</c>.</param>
/// <param name="Members">By member id.</param>
public sealed record BrokerGroupState(string State, IReadOnlyList<BrokerGroupMember> Members);
