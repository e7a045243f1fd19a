namespace Sluice.Client.Security;

/// <summary>The broker's side of a SASL exchange is not what it should be.</summary>
internal sealed class SaslClientException(string message) : Exception(message);
