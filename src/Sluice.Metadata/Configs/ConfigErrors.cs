using System.Globalization;

namespace Sluice.Metadata.Configs;

/// <summary>Every sentence that tells a user what is wrong with a setting, in one place.</summary>
internal static class ConfigErrors
{
    // An answer travels in a response: a megabyte of pasted text must not come back in it.
    private const int ShownValueLengthMax = 200;

    internal static string InvalidValue(ConfigKey key, string value, string reason) =>
        $"Invalid value {Shown(key, value)} for configuration {key.Name}: {reason}";

    internal static string UnknownName(ConfigTable table, string name)
    {
        string? nearest = table.SuggestFor(name);
        string shown = Shorten(name);
        return nearest is null ? $"Unknown {table.Title} config name: {shown}" : $"Unknown {table.Title} config name: {shown}; did you mean {nearest}?";
    }

    internal static string NotHonoured(ConfigKey key, string value) =>
        $"Invalid value {Shown(key, value)} for configuration {key.Name}: only the default ({key.DefaultText ?? "unset"}) is accepted: {key.Support.Reason}";

    internal static string Conflict(ConfigKey key, long value, string relation, ConfigKey other, long otherValue) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Name} ({value}) {relation} {other.Name} ({otherValue})");

    internal static string ListenerPrefix(string name) =>
        $"{Shorten(name)} is no setting that a listener can have of its own: those of TLS (ssl.) and SASL (sasl.) are, connections.max.reauth.ms and max.connection.creation.rate";

    internal static string Shown(ConfigKey key, string value) => key.IsSensitive ? "[hidden]" : Shorten(value);

    internal static string Shorten(string value) => value.Length <= ShownValueLengthMax ? value : string.Concat(value.AsSpan(0, ShownValueLengthMax), "...");
}
