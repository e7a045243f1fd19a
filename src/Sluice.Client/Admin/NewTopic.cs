namespace Sluice.Client.Admin;

/// <summary>A topic to be created.</summary>
/// <param name="Name">1 to 249 letters, digits, dots, underscores and dashes.</param>
/// <param name="PartitionCount">1 or more; null = the broker's default (<c>num.partitions</c>).</param>
/// <param name="ReplicationFactor">1 or more; null = the broker's default (<c>default.replication.factor</c>).</param>
/// <param name="Configs">Topic settings by Kafka's names.</param>
public sealed record NewTopic(
    string Name,
    int? PartitionCount = null,
    short? ReplicationFactor = null,
    IReadOnlyDictionary<string, string>? Configs = null);
