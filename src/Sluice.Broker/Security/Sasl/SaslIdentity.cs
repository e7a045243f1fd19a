namespace Sluice.Broker.Security.Sasl;

/// <summary>Who a client proved to be.</summary>
/// <param name="Principal">As access rules name it.</param>
/// <param name="IsToken">Whether a delegation token proved it.</param>
/// <param name="ExpiresAtMs">When the credential ends, in Unix milliseconds; null = it does not.</param>
internal sealed record SaslIdentity(KafkaPrincipal Principal, bool IsToken = false, long? ExpiresAtMs = null);
