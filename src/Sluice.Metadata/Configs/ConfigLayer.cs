using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>The values that one source gives, parsed once.</summary>
internal sealed class ConfigLayer
{
    private readonly FrozenDictionary<ConfigKey, ConfigSetting> _settings;

    private ConfigLayer(ConfigSource source, FrozenDictionary<ConfigKey, ConfigSetting> settings, ImmutableArray<string> ignored)
    {
        Source = source;
        _settings = settings;
        Ignored = ignored;
    }

    internal ConfigSource Source { get; }

    /// <summary>Names that are unknown here or whose values are not valid: written by another version of Sluice.</summary>
    internal ImmutableArray<string> Ignored { get; }

    internal IEnumerable<KeyValuePair<ConfigKey, ConfigSetting>> Settings => _settings.OrderBy(pair => pair.Key.Slot);

    internal static ConfigLayer Empty(ConfigSource source) => new(source, FrozenDictionary<ConfigKey, ConfigSetting>.Empty, []);

    // Values of keys that the layer does not accept are ignored and reported, like unknown ones.
    internal static ConfigLayer Parse(ConfigSource source, ConfigTable table, IReadOnlyDictionary<string, string> values, Func<ConfigKey, bool> accepts)
    {
        if (values.Count == 0) return Empty(source);
        var settings = new Dictionary<ConfigKey, ConfigSetting>();
        var ignored = ImmutableArray.CreateBuilder<string>();
        foreach ((string name, string text) in values)
        {
            if (table.Find(name) is { } key && accepts(key) && key.TryParse(text, out ConfigValue value, out string normalized, out _))
            {
                settings.Add(key, new ConfigSetting(normalized, value, source));
            }
            else
            {
                ignored.Add(name);
            }
        }
        ignored.Sort(StringComparer.Ordinal);
        return new ConfigLayer(source, settings.ToFrozenDictionary(), ignored.ToImmutable());
    }

    internal bool TryGet(ConfigKey key, out ConfigSetting setting) => _settings.TryGetValue(key, out setting);
}
