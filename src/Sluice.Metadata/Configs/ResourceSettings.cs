using System.Collections.Immutable;
using System.Globalization;

namespace Sluice.Metadata.Configs;

/// <summary>The effective settings of a resource that falls back to broker keys: its own value, else the broker's under the synonyms, else the
/// default.</summary>
public abstract class ResourceSettings : SettingsView
{
    private readonly ConfigLayer _own;

    private protected ResourceSettings(ConfigTable table, ConfigLayer own, BrokerSettings broker)
        : base(table, Resolve(table, own, broker))
    {
        _own = own;
        Broker = broker;
    }

    /// <summary>The broker settings that this view was computed over.</summary>
    public BrokerSettings Broker { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Ignored => _own.Ignored;

    /// <inheritdoc/>
    public override ImmutableArray<ConfigOrigin> SynonymsOf(ConfigKey key)
    {
        At(key);
        ImmutableArray<ConfigOrigin> inherited = key.Synonyms.IsEmpty ? [] : Broker.ListOrigins([.. key.Synonyms.Select(synonym => synonym.Key)]);
        return _own.TryGet(key, out ConfigSetting own)
            ? [new ConfigOrigin(key.Name, key.IsSensitive ? null : own.Text, own.Source), .. inherited]
            : inherited;
    }

    private static ConfigSetting[] Resolve(ConfigTable table, ConfigLayer own, BrokerSettings broker)
    {
        var settings = new ConfigSetting[table.Keys.Length];
        foreach (ConfigKey key in table.Keys)
        {
            settings[key.Slot] = own.TryGet(key, out ConfigSetting setting) ? setting : Inherit(key, broker);
        }
        return settings;
    }

    // Layer before name: a value set at run time under any name beats one given at start; in one layer the first name wins.
    private static ConfigSetting Inherit(ConfigKey key, BrokerSettings broker)
    {
        foreach (ConfigLayer layer in broker.Layers)
        {
            foreach (ConfigSynonym synonym in key.Synonyms)
            {
                if (layer.TryGet(synonym.Key, out ConfigSetting setting) && TryConvert(key, synonym, setting, out ConfigSetting converted)) return converted;
            }
        }
        return new ConfigSetting(key.DefaultText, key.Default, ConfigSource.Default);
    }

    private static bool TryConvert(ConfigKey key, ConfigSynonym synonym, ConfigSetting setting, out ConfigSetting converted)
    {
        converted = setting;
        if (synonym.Key.Type is not (ConfigType.Int or ConfigType.Long or ConfigType.Short)) return true;
        long number = setting.Value.Number;
        // Every negative broker value means "no limit"; a resource knows only -1 for that.
        number = number < 0 && key.Rule?.Check(ConfigValue.FromNumber(number)) is not null ? -1 : number;
        if (number > 0) number = number > long.MaxValue / synonym.Multiplier ? long.MaxValue : number * synonym.Multiplier;
        converted = new ConfigSetting(number.ToString(CultureInfo.InvariantCulture), ConfigValue.FromNumber(number), setting.Source);
        return key.Rule?.Check(converted.Value) is null;
    }
}
