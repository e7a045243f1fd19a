using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Sluice.Broker.Security.Sasl;

/// <summary>Believes tokens that nobody signed: for development only, and only where it is asked for by name. As Kafka's, under the same option names.</summary>
/// <param name="settings">Names of claims and tolerance.</param>
/// <param name="time">Now.</param>
internal sealed class UnsecuredTokenValidator(UnsecuredTokenSettings settings, TimeProvider time) : IBearerTokenValidator
{
    public ValueTask<BearerTokenCheck> ValidateAsync(string token) => new(Validate(token));

    private BearerTokenCheck Validate(string token)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3 || parts[2].Length > 0) return BearerTokenCheck.Refuse(SaslRefusal.MalformedMessage);
        using JsonDocument? header = Parse(parts[0]);
        using JsonDocument? claims = Parse(parts[1]);
        if (header is null || claims is null || TokenClaims.Text(header.RootElement, "alg") != "none") return BearerTokenCheck.Refuse(SaslRefusal.MalformedMessage);

        if (TokenClaims.Text(claims.RootElement, settings.PrincipalClaim) is not { Length: > 0 } principal) return BearerTokenCheck.Refuse(SaslRefusal.WrongCredentials);
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (TokenClaims.TimeMs(claims.RootElement, "exp") is not { } expiresAtMs || nowMs >= expiresAtMs + settings.ClockSkewMs)
            return BearerTokenCheck.Refuse(SaslRefusal.ExpiredCredentials);
        if (TokenClaims.TimeMs(claims.RootElement, "iat") is { } issuedAtMs && (issuedAtMs > nowMs + settings.ClockSkewMs || issuedAtMs >= expiresAtMs))
            return BearerTokenCheck.Refuse(SaslRefusal.ExpiredCredentials);
        if (!TokenClaims.Scopes(claims.RootElement, settings.ScopeClaim).IsSupersetOf(settings.RequiredScopes))
            return BearerTokenCheck.Refuse(SaslRefusal.WrongCredentials, "insufficient_scope", string.Join(' ', settings.RequiredScopes));
        return BearerTokenCheck.Accept(new BearerToken(principal, expiresAtMs));
    }

    private static JsonDocument? Parse(string part)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or DecoderFallbackException)
        {
            // What a client sent is no token: that is the answer, not a failure of ours.
            return null;
        }
    }
}
