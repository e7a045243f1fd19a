namespace Sluice.Broker.Sharing;

/// <summary>Records that a member was given.</summary>
/// <param name="FirstOffset">First record.</param>
/// <param name="LastOffset">Last record, inclusive.</param>
/// <param name="DeliveryCount">How often they have been given out, this time included.</param>
internal readonly record struct AcquiredRange(long FirstOffset, long LastOffset, short DeliveryCount);
