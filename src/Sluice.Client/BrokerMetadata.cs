namespace Sluice.Client;

/// <summary>A broker as the cluster describes it.</summary>
/// <param name="Id">0 or more.</param>
/// <param name="Endpoint">Where clients reach it.</param>
/// <param name="Rack">Where it stands; null = it does not say.</param>
public sealed record BrokerMetadata(int Id, BrokerEndpoint Endpoint, string? Rack);
