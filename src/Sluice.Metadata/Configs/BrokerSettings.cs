using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>The effective settings of a broker: its own run-time value, else the cluster's run-time default, else the value given at start, else the
/// default.</summary>
/// <remarks>A key with fallbacks under other names, such as <c>log.retention.ms</c>, shows its own value here, as in Kafka; the sum of the family is
/// read from <see cref="TopicSettings"/>, or from the properties of this class.</remarks>
public sealed partial class BrokerSettings : SettingsView
{
    private readonly ImmutableArray<ConfigLayer> _layers;

    private BrokerSettings(ImmutableArray<ConfigLayer> layers, ConfigSetting[] settings)
        : base(BrokerConfigKeys.Table, settings) => _layers = layers;

    /// <summary>All defaults: nothing is set.</summary>
    public static BrokerSettings Default { get; } =
        Create(StaticConfig.Empty, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);

    /// <inheritdoc/>
    public override ImmutableArray<string> Ignored => [.. _layers.SelectMany(layer => layer.Ignored)];

    /// <summary>From the layer of the broker itself to that of the values given at start; not the defaults.</summary>
    internal ImmutableArray<ConfigLayer> Layers => _layers;

    /// <summary>Computes the view.</summary>
    /// <param name="given">What the broker was started with.</param>
    /// <param name="clusterDefaults">Stored settings of broker name "".</param>
    /// <param name="ownValues">Stored settings of this broker's id.</param>
    public static BrokerSettings Create(StaticConfig given, IReadOnlyDictionary<string, string> clusterDefaults, IReadOnlyDictionary<string, string> ownValues)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(clusterDefaults);
        ArgumentNullException.ThrowIfNull(ownValues);
        ConfigTable table = BrokerConfigKeys.Table;
        ImmutableArray<ConfigLayer> layers =
        [
            ConfigLayer.Parse(ConfigSource.DynamicBroker, table, ownValues, static key => key.UpdateMode != ConfigUpdateMode.ReadOnly),
            ConfigLayer.Parse(ConfigSource.DynamicDefaultBroker, table, clusterDefaults, static key => key.UpdateMode == ConfigUpdateMode.ClusterWide),
            given.Layer,
        ];
        var settings = new ConfigSetting[table.Keys.Length];
        foreach (ConfigKey key in table.Keys) settings[key.Slot] = Resolve(key, layers);
        return new BrokerSettings(layers, settings);
    }

    /// <inheritdoc/>
    public override ImmutableArray<ConfigOrigin> SynonymsOf(ConfigKey key)
    {
        At(key);
        return ListOrigins([key, .. key.Synonyms.Select(synonym => synonym.Key)]);
    }

    /// <summary>The run-time defaults of the cluster alone, as DescribeConfigs answers for broker name "".</summary>
    public IEnumerable<ConfigDescription> DescribeClusterDefaults()
    {
        foreach ((ConfigKey key, ConfigSetting setting) in _layers[1].Settings)
        {
            string? shown = key.IsSensitive ? null : setting.Text;
            yield return new ConfigDescription(key, shown, setting.Source, [new ConfigOrigin(key.Name, shown, setting.Source)]);
        }
    }

    /// <summary>Lists what the layers hold under the given names, layer by layer, then the defaults.</summary>
    internal ImmutableArray<ConfigOrigin> ListOrigins(ImmutableArray<ConfigKey> keys)
    {
        var origins = ImmutableArray.CreateBuilder<ConfigOrigin>();
        foreach (ConfigLayer layer in _layers)
        {
            foreach (ConfigKey key in keys)
            {
                if (layer.TryGet(key, out ConfigSetting setting)) origins.Add(new ConfigOrigin(key.Name, key.IsSensitive ? null : setting.Text, layer.Source));
            }
        }
        // Kafka names no place at all for a family whose first member has no default and that nobody touched; tools compare that.
        if (origins.Count == 0 && keys is [{ DefaultText: null }, ..]) return [];
        foreach (ConfigKey key in keys)
        {
            if (key.DefaultText is not null) origins.Add(new ConfigOrigin(key.Name, key.IsSensitive ? null : key.DefaultText, ConfigSource.Default));
        }
        return origins.ToImmutable();
    }

    private static ConfigSetting Resolve(ConfigKey key, ImmutableArray<ConfigLayer> layers)
    {
        foreach (ConfigLayer layer in layers)
        {
            if (layer.TryGet(key, out ConfigSetting setting)) return setting;
        }
        return new ConfigSetting(key.DefaultText, key.Default, ConfigSource.Default);
    }
}
