namespace Sluice.Broker.Coordinators.Groups.Streams.Assignors;

/// <summary>What the task assignor works on.</summary>
/// <param name="Members">The members, each id once.</param>
/// <param name="Tasks">Every task there is, each once, in order.</param>
/// <param name="IsStateful">Whether a subtopology has state, so that its tasks may have standby copies.</param>
/// <param name="StandbyCount">Standby copies that each such task shall have; 0 or more.</param>
internal sealed record TaskAssignmentInput(
    IReadOnlyList<TaskAssignmentMember> Members, IReadOnlyList<TaskId> Tasks, Func<string, bool> IsStateful, int StandbyCount);
