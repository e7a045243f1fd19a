namespace Sluice.Broker.Security.Sasl;

/// <summary>What became of a token that was looked at.</summary>
/// <param name="Token">What it says; null = it is refused.</param>
/// <param name="Refusal">Why it is refused.</param>
/// <param name="Status">What the client is told then (RFC 6750): <c>invalid_token</c>, or <c>insufficient_scope</c> with <paramref name="Scope"/>.</param>
/// <param name="Scope">The scope that would be needed; null = that is not why.</param>
internal readonly record struct BearerTokenCheck(BearerToken? Token, SaslRefusal Refusal, string Status, string? Scope)
{
    /// <summary>The token is sound.</summary>
    public static BearerTokenCheck Accept(BearerToken token) => new(token, default, "", null);

    /// <summary>It is not.</summary>
    public static BearerTokenCheck Refuse(SaslRefusal refusal, string status = "invalid_token", string? scope = null) => new(null, refusal, status, scope);
}
