using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer.Assignors;

/// <summary>A member as assignors see it.</summary>
/// <param name="Id">Member id.</param>
/// <param name="InstanceId">Of a static member; null for a dynamic one.</param>
/// <param name="Topics">Topics that it wants; only such as exist. Members with the same wish may share one set.</param>
/// <param name="Current">What it was to get so far; may name partitions and topics that are no more.</param>
internal sealed record AssignmentMember(string Id, string? InstanceId, IReadOnlySet<Uuid> Topics, PartitionSet Current);
