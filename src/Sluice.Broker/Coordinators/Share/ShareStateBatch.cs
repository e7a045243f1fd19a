namespace Sluice.Broker.Coordinators.Share;

/// <summary>What became of a run of records of a share partition.</summary>
/// <param name="FirstOffset">First record.</param>
/// <param name="LastOffset">Last record, inclusive.</param>
/// <param name="State">0 available, 2 acknowledged, 4 archived (KIP-932). Acquired records are stored as available.</param>
/// <param name="DeliveryCount">How often they were given to a consumer.</param>
internal readonly record struct ShareStateBatch(long FirstOffset, long LastOffset, sbyte State, short DeliveryCount);
