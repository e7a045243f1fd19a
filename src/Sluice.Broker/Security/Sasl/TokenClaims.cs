using System.Text.Json;

namespace Sluice.Broker.Security.Sasl;

/// <summary>Reads claims of a JSON Web Token.</summary>
internal static class TokenClaims
{
    private const double SecondsMax = long.MaxValue / 1000 / 2;

    /// <summary>A claim that is text; null if it is missing or something else.</summary>
    public static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement claim) && claim.ValueKind == JsonValueKind.String ? claim.GetString() : null;

    /// <summary>A claim in seconds since 1970, which may have a fraction, as milliseconds; null if it is missing or something else.</summary>
    public static long? TimeMs(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement claim) && claim.ValueKind == JsonValueKind.Number && claim.TryGetDouble(out double seconds)
        && seconds is >= 0 and < SecondsMax
            ? (long)(seconds * 1000)
            : null;

    /// <summary>The scopes of a claim: a list, or text with blanks between them.</summary>
    public static HashSet<string> Scopes(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out JsonElement claim)) return [];
        return claim.ValueKind switch
        {
            JsonValueKind.String => [.. claim.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            JsonValueKind.Array => [.. claim.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)],
            _ => [],
        };
    }
}
