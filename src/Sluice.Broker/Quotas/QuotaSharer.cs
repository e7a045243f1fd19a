using Sluice.Metadata.Quotas;

namespace Sluice.Broker.Quotas;

/// <summary>Who shares one rate: a user, a client id, or a client id of a user.</summary>
/// <param name="Key">What is limited.</param>
/// <param name="User">Null if users do not matter.</param>
/// <param name="ClientId">Null if client ids do not matter.</param>
internal readonly record struct QuotaSharer(ClientQuotaKey Key, string? User, string? ClientId);
