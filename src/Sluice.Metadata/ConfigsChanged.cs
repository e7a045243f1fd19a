using System.Collections.Immutable;

namespace Sluice.Metadata;

/// <summary>Settings of a resource were set or taken back to what they fall back to.</summary>
/// <param name="Resource">A topic must exist; other resources need not.</param>
/// <param name="Set">New values in canonical text, by key.</param>
/// <param name="Removed">Keys taken back; a key that is not set is no mistake.</param>
public sealed record ConfigsChanged(ConfigResource Resource, ImmutableDictionary<string, string> Set, ImmutableArray<string> Removed) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (Resource.Type is not (ConfigResourceType.Topic or ConfigResourceType.Broker or ConfigResourceType.ClientMetrics or ConfigResourceType.Group))
        {
            throw new MetadataChangeException($"Settings of {Resource} are not stored.");
        }
        if (Resource.Type == ConfigResourceType.Topic && image.FindTopic(Resource.Name) is null)
        {
            throw new MetadataChangeException($"There is no topic '{Resource.Name}' to have settings.");
        }
        ImmutableDictionary<string, string>.Builder settings = image.ConfigsOf(Resource).ToBuilder();
        foreach (string key in Removed) settings.Remove(key);
        foreach ((string key, string value) in Set) settings[key] = value;
        return image.WithConfigs(Resource, settings.ToImmutable());
    }
}
