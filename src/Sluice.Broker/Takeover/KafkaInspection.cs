using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Kafka;

namespace Sluice.Broker.Takeover;

/// <summary>What was found in the data directory of an Apache Kafka: what would come over, and what would not.</summary>
public sealed record KafkaInspection
{
    /// <summary>Full paths of the data directories; the first is the one that Sluice's metadata goes to.</summary>
    public required IReadOnlyList<string> DataDirectories { get; init; }

    /// <summary>Full path of the folder with the metadata log.</summary>
    public required string MetadataDirectory { get; init; }

    /// <summary>What <c>meta.properties</c> says: cluster id, node id, directory id.</summary>
    public required MetaProperties Identity { get; init; }

    /// <summary>What the metadata log says.</summary>
    public required KafkaMetadata Metadata { get; init; }

    /// <summary>Topics that come over, by name.</summary>
    public required IReadOnlyList<KafkaTopicSummary> Topics { get; init; }

    /// <summary>Settings of the cluster's brokers and of this one that come over, by <c>cluster</c> or broker id; values that may be secret are null.</summary>
    public required IReadOnlyList<(ConfigResource Resource, string Key, string? Value)> BrokerConfigs { get; init; }

    /// <summary>Everything worth saying, hindrances first.</summary>
    public required IReadOnlyList<KafkaFinding> Findings { get; init; }

    /// <summary>The changes that make Sluice's metadata, in their order.</summary>
    public required IReadOnlyList<MetadataChange> Changes { get; init; }

    /// <summary>The change that says where everything came from, with the records that are kept as they are.</summary>
    public KafkaTakenOver TakenOver => (KafkaTakenOver)Changes[0];

    /// <summary>The first thing that stands in the way.</summary>
    /// <param name="force">Whether overridable hindrances count as none.</param>
    /// <returns>Null if the directory can be taken over.</returns>
    public KafkaFinding? FindHindrance(bool force) =>
        Findings.FirstOrDefault(finding => finding.Kind == KafkaFindingKind.Refusal || (finding.Kind == KafkaFindingKind.Overridable && !force));
}
