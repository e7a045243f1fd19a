using Sluice.Protocol;

namespace Sluice.Metadata;

/// <summary>A topic went away, and its settings with it.</summary>
/// <param name="Name">For readers of the file; must be the name of the topic with this id.</param>
/// <param name="Id">Names the topic even if another of the same name follows.</param>
public sealed record TopicDeleted(string Name, Uuid Id) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image) =>
        image.FindTopic(Id) is { } topic && topic.Name == Name
            ? image.WithoutTopic(topic)
            : throw new MetadataChangeException($"There is no topic '{Name}' with id {Id} to delete.");
}
