using System.Collections.Immutable;
using Sluice.Broker.Topics;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>A topic that an application keeps for itself, as its topology wants it.</summary>
/// <param name="Name">Topic name.</param>
/// <param name="Partitions">0 = as many as follow from what is written to it.</param>
/// <param name="ReplicationFactor">0 = the broker's default.</param>
/// <param name="Configs">Settings, by name.</param>
internal sealed record InternalTopicPlan(string Name, int Partitions, short ReplicationFactor, ImmutableArray<(string Key, string Value)> Configs)
{
    /// <summary>Puts the settings in order.</summary>
    public static InternalTopicPlan Create(string name, int partitions, short replicationFactor, IEnumerable<(string Key, string Value)> configs) =>
        new(name, partitions, replicationFactor, [.. configs.OrderBy(static config => config.Key, StringComparer.Ordinal)]);

    /// <summary>What to ask the topics' manager for.</summary>
    public NewTopic ToNewTopic(int partitionCount) =>
        new(Name, partitionCount, ReplicationFactor == 0 ? (short)-1 : ReplicationFactor, Assignments: null, [.. Configs.Select(static config => (config.Key, (string?)config.Value))]);

    /// <inheritdoc/>
    public bool Equals(InternalTopicPlan? other) =>
        other is not null && Name == other.Name && Partitions == other.Partitions && ReplicationFactor == other.ReplicationFactor && Configs.SequenceEqual(other.Configs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Partitions, ReplicationFactor);
}
