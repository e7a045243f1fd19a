using System.Collections.Immutable;

namespace Sluice.Metadata.Quotas;

/// <summary>Kafka's names of the client quotas, and what they are.</summary>
public static class ClientQuotaKeys
{
    private static readonly string[] s_names = ["producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate", "connection_creation_rate"];

    /// <summary>Every key.</summary>
    public static ImmutableArray<ClientQuotaKey> All { get; } = [.. Enum.GetValues<ClientQuotaKey>()];

    /// <summary>Kafka's name of a key.</summary>
    /// <param name="key">A key.</param>
    public static string NameOf(ClientQuotaKey key) => s_names[(int)key];

    /// <summary>Finds a key by Kafka's name.</summary>
    /// <param name="name">Any text; case matters.</param>
    /// <param name="key">The key.</param>
    /// <returns>False if there is none of that name.</returns>
    public static bool TryParse(string name, out ClientQuotaKey key)
    {
        int index = Array.IndexOf(s_names, name);
        key = (ClientQuotaKey)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Whether a key belongs to addresses; the others belong to users and clients.</summary>
    /// <param name="key">A key.</param>
    public static bool IsOfAddresses(ClientQuotaKey key) => key == ClientQuotaKey.ConnectionCreationRate;
}
