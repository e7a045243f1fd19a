using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>The message of an OAUTHBEARER client, taken apart (RFC 7628, section 3.1): <c>n,[a=AUTHZID],^Aauth=Bearer TOKEN^A[NAME=VALUE^A...]^A</c>.</summary>
/// <param name="AuthorizationId">Empty if there is none.</param>
/// <param name="Token">Not empty.</param>
internal sealed partial record OAuthBearerMessage(string AuthorizationId, string Token)
{
    private const char Separator = '\u0001';

    /// <summary>Takes a message apart.</summary>
    public static bool TryParse(string message, [NotNullWhen(true)] out OAuthBearerMessage? parsed)
    {
        parsed = null;
        int headerEnd = message.IndexOf(Separator, StringComparison.Ordinal);
        if (headerEnd < 0 || !TryReadHeader(message.AsSpan(0, headerEnd), out string authorizationId)) return false;
        string pairs = message[(headerEnd + 1)..];
        if (!pairs.EndsWith($"{Separator}{Separator}", StringComparison.Ordinal)) return false;
        string? token = null;
        foreach (string pair in pairs[..^2].Split(Separator))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !ExtensionName().IsMatch(pair.AsSpan(0, equals))) return false;
            if (pair.AsSpan(0, equals) is not "auth") continue;
            Match credentials = Credentials().Match(pair, equals + 1);
            if (token is not null || !credentials.Success) return false;
            token = credentials.Groups["token"].Value;
        }
        if (token is null) return false;
        parsed = new OAuthBearerMessage(authorizationId, token);
        return true;
    }

    private static bool TryReadHeader(ReadOnlySpan<char> header, out string authorizationId)
    {
        authorizationId = "";
        if (header is "n,,") return true;
        if (!header.StartsWith("n,a=", StringComparison.Ordinal) || header[^1] != ',') return false;
        if (!ScramText.TryDecodeName(header[4..^1], out string? decoded) || header[4..^1].Contains(',')) return false;
        authorizationId = decoded;
        return true;
    }

    [GeneratedRegex(@"\A[A-Za-z]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ExtensionName();

    [GeneratedRegex(@"\G[Bb][Ee][Aa][Rr][Ee][Rr] +(?<token>[-_~+/.a-zA-Z0-9]+=*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();
}
