using Sluice.Protocol;

namespace Sluice.Broker.Takeover;

/// <summary>A topic that comes over.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id, which it keeps.</param>
/// <param name="PartitionsCount">How many partitions it has; at least 1.</param>
/// <param name="SizeBytes">Bytes of its log segments in the data directory.</param>
/// <param name="Configs">Names and values of its own settings, as Kafka has them; values that may be secret are null.</param>
public sealed record KafkaTopicSummary(
    string Name, Uuid Id, int PartitionsCount, long SizeBytes, IReadOnlyList<KeyValuePair<string, string?>> Configs);
