using Microsoft.IdentityModel.Tokens;

namespace Sluice.Broker.Security.Sasl;

/// <summary>The keys of those who may sign tokens.</summary>
/// <remarks>Any thread.</remarks>
internal interface ISigningKeys
{
    /// <summary>The keys that may have signed a token.</summary>
    /// <param name="keyId">What the token says; null = it does not say, so any may have.</param>
    IReadOnlyList<SecurityKey> Find(string? keyId);
}
