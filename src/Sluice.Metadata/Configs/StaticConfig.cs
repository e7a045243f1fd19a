using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>The settings that a broker is started with, checked: what is wrong with them, and which of them will do nothing.</summary>
/// <remarks>Immutable. A config with <see cref="Errors"/> must not be started with; its settings are those that were valid.</remarks>
public sealed class StaticConfig
{
    private readonly FrozenDictionary<(string Listener, string? Mechanism), ConfigLayer> _listenerLayers;

    private StaticConfig(
        ConfigLayer layer, FrozenDictionary<(string Listener, string? Mechanism), ConfigLayer> listenerLayers, FrozenDictionary<string, ConfigEntry> entries)
    {
        Layer = layer;
        _listenerLayers = listenerLayers;
        Entries = entries;
    }

    /// <summary>Nothing given: every setting has its default.</summary>
    public static StaticConfig Empty { get; } = new(ConfigLayer.Empty(ConfigSource.StaticBroker),
        FrozenDictionary<(string Listener, string? Mechanism), ConfigLayer>.Empty, FrozenDictionary<string, ConfigEntry>.Empty);

    /// <summary>Everything that forbids a start, in order of entries; then what several settings together violate.</summary>
    public ImmutableArray<ConfigProblem> Errors { get; private init; } = [];

    /// <summary>Settings that are accepted but without effect, by name, each with its reason: for the log of the start.</summary>
    public ImmutableArray<ConfigProblem> Reports { get; private init; } = [];

    /// <summary>The entries that count, by name: of several for one name the last. Values as written.</summary>
    public IReadOnlyDictionary<string, ConfigEntry> Entries { get; }

    internal ConfigLayer Layer { get; }

    /// <summary>Checks what somebody gave.</summary>
    /// <param name="entries">In rising precedence: of several entries with one name the last counts.</param>
    public static StaticConfig Create(IEnumerable<ConfigEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var last = new Dictionary<string, ConfigEntry>(StringComparer.Ordinal);
        foreach (ConfigEntry entry in entries)
        {
            // Removed first, so that the order of the messages is that of the entries that count.
            last.Remove(entry.Name);
            last.Add(entry.Name, entry);
        }

        var errors = ImmutableArray.CreateBuilder<ConfigProblem>();
        var reports = ImmutableArray.CreateBuilder<ConfigProblem>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var listenerValues = new Dictionary<(string Listener, string? Mechanism), Dictionary<string, string>>();
        foreach (ConfigEntry entry in last.Values)
        {
            (string? error, string? report) = Judge(entry, out ListenerConfigName? ofListener);
            if (error is not null) errors.Add(new ConfigProblem(entry.Name, entry.Origin, error));
            else if (BrokerConfigKeys.Table.Find(entry.Name) is not null) values.Add(entry.Name, entry.Value);
            else if (ofListener is not null) ValuesOf(listenerValues, ofListener)[ofListener.Key.Name] = entry.Value;
            if (report is not null) reports.Add(new ConfigProblem(entry.Name, entry.Origin, report));
        }

        ConfigLayer layer = LayerOf(values);
        FrozenDictionary<(string Listener, string? Mechanism), ConfigLayer> listenerLayers =
            listenerValues.ToFrozenDictionary(static pair => pair.Key, static pair => LayerOf(pair.Value));
        FrozenDictionary<string, ConfigEntry> entriesByName = last.ToFrozenDictionary(StringComparer.Ordinal);
        if (errors.Count == 0)
        {
            // Rules over several settings are looked at only when each alone is in order: a conflict with a value that is void would mislead.
            BrokerSettings settings = BrokerSettings.Create(new StaticConfig(layer, listenerLayers, entriesByName), ImmutableDictionary<string, string>.Empty,
                ImmutableDictionary<string, string>.Empty);
            errors.AddRange(settings.FindConflicts().Select(conflict => new ConfigProblem(
                conflict.Key.Name, entriesByName.TryGetValue(conflict.Key.Name, out ConfigEntry entry) ? entry.Origin : "", conflict.Message)));
        }
        return new StaticConfig(layer, listenerLayers, entriesByName) { Errors = errors.ToImmutable(), Reports = reports.ToImmutable() };
    }

    /// <summary>The values given for one listener, or for one SASL mechanism of it; null if there are none.</summary>
    /// <param name="listener">Name of the listener, in upper case.</param>
    /// <param name="mechanism">In upper case; null = those for all mechanisms.</param>
    internal ConfigLayer? LayerOfListener(string listener, string? mechanism) => _listenerLayers.GetValueOrDefault((listener, mechanism));

    private static ConfigLayer LayerOf(IReadOnlyDictionary<string, string> values) =>
        ConfigLayer.Parse(ConfigSource.StaticBroker, BrokerConfigKeys.Table, values, static _ => true);

    private static Dictionary<string, string> ValuesOf(
        Dictionary<(string Listener, string? Mechanism), Dictionary<string, string>> listenerValues, ListenerConfigName name)
    {
        if (!listenerValues.TryGetValue((name.Listener, name.Mechanism), out Dictionary<string, string>? values))
        {
            listenerValues[(name.Listener, name.Mechanism)] = values = new Dictionary<string, string>(StringComparer.Ordinal);
        }
        return values;
    }

    private static (string? Error, string? Report) Judge(ConfigEntry entry, out ListenerConfigName? ofListener)
    {
        ofListener = null;
        ConfigKey? key = BrokerConfigKeys.Table.Find(entry.Name);
        if (key is null && entry.Name.StartsWith(ListenerConfigName.Prefix, StringComparison.Ordinal))
        {
            if (!ListenerConfigName.TryParse(entry.Name, out ofListener)) return (ConfigErrors.ListenerPrefix(entry.Name), null);
            key = ofListener.Key;
        }
        if (key is null)
        {
            return RetiredSettings.Find(entry.Name) is { } remark ? (null, remark) : (ConfigErrors.UnknownName(BrokerConfigKeys.Table, entry.Name), null);
        }
        if (!key.TryParse(entry.Value, out _, out string normalized, out string? error)) return (error, null);
        if (key.IsDefault(normalized)) return default;
        return key.Support.Kind switch
        {
            ConfigSupportKind.Refused => (ConfigErrors.NotHonoured(key, entry.Value), null),
            ConfigSupportKind.NoEffect => (null, $"{key.Name} has no effect: {key.Support.Reason}"),
            _ => (null, RemarkOf(key, normalized)),
        };
    }

    private static string? RemarkOf(ConfigKey key, string normalized) =>
        key.Support is not { Reason: { } reason, IsAtStartOnly: false } ? null : $"{key.Name}={ConfigErrors.Shown(key, normalized)}: {reason}";
}
