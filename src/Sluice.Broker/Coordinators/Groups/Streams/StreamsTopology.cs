using System.Collections.Immutable;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>What a Kafka Streams application reads, keeps and writes between its parts. Immutable and in order, so that two that say the same are equal.</summary>
/// <param name="Epoch">0 or more.</param>
/// <param name="Subtopologies">By id.</param>
internal sealed record StreamsTopology(int Epoch, ImmutableArray<Subtopology> Subtopologies)
{
    /// <summary>Topics whose partitions the tasks depend on: what is read, and the changelogs.</summary>
    public IEnumerable<string> RequiredTopics => Subtopologies
        .SelectMany(static part => part.ReadTopics.Concat(part.Changelogs.Select(static topic => topic.Name)))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Every topic that it names.</summary>
    public static IEnumerable<string> TopicsOf(StreamsGroupHeartbeatRequest.TopologyData topology) => topology.Subtopologies
        .SelectMany(static part => part.SourceTopics
            .Concat(part.RepartitionSinkTopics)
            .Concat(part.RepartitionSourceTopics.Select(static topic => topic.Name))
            .Concat(part.StateChangelogTopics.Select(static topic => topic.Name)))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Takes over what a member told; its places in lists must have been checked.</summary>
    public static StreamsTopology From(StreamsGroupHeartbeatRequest.TopologyData topology) => new(
        topology.Epoch,
        [
            .. topology.Subtopologies.Select(static part => Subtopology.Create(
                part.SubtopologyId,
                part.SourceTopics,
                part.StateChangelogTopics.Select(ToInternal),
                part.RepartitionSinkTopics,
                part.RepartitionSourceTopics.Select(ToInternal),
                part.CopartitionGroups.Select(together => together.SourceTopics.Select(place => part.SourceTopics[place])
                    .Concat(together.RepartitionSourceTopics.Select(place => part.RepartitionSourceTopics[place].Name))))).OrderBy(static part => part.Id, StringComparer.Ordinal),
        ]);

    /// <summary>Reads a record.</summary>
    public static StreamsTopology From(StreamsGroupTopologyValue value) => new(
        value.Epoch,
        [
            .. value.Subtopologies.Select(static part => Subtopology.Create(
                part.SubtopologyId,
                part.SourceTopics,
                part.StateChangelogTopics.Select(ToInternal),
                part.RepartitionSinkTopics,
                part.RepartitionSourceTopics.Select(ToInternal),
                part.CopartitionGroups.Select(together => together.SourceTopics.Select(place => part.SourceTopics[place])
                    .Concat(together.RepartitionSourceTopics.Select(place => part.RepartitionSourceTopics[place].Name))))).OrderBy(static part => part.Id, StringComparer.Ordinal),
        ]);

    /// <summary>Writes a record.</summary>
    public StreamsGroupTopologyValue ToRecord()
    {
        StreamsGroupTopologyValue value = new() { Epoch = Epoch };
        foreach (Subtopology part in Subtopologies)
        {
            StreamsGroupTopologyValue.Subtopology entry = value.Subtopologies.Add();
            entry.SubtopologyId = part.Id;
            entry.SourceTopics.AddRange(part.SourceTopics);
            entry.RepartitionSinkTopics.AddRange(part.RepartitionSinks);
            foreach (InternalTopicPlan topic in part.Changelogs) Write(topic, entry.StateChangelogTopics.Add());
            foreach (InternalTopicPlan topic in part.RepartitionSources) Write(topic, entry.RepartitionSourceTopics.Add());
            foreach (ImmutableArray<string> together in part.CopartitionGroups)
            {
                StreamsGroupTopologyValue.CopartitionGroup group = entry.CopartitionGroups.Add();
                foreach (string name in together)
                {
                    int source = part.SourceTopics.IndexOf(name);
                    if (source >= 0) group.SourceTopics.Add((short)source);
                    else group.RepartitionSourceTopics.Add((short)part.RepartitionSources.TakeWhile(topic => topic.Name != name).Count());
                }
            }
        }
        return value;
    }

    /// <inheritdoc/>
    public bool Equals(StreamsTopology? other) => other is not null && Epoch == other.Epoch && Subtopologies.SequenceEqual(other.Subtopologies);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, Subtopologies.Length);

    private static InternalTopicPlan ToInternal(StreamsGroupHeartbeatRequest.TopicInfo topic) =>
        InternalTopicPlan.Create(topic.Name, topic.Partitions, topic.ReplicationFactor, topic.TopicConfigs.Select(static config => (config.Key, config.Value)));

    private static InternalTopicPlan ToInternal(StreamsGroupTopologyValue.TopicInfo topic) =>
        InternalTopicPlan.Create(topic.Name, topic.Partitions, topic.ReplicationFactor, topic.TopicConfigs.Select(static config => (config.Key, config.Value)));

    private static void Write(InternalTopicPlan topic, StreamsGroupTopologyValue.TopicInfo entry)
    {
        entry.Name = topic.Name;
        entry.Partitions = topic.Partitions;
        entry.ReplicationFactor = topic.ReplicationFactor;
        foreach ((string key, string value) in topic.Configs)
        {
            StreamsGroupTopologyValue.TopicConfig config = entry.TopicConfigs.Add();
            config.Key = key;
            config.Value = value;
        }
    }
}
