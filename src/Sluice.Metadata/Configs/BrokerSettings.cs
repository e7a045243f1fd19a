using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>The effective settings of a broker: its own run-time value, else the cluster's run-time default, else the value given at start, else the
/// default.</summary>
/// <remarks>A key with fallbacks under other names, such as <c>log.retention.ms</c>, shows its own value here, as in Kafka; the sum of the family is
/// read from <see cref="TopicSettings"/>, or from the properties of this class.</remarks>
public sealed partial class BrokerSettings : SettingsView
{
    private readonly ImmutableArray<ConfigLayer> _layers;
    private readonly StaticConfig _given;

    private BrokerSettings(StaticConfig given, ImmutableArray<ConfigLayer> layers)
        : base(BrokerConfigKeys.Table, Resolve(layers))
    {
        _given = given;
        _layers = layers;
    }

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
        return new BrokerSettings(given, layers);
    }

    /// <summary>The settings as they are for one listener: what is given for it by <c>listener.name.NAME.</c> comes before everything else.</summary>
    /// <param name="name">Name of the listener; upper or lower case.</param>
    /// <param name="mechanism">A SASL mechanism, whose own values (<c>listener.name.NAME.MECHANISM.</c>) then come first; null = none.</param>
    public BrokerSettings ForListener(string name, string? mechanism = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string listener = name.ToUpperInvariant();
        ConfigLayer? own = _given.LayerOfListener(listener, null);
        ConfigLayer? ofMechanism = mechanism is null ? null : _given.LayerOfListener(listener, mechanism.ToUpperInvariant());
        ImmutableArray<ConfigLayer> above = [.. new[] { ofMechanism, own }.OfType<ConfigLayer>()];
        return above.IsEmpty ? this : new BrokerSettings(_given, [.. above, .. _layers]);
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
        foreach ((ConfigKey key, ConfigSetting setting) in _layers[^2].Settings)
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

    private static ConfigSetting[] Resolve(ImmutableArray<ConfigLayer> layers)
    {
        var settings = new ConfigSetting[BrokerConfigKeys.Table.Keys.Length];
        foreach (ConfigKey key in BrokerConfigKeys.Table.Keys) settings[key.Slot] = Resolve(key, layers);
        return settings;
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
