using System.Collections.Immutable;
using Sluice.Broker.Topics;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>A topology beside the topics there are: what it can be worked on with, or what is missing. Immutable.</summary>
/// <param name="TaskCounts">Tasks of each subtopology; empty while something is missing.</param>
/// <param name="InternalCounts">Partitions that each topic of the application has; empty while something is missing.</param>
/// <param name="Missing">Topics of the application that are to be made.</param>
/// <param name="Problem">Why it cannot be worked on; null if it can.</param>
internal sealed record ConfiguredTopology(
    ImmutableDictionary<string, int> TaskCounts,
    ImmutableDictionary<string, int> InternalCounts,
    ImmutableArray<NewTopic> Missing,
    (StreamsStatus Status, string Detail)? Problem)
{
    /// <summary>Whether tasks can be assigned.</summary>
    public bool IsReady => Problem is null;

    /// <summary>One that cannot be worked on.</summary>
    public static ConfiguredTopology Of(StreamsStatus status, string detail, ImmutableArray<NewTopic> missing) =>
        new(ImmutableDictionary<string, int>.Empty, ImmutableDictionary<string, int>.Empty, missing, (status, detail));
}
