using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sluice.Broker.Security.Sasl;

/// <summary>Believes tokens that are signed with a known key, are for here, and count now (RFC 7519).</summary>
/// <remarks>The signature is checked by Microsoft.IdentityModel; which algorithms do, and what the claims must say, is decided here.</remarks>
internal sealed class SignedTokenValidator : IBearerTokenValidator
{
    // Asymmetric ones only: with HS256 a public key would do as the secret, and "none" is no signature.
    private static readonly string[] s_algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _handler = new();
    private readonly SignedTokenSettings _settings;
    private readonly TimeProvider _time;
    private readonly TokenValidationParameters _parameters;

    public SignedTokenValidator(SignedTokenSettings settings, ISigningKeys keys, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _parameters = new TokenValidationParameters
        {
            ValidAlgorithms = s_algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Find(keyId),
            ValidateIssuer = settings.Issuer is not null,
            ValidIssuer = settings.Issuer,
            ValidateAudience = !settings.Audiences.IsEmpty,
            ValidAudiences = settings.Audiences,
            // By our clock: see CountsNow.
            ValidateLifetime = false,
        };
    }

    public async ValueTask<BearerTokenCheck> ValidateAsync(string token)
    {
        TokenValidationResult result = await _handler.ValidateTokenAsync(token, _parameters).ConfigureAwait(false);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken signed) return BearerTokenCheck.Refuse(SaslRefusal.WrongCredentials);
        using JsonDocument claims = JsonDocument.Parse(Base64UrlEncoder.Decode(signed.EncodedPayload));
        if (!CountsNow(claims.RootElement, out long expiresAtMs)) return BearerTokenCheck.Refuse(SaslRefusal.ExpiredCredentials);
        if (TokenClaims.Text(claims.RootElement, _settings.SubjectClaim) is not { Length: > 0 } subject || !HasSoundScope(claims.RootElement))
            return BearerTokenCheck.Refuse(SaslRefusal.WrongCredentials);
        return BearerTokenCheck.Accept(new BearerToken(subject, expiresAtMs));
    }

    // When it was issued must be said, as Kafka demands, and is not compared with anything.
    private bool CountsNow(JsonElement claims, out long expiresAtMs)
    {
        expiresAtMs = 0;
        if (TokenClaims.TimeMs(claims, "exp") is not { } expires || TokenClaims.TimeMs(claims, "iat") is null) return false;
        expiresAtMs = expires;
        long nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        long skewMs = (long)_settings.ClockSkew.TotalMilliseconds;
        if (nowMs >= expires + skewMs) return false;
        return !claims.TryGetProperty("nbf", out _) || (TokenClaims.TimeMs(claims, "nbf") is { } notBefore && notBefore <= nowMs + skewMs);
    }

    private bool HasSoundScope(JsonElement claims) => !claims.TryGetProperty(_settings.ScopeClaim, out JsonElement scope)
        || scope.ValueKind == JsonValueKind.String
        || (scope.ValueKind == JsonValueKind.Array && scope.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String));
}
