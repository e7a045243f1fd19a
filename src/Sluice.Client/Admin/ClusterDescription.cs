namespace Sluice.Client.Admin;

/// <summary>A cluster and its brokers.</summary>
/// <param name="ClusterId">Its id.</param>
/// <param name="ControllerId">The broker that decides about topics; -1 = unknown.</param>
/// <param name="Brokers">In ascending order of their ids.</param>
public sealed record ClusterDescription(string ClusterId, int ControllerId, IReadOnlyList<BrokerMetadata> Brokers);
