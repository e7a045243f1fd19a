namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>Something that happens once, later, unless it is put off or called off. Belongs to one <see cref="ShardTimers"/>.</summary>
/// <param name="onDue">Run as an operation of the shard.</param>
internal sealed class ShardTimer(Action onDue)
{
    internal const long Never = long.MaxValue;

    /// <summary>Whether it will happen.</summary>
    public bool IsScheduled => DueMs != Never;

    // When it shall happen, and for when it stands in the queue: putting off moves the first only.
    internal long DueMs { get; set; } = Never;

    internal long QueuedMs { get; set; } = Never;

    internal void Run() => onDue();
}
