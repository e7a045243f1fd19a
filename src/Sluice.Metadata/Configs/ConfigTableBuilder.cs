using System.Collections.Immutable;
using System.Globalization;

namespace Sluice.Metadata.Configs;

/// <summary>Turns the entries of a table class into keys and collects them; used while static fields are initialized, by one thread.</summary>
/// <param name="title">The kind of resource as error messages name it.</param>
/// <param name="resourceMode">The update mode of entries that name none.</param>
internal sealed class ConfigTableBuilder(string title, ConfigUpdateMode resourceMode)
{
    private readonly List<ConfigKey> _keys = [];

    internal ConfigTable Build() => new(title, _keys);

    internal ConfigKey Boolean(string name, bool defaultValue, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support,
        string documentation, ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Add(new ConfigKey(name, ConfigType.Boolean, defaultValue ? "true" : "false", null, importance, mode, support, documentation)
        { Synonyms = OrNone(synonyms), IsHidden = hidden });

    internal ConfigKey Short(string name, long? defaultValue, ConfigRule? rule, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support,
        string documentation, ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Add(new ConfigKey(name, ConfigType.Short, Number(defaultValue), rule, importance, mode, support, documentation)
        { Synonyms = OrNone(synonyms), IsHidden = hidden });

    internal ConfigKey Int(string name, long? defaultValue, ConfigRule? rule, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support,
        string documentation, ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Add(new ConfigKey(name, ConfigType.Int, Number(defaultValue), rule, importance, mode, support, documentation)
        { Synonyms = OrNone(synonyms), IsHidden = hidden });

    internal ConfigKey Long(string name, long? defaultValue, ConfigRule? rule, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support,
        string documentation, ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Add(new ConfigKey(name, ConfigType.Long, Number(defaultValue), rule, importance, mode, support, documentation)
        { Synonyms = OrNone(synonyms), IsHidden = hidden });

    internal ConfigKey Real(string name, string defaultText, ConfigRule? rule, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support,
        string documentation, ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Add(new ConfigKey(name, ConfigType.Double, defaultText, rule, importance, mode, support, documentation)
        { Synonyms = OrNone(synonyms), IsHidden = hidden });

    internal ConfigKey Text(string name, string? defaultText, ConfigRule? rule, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support,
        string documentation, ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Add(new ConfigKey(name, ConfigType.String, defaultText, rule, importance, mode, support, documentation)
        { Synonyms = OrNone(synonyms), IsHidden = hidden });

    internal ConfigKey List(string name, string? defaultText, ConfigRule? rule, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support,
        string documentation, ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Add(new ConfigKey(name, ConfigType.List, defaultText, rule, importance, mode, support, documentation)
        { Synonyms = OrNone(synonyms), IsHidden = hidden });

    internal ConfigKey Class(string name, string? defaultText, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support,
        string documentation) =>
        Add(new ConfigKey(name, ConfigType.Class, defaultText, null, importance, mode, support, documentation));

    internal ConfigKey Password(string name, ConfigImportance importance, ConfigUpdateMode mode, ConfigSupport support, string documentation) =>
        Add(new ConfigKey(name, ConfigType.Password, null, null, importance, mode, support, documentation));

    // Settings of a topic, group or subscription: all of medium importance, all changeable on the resource.
    internal ConfigKey Boolean(string name, bool defaultValue, ConfigSupport support, string documentation,
        ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Boolean(name, defaultValue, ConfigImportance.Medium, resourceMode, support, documentation, synonyms, hidden);

    internal ConfigKey Int(string name, long? defaultValue, ConfigRule? rule, ConfigSupport support, string documentation,
        ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Int(name, defaultValue, rule, ConfigImportance.Medium, resourceMode, support, documentation, synonyms, hidden);

    internal ConfigKey Long(string name, long? defaultValue, ConfigRule? rule, ConfigSupport support, string documentation,
        ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Long(name, defaultValue, rule, ConfigImportance.Medium, resourceMode, support, documentation, synonyms, hidden);

    internal ConfigKey Real(string name, string defaultText, ConfigRule? rule, ConfigSupport support, string documentation,
        ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Real(name, defaultText, rule, ConfigImportance.Medium, resourceMode, support, documentation, synonyms, hidden);

    internal ConfigKey Text(string name, string? defaultText, ConfigRule? rule, ConfigSupport support, string documentation,
        ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        Text(name, defaultText, rule, ConfigImportance.Medium, resourceMode, support, documentation, synonyms, hidden);

    internal ConfigKey List(string name, string? defaultText, ConfigRule? rule, ConfigSupport support, string documentation,
        ImmutableArray<ConfigSynonym> synonyms = default, bool hidden = false) =>
        List(name, defaultText, rule, ConfigImportance.Medium, resourceMode, support, documentation, synonyms, hidden);

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static ImmutableArray<ConfigSynonym> OrNone(ImmutableArray<ConfigSynonym> synonyms) => synonyms.IsDefault ? [] : synonyms;

    private ConfigKey Add(ConfigKey key)
    {
        _keys.Add(key);
        return key;
    }
}
