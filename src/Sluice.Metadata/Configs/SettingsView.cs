using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Metadata.Configs;

/// <summary>The effective settings of one resource at one moment.</summary>
/// <remarks>Immutable; safe for any number of threads. A getter is one array read: keep the view, not the values, where a setting may change, and take
/// the next view after each change.</remarks>
public abstract class SettingsView
{
    private readonly ConfigSetting[] _settings;

    private protected SettingsView(ConfigTable table, ConfigSetting[] settings)
    {
        Table = table;
        _settings = settings;
    }

    /// <summary>The keys that can be asked for.</summary>
    public ConfigTable Table { get; }

    /// <summary>Names of stored settings that this version does not know or cannot read, sorted; they are as if not set.</summary>
    public abstract ImmutableArray<string> Ignored { get; }

    /// <summary>Reads a numeric setting of at most 32 bits.</summary>
    /// <param name="key">Of <see cref="Table"/>, of type INT or SHORT, and not unset.</param>
    /// <exception cref="ArgumentException">The key is of another table or type, or has no value.</exception>
    public int GetInt(ConfigKey key)
    {
        if (key is not { Type: ConfigType.Int or ConfigType.Short }) ThrowKey(key);
        return (int)Required(key).Number;
    }

    /// <summary>Reads a numeric setting.</summary>
    /// <param name="key">Of <see cref="Table"/>, of type LONG, INT or SHORT, and not unset.</param>
    /// <exception cref="ArgumentException">The key is of another table or type, or has no value.</exception>
    public long GetLong(ConfigKey key)
    {
        if (key is not { Type: ConfigType.Long or ConfigType.Int or ConfigType.Short }) ThrowKey(key);
        return Required(key).Number;
    }

    /// <summary>Reads a boolean setting.</summary>
    /// <param name="key">Of <see cref="Table"/> and of type BOOLEAN.</param>
    /// <exception cref="ArgumentException">The key is of another table or type.</exception>
    public bool GetBoolean(ConfigKey key)
    {
        if (key is not { Type: ConfigType.Boolean }) ThrowKey(key);
        return Required(key).Number != 0;
    }

    /// <summary>Reads a floating-point setting.</summary>
    /// <param name="key">Of <see cref="Table"/> and of type DOUBLE.</param>
    /// <exception cref="ArgumentException">The key is of another table or type.</exception>
    public double GetDouble(ConfigKey key)
    {
        if (key is not { Type: ConfigType.Double }) ThrowKey(key);
        return Required(key).Real;
    }

    /// <summary>Reads a text setting.</summary>
    /// <param name="key">Of <see cref="Table"/> and of type STRING, CLASS or PASSWORD.</param>
    /// <returns>Null if unset.</returns>
    /// <exception cref="ArgumentException">The key is of another table or type.</exception>
    public string? GetString(ConfigKey key)
    {
        if (key is not { Type: ConfigType.String or ConfigType.Class or ConfigType.Password }) ThrowKey(key);
        return At(key).Value.Text;
    }

    /// <summary>Reads a list setting.</summary>
    /// <param name="key">Of <see cref="Table"/> and of type LIST.</param>
    /// <returns>Without duplicates; empty if unset.</returns>
    /// <exception cref="ArgumentException">The key is of another table or type.</exception>
    public ImmutableArray<string> GetList(ConfigKey key)
    {
        if (key is not { Type: ConfigType.List }) ThrowKey(key);
        return At(key).Value.List;
    }

    /// <summary>Whether the setting has a value at all: some defaults are "unset".</summary>
    /// <param name="key">Of <see cref="Table"/>.</param>
    public bool HasValue(ConfigKey key) => !At(key).Value.IsNull;

    /// <summary>The effective value in its canonical text; null if unset. Also of sensitive keys: not for showing.</summary>
    /// <param name="key">Of <see cref="Table"/>.</param>
    public string? TextOf(ConfigKey key) => At(key).Text;

    /// <summary>The layer that the effective value is from.</summary>
    /// <param name="key">Of <see cref="Table"/>.</param>
    public ConfigSource SourceOf(ConfigKey key) => At(key).Source;

    /// <summary>Every place that has a value for the setting, the one that won first.</summary>
    /// <param name="key">Of <see cref="Table"/>.</param>
    public abstract ImmutableArray<ConfigOrigin> SynonymsOf(ConfigKey key);

    /// <summary>Everything that DescribeConfigs answers for one setting.</summary>
    /// <param name="key">Of <see cref="Table"/>.</param>
    public ConfigDescription Describe(ConfigKey key)
    {
        ConfigSetting setting = At(key);
        return new ConfigDescription(key, key.IsSensitive ? null : setting.Text, setting.Source, SynonymsOf(key));
    }

    private protected ConfigSetting At(ConfigKey key)
    {
        int slot = key.Slot;
        // A key of another table would read some other setting: that must never pass.
        if ((uint)slot >= (uint)_settings.Length || !ReferenceEquals(Table.Keys[slot], key)) ThrowKey(key);
        return _settings[slot];
    }

    private ConfigValue Required(ConfigKey key)
    {
        ConfigValue value = At(key).Value;
        if (value.IsNull) ThrowUnset(key);
        return value;
    }

    [DoesNotReturn]
    private void ThrowKey(ConfigKey? key) =>
        throw new ArgumentException($"{key?.Name ?? "null"} ({key?.Type}) cannot be read so from the {Table.Title} settings.", nameof(key));

    [DoesNotReturn]
    private static void ThrowUnset(ConfigKey key) => throw new ArgumentException($"{key.Name} has no value and no default.", nameof(key));
}
