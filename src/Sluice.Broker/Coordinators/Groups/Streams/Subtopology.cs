using System.Collections.Immutable;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>A part of a topology that is worked on as one: its tasks have a partition each of all its topics. Lists are in order.</summary>
/// <param name="Id">Id within the topology.</param>
/// <param name="SourceTopics">Topics of others that it reads.</param>
/// <param name="Changelogs">Where the changes of its state go; the state is built from them again.</param>
/// <param name="RepartitionSinks">Topics of the application that it writes for other parts.</param>
/// <param name="RepartitionSources">Topics of the application that it reads.</param>
/// <param name="CopartitionGroups">Topics, of either kind that it reads, that must have equally many partitions.</param>
internal sealed record Subtopology(
    string Id,
    ImmutableArray<string> SourceTopics,
    ImmutableArray<InternalTopicPlan> Changelogs,
    ImmutableArray<string> RepartitionSinks,
    ImmutableArray<InternalTopicPlan> RepartitionSources,
    ImmutableArray<ImmutableArray<string>> CopartitionGroups)
{
    /// <summary>All topics that it reads.</summary>
    public IEnumerable<string> ReadTopics => SourceTopics.Concat(RepartitionSources.Select(static topic => topic.Name));

    /// <summary>Puts the lists in order.</summary>
    public static Subtopology Create(
        string id,
        IEnumerable<string> sources,
        IEnumerable<InternalTopicPlan> changelogs,
        IEnumerable<string> sinks,
        IEnumerable<InternalTopicPlan> repartitionSources,
        IEnumerable<IEnumerable<string>> copartitionGroups) => new(
            id,
            [.. sources.Order(StringComparer.Ordinal)],
            [.. changelogs.OrderBy(static topic => topic.Name, StringComparer.Ordinal)],
            [.. sinks.Order(StringComparer.Ordinal)],
            [.. repartitionSources.OrderBy(static topic => topic.Name, StringComparer.Ordinal)],
            [.. copartitionGroups.Select(static group => group.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray()).OrderBy(static group => string.Join('\n', group), StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public bool Equals(Subtopology? other) =>
        other is not null
        && Id == other.Id
        && SourceTopics.SequenceEqual(other.SourceTopics)
        && Changelogs.SequenceEqual(other.Changelogs)
        && RepartitionSinks.SequenceEqual(other.RepartitionSinks)
        && RepartitionSources.SequenceEqual(other.RepartitionSources)
        && CopartitionGroups.Length == other.CopartitionGroups.Length
        && CopartitionGroups.Zip(other.CopartitionGroups).All(static pair => pair.First.SequenceEqual(pair.Second));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, SourceTopics.Length, RepartitionSources.Length);
}
