using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>One setting: its name, type, default, allowed values, and what Sluice does with it.</summary>
/// <remarks>Immutable once its table is built, and compared by reference: each key is one static field of a table class.</remarks>
public sealed class ConfigKey
{
    internal ConfigKey(string name, ConfigType type, string? defaultText, ConfigRule? rule, ConfigImportance importance, ConfigUpdateMode updateMode,
        ConfigSupport support, string documentation)
    {
        Name = name;
        Type = type;
        DefaultText = defaultText;
        Rule = rule;
        Importance = importance;
        UpdateMode = updateMode;
        Support = support;
        Documentation = documentation;
    }

    /// <summary>As written in files and requests, e.g. <c>log.retention.ms</c>; unique in its table.</summary>
    public string Name { get; }

    /// <summary>How the text of a value is read.</summary>
    public ConfigType Type { get; }

    /// <summary>The value where nobody set one, in its canonical text; null means unset, the empty text an empty list or string.</summary>
    public string? DefaultText { get; }

    /// <summary>What values of the type are allowed; null if all are.</summary>
    public ConfigRule? Rule { get; }

    /// <summary>How much an operator should care.</summary>
    public ConfigImportance Importance { get; }

    /// <summary>Whether and where it can change at run time.</summary>
    public ConfigUpdateMode UpdateMode { get; }

    /// <summary>Whether Sluice acts upon it.</summary>
    public ConfigSupport Support { get; }

    /// <summary>One or two sentences for the DescribeConfigs response and the reference page.</summary>
    public string Documentation { get; }

    /// <summary>Broker keys asked, in this order, where this key is not set; a broker key never lists itself.</summary>
    public ImmutableArray<ConfigSynonym> Synonyms { get; internal init; } = [];

    /// <summary>Whether Kafka leaves the key out of its reference: a hook for tests or a last resort.</summary>
    public bool IsHidden { get; internal init; }

    /// <summary>Whether values must never be shown or logged.</summary>
    public bool IsSensitive => Type is ConfigType.Password or ConfigType.Unknown;

    /// <summary>The parsed <see cref="DefaultText"/>.</summary>
    public ConfigValue Default { get; private set; }

    /// <summary>The place of the key in its table and in every view of settings made from it; from 0.</summary>
    internal int Slot { get; private set; } = -1;

    /// <summary>Reads and checks a value.</summary>
    /// <param name="text">As given by a user; blanks around it are dropped.</param>
    /// <param name="value">The parsed value; unset if the result is false.</param>
    /// <param name="normalized">The canonical text to store and show: list elements trimmed and without duplicates, numbers without sign or leading
    /// zeros.</param>
    /// <param name="error">Null if the result is true, else a whole sentence that names key, value and reason; the value of a sensitive key is hidden.</param>
    /// <returns>Whether the value is of the key's type and allowed by its rule. <see cref="Support"/> is not considered.</returns>
    public bool TryParse(string text, out ConfigValue value, out string normalized, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? reason = ConfigParser.Parse(Type, text, out value, out normalized);
        reason ??= Rule?.Check(value);
        error = reason is null ? null : ConfigErrors.InvalidValue(this, text, reason);
        if (error is not null) value = default;
        return error is null;
    }

    /// <summary>Checks a value without keeping what was read.</summary>
    /// <param name="text">As given by a user.</param>
    /// <param name="normalized">The canonical text to store.</param>
    /// <param name="error">Null if allowed, else a whole sentence.</param>
    public bool Validate(string text, out string normalized, out string? error) => TryParse(text, out _, out normalized, out error);

    /// <summary>Whether a canonical text says the same as the default does.</summary>
    /// <param name="normalized">From <see cref="TryParse"/>.</param>
    public bool IsDefault(string normalized) => string.Equals(normalized, DefaultText, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Called once by the table that the key belongs to.</summary>
    internal void Place(int slot)
    {
        if (Slot >= 0) throw new InvalidOperationException($"The key {Name} is already in a table.");
        Slot = slot;
        if (DefaultText is null) return;
        if (!TryParse(DefaultText, out ConfigValue value, out string normalized, out string? error)) throw new InvalidOperationException(error);
        if (normalized != DefaultText) throw new InvalidOperationException($"The default of {Name} is written {DefaultText} instead of {normalized}.");
        Default = value;
    }
}
