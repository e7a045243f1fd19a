namespace Sluice.Client;

/// <summary>What one answer to a Metadata request said.</summary>
/// <param name="ClusterId">Null = the cluster has none.</param>
/// <param name="ControllerId">The broker that decides about topics, or in clusters of Kafka any broker; -1 = unknown.</param>
/// <param name="Brokers">By id.</param>
/// <param name="Topics">Those that were asked for and exist, by name.</param>
public sealed record ClusterMetadata(
    string? ClusterId,
    int ControllerId,
    IReadOnlyDictionary<int, BrokerMetadata> Brokers,
    IReadOnlyDictionary<string, TopicMetadata> Topics);
