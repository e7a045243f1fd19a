using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Something that each broker is made to do, in turns.</summary>
/// <param name="Group">Heading of the table that it belongs to.</param>
/// <param name="Name">Its row.</param>
/// <param name="RunAsync">Does it once, on one contender.</param>
internal sealed record Workload(string Group, string Name, Func<Contender, CancellationToken, Task<Report>> RunAsync)
{
    /// <summary>What is asked of it.</summary>
    public IReadOnlyList<Goal> Goals { get; init; } = [];

    /// <summary>The C program that does the same and nothing else, on the file that the contender before it read; null = none.</summary>
    public Func<CancellationToken, Task<Report>>? RunFloorAsync { get; init; }

    /// <summary>What is to be found out once, before the first round; null = nothing.</summary>
    public Func<IReadOnlyList<Contender>, CancellationToken, Task>? PrepareAsync { get; init; }

    /// <summary>Most rounds that it is worth; such as start brokers are long.</summary>
    public int RoundsMax { get; init; } = int.MaxValue;

    /// <summary>Whether it starts its own brokers: those that run are stopped meanwhile.</summary>
    public bool StartsOwnBrokers { get; init; }
}
