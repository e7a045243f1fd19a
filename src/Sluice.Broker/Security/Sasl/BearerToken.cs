namespace Sluice.Broker.Security.Sasl;

/// <summary>What a sound token says.</summary>
/// <param name="PrincipalName">Who it was made for; not empty.</param>
/// <param name="ExpiresAtMs">When it ends, in Unix milliseconds.</param>
internal sealed record BearerToken(string PrincipalName, long ExpiresAtMs);
