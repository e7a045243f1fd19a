namespace Sluice.Broker.Coordinators.Groups.Streams.Assignors;

/// <summary>A member as the task assignor sees it.</summary>
/// <param name="Id">Member id.</param>
/// <param name="ProcessId">The process that it is a thread of.</param>
/// <param name="Current">Its target so far.</param>
internal sealed record TaskAssignmentMember(string Id, string ProcessId, TaskSets Current);
