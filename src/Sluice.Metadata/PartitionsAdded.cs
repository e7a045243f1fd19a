using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Metadata;

/// <summary>A topic got more partitions.</summary>
/// <param name="TopicId">The topic.</param>
/// <param name="Partitions">Not empty; indexes go on where the topic's end.</param>
public sealed record PartitionsAdded(Uuid TopicId, ImmutableArray<PartitionImage> Partitions) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        TopicImage topic = image.FindTopic(TopicId) ?? throw new MetadataChangeException($"There is no topic with id {TopicId} to add partitions to.");
        CheckIndexes(topic.Name, topic.Partitions.Length, Partitions);
        return image.WithTopic(topic with { Partitions = topic.Partitions.AddRange(Partitions) });
    }

    internal static void CheckIndexes(string topicName, int firstIndex, ImmutableArray<PartitionImage> partitions)
    {
        if (partitions.IsDefaultOrEmpty) throw new MetadataChangeException($"No partitions are given for the topic '{topicName}'.");
        for (int position = 0; position < partitions.Length; position++)
        {
            PartitionImage partition = partitions[position];
            if (partition.Index != firstIndex + position)
            {
                throw new MetadataChangeException($"The topic '{topicName}' is given partition {partition.Index} where {firstIndex + position} is next.");
            }
            if (partition.Replicas.IsDefaultOrEmpty || partition.InSyncReplicas.IsDefault)
            {
                throw new MetadataChangeException($"Partition {partition.Index} of the topic '{topicName}' has no replicas.");
            }
        }
    }
}
