using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Metadata.Kafka;

/// <summary>A topic as Kafka's metadata describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id.</param>
/// <param name="Partitions">In the order of their numbers, which go up from 0 without a gap.</param>
public sealed record KafkaTopic(string Name, Uuid Id, ImmutableArray<KafkaPartition> Partitions);
