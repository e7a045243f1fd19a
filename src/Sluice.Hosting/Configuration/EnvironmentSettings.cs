using System.Collections;
using System.Collections.Frozen;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Configuration;

/// <summary>Reads settings from environment variables: <c>SLUICE_</c> and the name in upper case with '_' for '.', so that <c>SLUICE_LOG_RETENTION_MS</c>
/// is <c>log.retention.ms</c>. For settings that begin with <c>sluice.</c> the word is there once: <c>SLUICE_TRANSFER_PATH</c>.</summary>
public static class EnvironmentSettings
{
    /// <summary>How the variables begin.</summary>
    public const string Prefix = "SLUICE_";

    /// <summary>Names the brokers that clients call, as <c>host:port</c>, separated by commas. It begins like a setting and is none: who sets it for the
    /// command line may start a broker in the same shell.</summary>
    public const string BootstrapServerVariable = "SLUICE_BOOTSTRAP_SERVER";

    private const string OwnPrefix = "sluice.";

    private static readonly FrozenDictionary<string, ConfigKey> s_keysByVariable =
        BrokerConfigKeys.Table.Keys.ToFrozenDictionary(VariableOf, StringComparer.Ordinal);

    /// <summary>The variable that sets a key.</summary>
    /// <param name="key">A broker key.</param>
    public static string VariableOf(ConfigKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string name = key.Name.StartsWith(OwnPrefix, StringComparison.Ordinal) ? key.Name[OwnPrefix.Length..] : key.Name;
        return Prefix + name.ToUpperInvariant().Replace('.', '_');
    }

    /// <summary>Picks the settings out of an environment.</summary>
    /// <param name="environment">Names and values of all variables.</param>
    /// <param name="ignored">Other variables that begin with the prefix, sorted, without <see cref="BootstrapServerVariable"/>. They are no error: container platforms make such variables for a service
    /// of that name.</param>
    /// <returns>In order of variable names.</returns>
    public static IReadOnlyList<ConfigEntry> Read(IEnumerable<KeyValuePair<string, string>> environment, out IReadOnlyList<string> ignored)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var entries = new List<ConfigEntry>();
        var others = new List<string>();
        foreach ((string variable, string value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            if (s_keysByVariable.TryGetValue(variable, out ConfigKey? key)) entries.Add(new ConfigEntry(key.Name, value, variable));
            else if (variable != BootstrapServerVariable) others.Add(variable);
        }
        ignored = others;
        return entries;
    }

    /// <summary>The environment of this process.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OfProcess()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Value is string value) yield return KeyValuePair.Create((string)variable.Key, value);
        }
    }
}
