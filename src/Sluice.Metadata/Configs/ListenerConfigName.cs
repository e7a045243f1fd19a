using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Metadata.Configs;

/// <summary>A setting of one listener, <c>listener.name.clients.ssl.keystore.location</c>, or of one SASL mechanism there,
/// <c>listener.name.clients.scram-sha-256.sasl.jaas.config</c>.</summary>
/// <param name="Listener">Name in upper case.</param>
/// <param name="Mechanism">Name in upper case; null = all.</param>
/// <param name="Key">The setting that is overridden there.</param>
internal sealed record ListenerConfigName(string Listener, string? Mechanism, ConfigKey Key)
{
    /// <summary>What all such names begin with.</summary>
    internal const string Prefix = "listener.name.";

    private static readonly FrozenSet<string> s_mechanisms =
        FrozenSet.Create(StringComparer.Ordinal, "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI");

    // What Kafka reads by listener, but for max.connections, which counts for all of them here; other keys Kafka would accept and never look at.
    private static readonly FrozenSet<ConfigKey> s_others = FrozenSet.ToFrozenSet(
    [
        BrokerConfigKeys.MaxConnectionCreationRate, BrokerConfigKeys.NumNetworkThreads, BrokerConfigKeys.PrincipalBuilderClass, BrokerConfigKeys.ConnectionsMaxReauthMs,
    ]);

    /// <summary>Takes a name apart.</summary>
    /// <param name="name">Begins with <see cref="Prefix"/>.</param>
    /// <param name="parsed">Null if the result is false.</param>
    /// <returns>False if what follows the listener is no setting that listeners can have of their own.</returns>
    internal static bool TryParse(string name, [NotNullWhen(true)] out ListenerConfigName? parsed)
    {
        parsed = null;
        string rest = name[Prefix.Length..];
        // Names of listeners may contain dots, as names of settings do: the shortest that leaves a setting is meant.
        for (int dotIndex = rest.IndexOf('.', StringComparison.Ordinal); dotIndex > 0; dotIndex = rest.IndexOf('.', dotIndex + 1))
        {
            string listener = rest[..dotIndex].ToUpperInvariant();
            string key = rest[(dotIndex + 1)..];
            string? mechanism = null;
            if (key.IndexOf('.', StringComparison.Ordinal) is > 0 and var endIndex && s_mechanisms.Contains(key[..endIndex].ToUpperInvariant()))
            {
                mechanism = key[..endIndex].ToUpperInvariant();
                key = key[(endIndex + 1)..];
            }
            if (BrokerConfigKeys.Table.Find(key) is not { } found || !IsPerListener(found)) continue;
            parsed = new ListenerConfigName(listener, mechanism, found);
            return true;
        }
        return false;
    }

    private static bool IsPerListener(ConfigKey key) =>
        key.Name.StartsWith("ssl.", StringComparison.Ordinal) || key.Name.StartsWith("sasl.", StringComparison.Ordinal) || s_others.Contains(key);
}
