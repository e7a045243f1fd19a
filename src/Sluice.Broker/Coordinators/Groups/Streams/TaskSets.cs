namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>What one member has, gives up or is to get: tasks by kind. Immutable.</summary>
/// <param name="Active">Tasks that process records.</param>
/// <param name="Standby">Copies of other members' state, kept up to date.</param>
/// <param name="Warmup">Copies that are being built. Nobody is assigned any yet, by Kafka neither; records may have them.</param>
internal sealed record TaskSets(TaskSet Active, TaskSet Standby, TaskSet Warmup)
{
    /// <summary>No tasks of any kind.</summary>
    public static TaskSets Empty { get; } = new(TaskSet.Empty, TaskSet.Empty, TaskSet.Empty);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Active.IsEmpty && Standby.IsEmpty && Warmup.IsEmpty;

    /// <summary>Whether both have a task in common, as the same kind.</summary>
    public bool Overlaps(TaskSets other) => Active.Overlaps(other.Active) || Standby.Overlaps(other.Standby) || Warmup.Overlaps(other.Warmup);

    /// <summary>Whether all of these are in <paramref name="other"/>, as the same kind.</summary>
    public bool IsSubsetOf(TaskSets other) => Active.IsSubsetOf(other.Active) && Standby.IsSubsetOf(other.Standby) && Warmup.IsSubsetOf(other.Warmup);

    /// <summary>Those that are in <paramref name="other"/> as the same kind.</summary>
    public TaskSets Intersect(TaskSets other) => new(Active.Intersect(other.Active), Standby.Intersect(other.Standby), Warmup.Intersect(other.Warmup));

    /// <summary>Those that are not in <paramref name="other"/> as the same kind.</summary>
    public TaskSets Except(TaskSets other) => new(Active.Except(other.Active), Standby.Except(other.Standby), Warmup.Except(other.Warmup));

    /// <summary>Both together, kind by kind.</summary>
    public TaskSets Union(TaskSets other) => new(Active.Union(other.Active), Standby.Union(other.Standby), Warmup.Union(other.Warmup));
}
