using System.Collections.Immutable;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Security.Sasl;

/// <summary>What a signed token must say to be believed.</summary>
/// <param name="Audiences">One of these must be among its audiences; empty = any.</param>
/// <param name="Issuer">Who must have made it; null = anybody whose key is known.</param>
/// <param name="SubjectClaim">The claim that names the user.</param>
/// <param name="ScopeClaim">The claim that has the scope.</param>
/// <param name="ClockSkew">Difference of clocks that is tolerated.</param>
internal sealed record SignedTokenSettings(ImmutableArray<string> Audiences, string? Issuer, string SubjectClaim, string ScopeClaim, TimeSpan ClockSkew)
{
    public static SignedTokenSettings From(BrokerSettings settings) => new(
        settings.GetList(BrokerConfigKeys.SaslOauthbearerExpectedAudience),
        settings.GetString(BrokerConfigKeys.SaslOauthbearerExpectedIssuer),
        settings.GetString(BrokerConfigKeys.SaslOauthbearerSubClaimName)!,
        settings.GetString(BrokerConfigKeys.SaslOauthbearerScopeClaimName)!,
        TimeSpan.FromSeconds(Math.Max(0, settings.GetInt(BrokerConfigKeys.SaslOauthbearerClockSkewSeconds))));
}
