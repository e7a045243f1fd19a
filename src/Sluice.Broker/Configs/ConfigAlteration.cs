using System.Collections.Immutable;
using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Configs;

/// <summary>What to do with one setting; the numbers are those of IncrementalAlterConfigs (KIP-339).</summary>
internal enum ConfigOperation : sbyte
{
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}

/// <summary>One wish of a client.</summary>
/// <param name="Name">Setting, as sent.</param>
/// <param name="Operation">As sent; perhaps none that exists.</param>
/// <param name="Value">As sent.</param>
internal readonly record struct ConfigWish(string Name, ConfigOperation Operation, string? Value);

/// <summary>
/// Works out what a resource's own settings become when a client's wishes come true, or why they cannot: rules without I/O.
/// </summary>
/// <remarks>A setting that Sluice does not act upon is refused here, unless it is set to what happens anyway.</remarks>
internal sealed class ConfigAlteration
{
    private ConfigAlteration(ErrorCode error, string? message, ImmutableDictionary<string, string> values)
    {
        Error = error;
        Message = message;
        Values = values;
    }

    /// <summary>NONE, or why not.</summary>
    public ErrorCode Error { get; }

    /// <summary>A sentence for a person; null without an error.</summary>
    public string? Message { get; }

    /// <summary>The resource's own settings afterwards; unchanged with an error.</summary>
    public ImmutableDictionary<string, string> Values { get; }

    /// <summary>Applies wishes one by one, as IncrementalAlterConfigs does.</summary>
    /// <param name="table">The settings that the resource has.</param>
    /// <param name="current">Its own settings now.</param>
    /// <param name="wishes">In the order sent.</param>
    /// <param name="rules">What makes topics and brokers differ.</param>
    public static ConfigAlteration Incremental(
        ConfigTable table, ImmutableDictionary<string, string> current, IReadOnlyList<ConfigWish> wishes, ConfigAlterationRules rules)
    {
        HashSet<string> named = new(StringComparer.Ordinal);
        foreach (ConfigWish wish in wishes)
        {
            if (!named.Add(wish.Name)) return Refuse(current, ErrorCode.InvalidRequest, $"The setting {wish.Name} is named more than once.");
            if (!Enum.IsDefined(wish.Operation)) return Refuse(current, ErrorCode.InvalidRequest, $"Unknown operation {(sbyte)wish.Operation} for {wish.Name}.");
            if (wish.Value is null && wish.Operation != ConfigOperation.Delete) return Refuse(current, ErrorCode.InvalidRequest, $"Null value not supported for {wish.Name}.");
        }

        ImmutableDictionary<string, string>.Builder values = current.ToBuilder();
        foreach (ConfigWish wish in wishes)
        {
            ConfigKey? key = table.Find(wish.Name);
            if (wish.Operation == ConfigOperation.Delete)
            {
                // Removing what an older version left behind is always allowed; removing what never existed is a slip of the pen.
                if (key is null && !values.ContainsKey(wish.Name)) return Refuse(current, rules.InvalidValue, Unknown(table, wish.Name));
                if (key is not null && rules.MayChange(key) is { } fixedReason) return Refuse(current, rules.NotChangeable, fixedReason);
                values.Remove(wish.Name);
                continue;
            }
            if (key is null) return Refuse(current, rules.InvalidValue, Unknown(table, wish.Name));
            if (rules.MayChange(key) is { } reason) return Refuse(current, rules.NotChangeable, reason);
            string text = wish.Value!;
            if (wish.Operation is ConfigOperation.Append or ConfigOperation.Subtract)
            {
                if (key.Type != ConfigType.List) return Refuse(current, ErrorCode.InvalidConfig, $"Can't {wish.Operation.ToString().ToUpperInvariant()} to the setting {key.Name}, because it is not a list.");
                text = Merge(values.GetValueOrDefault(key.Name) ?? key.DefaultText ?? "", text, wish.Operation);
            }
            if (Check(key, text, out string normalized) is { } problem) return Refuse(current, rules.InvalidValue, problem);
            values[key.Name] = normalized;
        }
        return new ConfigAlteration(ErrorCode.None, null, values.ToImmutable());
    }

    /// <summary>Replaces all settings, as AlterConfigs does: what is not named goes back to its default.</summary>
    public static ConfigAlteration Replace(
        ConfigTable table, ImmutableDictionary<string, string> current, IReadOnlyList<ConfigWish> wishes, ConfigAlterationRules rules)
    {
        // Settings that cannot change at run time cannot be in the present set either, so starting from nothing loses none.
        ConfigAlteration replaced = Incremental(table, ImmutableDictionary<string, string>.Empty, wishes, rules);
        return replaced.Error == ErrorCode.None ? replaced : new ConfigAlteration(replaced.Error, replaced.Message, current);
    }

    /// <summary>Checks one value.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Check(ConfigKey key, string text, out string normalized)
    {
        if (!key.Validate(text, out normalized, out string? error)) return error;
        if (!key.Support.IsHonoured && !key.IsDefault(normalized)) return $"{key.Name} cannot be set to {normalized}: {key.Support.Reason}.";
        return null;
    }

    /// <summary>The sentence for a name that no setting has.</summary>
    public static string Unknown(ConfigTable table, string name)
    {
        string suggestion = table.SuggestFor(name) is { } near ? $" Did you mean {near}?" : "";
        return $"Unknown {table.Title} config name: {name}.{suggestion}";
    }

    private static string Merge(string present, string change, ConfigOperation operation)
    {
        List<string> elements = [.. Split(present)];
        foreach (string element in Split(change))
        {
            if (operation == ConfigOperation.Subtract) elements.Remove(element);
            else if (!elements.Contains(element)) elements.Add(element);
        }
        return string.Join(',', elements);
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static ConfigAlteration Refuse(ImmutableDictionary<string, string> current, ErrorCode error, string message) => new(error, message, current);
}
