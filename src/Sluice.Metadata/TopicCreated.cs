using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Metadata;

/// <summary>A topic came into being. Its settings follow as <see cref="ConfigsChanged"/> in the same commit.</summary>
/// <param name="Name">Valid and not taken.</param>
/// <param name="Id">Not zero and not taken.</param>
/// <param name="Partitions">Not empty; indexes 0, 1, 2, …</param>
public sealed record TopicCreated(string Name, Uuid Id, ImmutableArray<PartitionImage> Partitions) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (TopicName.Validate(Name) is { } reason) throw new MetadataChangeException(reason + ".");
        if (Id == Uuid.Zero) throw new MetadataChangeException($"The topic '{Name}' has no id.");
        if (image.FindTopic(Name) is not null) throw new MetadataChangeException($"There already is a topic '{Name}'.");
        if (image.FindTopic(Id) is { } other) throw new MetadataChangeException($"The id {Id} of the new topic '{Name}' belongs to '{other.Name}'.");
        PartitionsAdded.CheckIndexes(Name, firstIndex: 0, Partitions);
        return image.WithTopic(new TopicImage(Name, Id, Partitions));
    }
}
