using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Topics;

/// <summary>A topic as this broker serves it: the metadata's picture, its effective settings, its partitions here.</summary>
/// <param name="Image">What the metadata says.</param>
/// <param name="Settings">Effective settings, with where each comes from.</param>
/// <param name="LogConfig">The part of the settings that the logs need.</param>
/// <param name="Partitions">By partition number; <see langword="null"/> where the log could not be opened.</param>
internal sealed record TopicState(TopicImage Image, TopicSettings Settings, LogConfig LogConfig, Partition?[] Partitions)
{
    /// <summary>Topic name.</summary>
    public string Name => Image.Name;

    /// <summary>Topic id.</summary>
    public Uuid Id => Image.Id;

    /// <summary>Whether the topic belongs to the broker rather than to users.</summary>
    public bool IsInternal => TopicName.IsInternal(Name);
}
