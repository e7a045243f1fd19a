using System.Collections.Immutable;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>Tasks of one kind. Immutable; no task twice; in order.</summary>
internal sealed class TaskSet : IEquatable<TaskSet>
{
    private readonly ImmutableSortedSet<TaskId> _tasks;

    private TaskSet(ImmutableSortedSet<TaskId> tasks) => _tasks = tasks;

    /// <summary>No tasks.</summary>
    public static TaskSet Empty { get; } = new([]);

    /// <summary>How many tasks.</summary>
    public int Count => _tasks.Count;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _tasks.IsEmpty;

    /// <summary>Every task, in order.</summary>
    public IEnumerable<TaskId> All => _tasks;

    /// <summary>The partitions of each subtopology that has any, in order.</summary>
    public IEnumerable<(string Subtopology, List<int> Partitions)> BySubtopology =>
        _tasks.GroupBy(static task => task.Subtopology, StringComparer.Ordinal).Select(static group => (group.Key, group.Select(static task => task.Partition).ToList()));

    /// <summary>Collects tasks; those that come twice count once.</summary>
    public static TaskSet From(IEnumerable<TaskId> tasks) => Of([.. tasks]);

    /// <summary>Whether a task is among them.</summary>
    public bool Contains(TaskId task) => _tasks.Contains(task);

    /// <summary>Whether all of these are in <paramref name="other"/>.</summary>
    public bool IsSubsetOf(TaskSet other) => _tasks.IsSubsetOf(other._tasks);

    /// <summary>Whether both have a task in common.</summary>
    public bool Overlaps(TaskSet other) => _tasks.Any(other.Contains);

    /// <summary>Those that are also in <paramref name="other"/>.</summary>
    public TaskSet Intersect(TaskSet other) => Where(other.Contains);

    /// <summary>Those that are not in <paramref name="other"/>.</summary>
    public TaskSet Except(TaskSet other) => other.IsEmpty ? this : Where(task => !other.Contains(task));

    /// <summary>Both together.</summary>
    public TaskSet Union(TaskSet other) => other.IsEmpty ? this : Of(_tasks.Union(other._tasks));

    /// <summary>Those that pass.</summary>
    public TaskSet Where(Func<TaskId, bool> isWanted) => _tasks.All(isWanted) ? this : From(_tasks.Where(isWanted));

    /// <inheritdoc/>
    public bool Equals(TaskSet? other) => ReferenceEquals(this, other) || (other is not null && _tasks.SetEquals(other._tasks));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TaskSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (TaskId task in _tasks) hash.Add(task);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', _tasks);

    private static TaskSet Of(ImmutableSortedSet<TaskId> tasks) => tasks.IsEmpty ? Empty : new TaskSet(tasks);
}
