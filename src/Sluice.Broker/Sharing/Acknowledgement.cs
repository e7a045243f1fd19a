namespace Sluice.Broker.Sharing;

/// <summary>What a member says of a run of records.</summary>
/// <param name="FirstOffset">First record.</param>
/// <param name="LastOffset">Last record, inclusive.</param>
/// <param name="Types">One <see cref="AcknowledgeType"/> for all, or one for each offset. Lent by the request.</param>
internal readonly record struct Acknowledgement(long FirstOffset, long LastOffset, IReadOnlyList<sbyte> Types);
