namespace Sluice.Broker.Security.Sasl;

/// <summary>Decides whether a token is to be believed.</summary>
/// <remarks>Any thread.</remarks>
internal interface IBearerTokenValidator
{
    /// <summary>Looks at a token.</summary>
    /// <param name="token">Any text of the characters that tokens are made of.</param>
    ValueTask<BearerTokenCheck> ValidateAsync(string token);
}
