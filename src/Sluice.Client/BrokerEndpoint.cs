using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sluice.Client;

/// <summary>Where a broker listens. Its text form is <c>host:port</c>, with IPv6 addresses in brackets.</summary>
/// <param name="Host">Name or address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record BrokerEndpoint(string Host, int Port)
{
    /// <summary>The port that Kafka clients assume.</summary>
    public const int DefaultPort = 9092;

    /// <summary>Reads <c>host:port</c>, or <c>host</c> for <see cref="DefaultPort"/>.</summary>
    /// <param name="text">A name, an IPv4 address, or an IPv6 address in brackets.</param>
    /// <param name="endpoint">The endpoint; null = the text is none.</param>
    /// <returns>False = empty host, or a port outside 1 to 65535.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out BrokerEndpoint? endpoint)
    {
        endpoint = null;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.IsEmpty) return false;

        ReadOnlySpan<char> host;
        if (rest[0] == '[')
        {
            int close = rest.IndexOf(']');
            if (close < 0) return false;
            host = rest[1..close];
            rest = rest[(close + 1)..];
        }
        else
        {
            int colon = rest.IndexOf(':');
            host = colon < 0 ? rest : rest[..colon];
            rest = colon < 0 ? default : rest[colon..];
        }

        int port = DefaultPort;
        if (!rest.IsEmpty
            && (rest[0] != ':' || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            return false;
        }

        if (host.IsEmpty || host.ContainsAny(" \t/@")) return false;
        endpoint = new BrokerEndpoint(host.ToString(), port);
        return true;
    }

    /// <summary>Reads endpoints separated by commas.</summary>
    /// <param name="text">One or more; empty parts are passed over.</param>
    /// <returns>The endpoints in their order; empty if one of them is malformed or there is none.</returns>
    public static IReadOnlyList<BrokerEndpoint> ParseList(string? text)
    {
        List<BrokerEndpoint> endpoints = [];
        foreach (string part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TryParse(part, out BrokerEndpoint? endpoint)) return [];
            endpoints.Add(endpoint);
        }

        return endpoints;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
