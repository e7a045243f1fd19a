using System.Collections.Immutable;
using Sluice.Metadata;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Configs;

/// <summary>The effective settings now: what the broker was started with, and what was changed at run time on top.</summary>
/// <remarks>Written by the topic manager, under its gate, before the topics that depend on it are published. Read by any thread.</remarks>
internal sealed class SettingsSource
{
    private readonly StaticConfig _given;
    private volatile BrokerView _current;
    private ImmutableDictionary<string, string>? _clusterDefaults;
    private ImmutableDictionary<string, string>? _ownValues;

    public SettingsSource(StaticConfig given, MetadataImage image)
    {
        _given = given;
        _current = new BrokerView(BrokerSettings.Create(given, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty));
        Update(image);
    }

    /// <summary>The settings now.</summary>
    public BrokerView Current => _current;

    /// <summary>Takes over the run-time values of <paramref name="image"/>.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Update(MetadataImage image)
    {
        ImmutableDictionary<string, string> clusterDefaults = image.ConfigsOf(ConfigResource.ClusterDefaults);
        ImmutableDictionary<string, string> ownValues = image.ConfigsOf(ConfigResource.Broker(_current.BrokerId));
        if (ReferenceEquals(clusterDefaults, _clusterDefaults) && ReferenceEquals(ownValues, _ownValues)) return false;
        _clusterDefaults = clusterDefaults;
        _ownValues = ownValues;
        _current = new BrokerView(BrokerSettings.Create(_given, clusterDefaults, ownValues));
        return true;
    }

    /// <summary>What the broker settings would be with other run-time values, for checking a change before it is made.</summary>
    public BrokerSettings Preview(MetadataImage image, ConfigResource changed, ImmutableDictionary<string, string> values)
    {
        ImmutableDictionary<string, string> clusterDefaults = changed.Name.Length == 0 ? values : image.ConfigsOf(ConfigResource.ClusterDefaults);
        ImmutableDictionary<string, string> ownValues = changed.Name.Length == 0 ? image.ConfigsOf(ConfigResource.Broker(_current.BrokerId)) : values;
        return BrokerSettings.Create(_given, clusterDefaults, ownValues);
    }

    /// <summary>The effective settings of a topic.</summary>
    public TopicSettings TopicSettings(string topic, MetadataImage image) =>
        Metadata.Configs.TopicSettings.Create(_current.Settings, image.ConfigsOf(ConfigResource.Topic(topic)));
}
