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

    /// <summary>Whether every partition has a log here.</summary>
    public bool IsComplete => !Partitions.Contains(null);

    /// <summary>Whether a partition can be read and written: it has a log, and its disk is in use.</summary>
    public bool IsOnline(int index) => Partitions[index] is { Log.IsOnline: true };

    /// <summary>The first partition from <paramref name="firstIndex"/> on whose log could not be made; null if there is none.</summary>
    public int? FindMissing(int firstIndex)
    {
        int found = Array.IndexOf(Partitions, null, firstIndex);
        return found < 0 ? null : found;
    }

    /// <summary>Whether the topic belongs to the broker rather than to users.</summary>
    public bool IsInternal => TopicName.IsInternal(Name);
}
