namespace Sluice.Broker.Coordinators.Groups.Offsets;

/// <summary>From when on a group's offsets grow old.</summary>
/// <param name="Kind">Whether they do, and counted from what.</param>
/// <param name="EmptySinceMs">Unix time for <see cref="OffsetExpiryKind.SinceEmpty"/>; -1 = not known, which counts from the commit.</param>
internal readonly record struct OffsetExpiryRule(OffsetExpiryKind Kind, long EmptySinceMs = -1);
