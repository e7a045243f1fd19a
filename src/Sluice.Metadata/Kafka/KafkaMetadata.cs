using System.Collections.Immutable;

namespace Sluice.Metadata.Kafka;

/// <summary>What a Kafka cluster knew about itself at the end of its metadata log.</summary>
/// <remarks>Immutable. Everything is sorted, so that equal metadata gives equal reports.</remarks>
public sealed class KafkaMetadata
{
    /// <summary>Offset behind the last record that counts.</summary>
    public required long EndOffset { get; init; }

    /// <summary>Epoch of the last record that counts; -1 if there is none.</summary>
    public required int Epoch { get; init; }

    /// <summary>Bytes at the end of the log that are no whole batch and were left aside; 0 after any stop but a power cut.</summary>
    public required long CutBytes { get; init; }

    /// <summary>Levels of all features that are set, by name.</summary>
    public required ImmutableSortedDictionary<string, short> Features { get; init; }

    /// <summary>Level of <c>metadata.version</c>; between <see cref="KafkaMetadataVersions.Lowest"/> and <see cref="KafkaMetadataVersions.Highest"/>.</summary>
    public short MetadataVersion => Features[KafkaMetadataVersions.FeatureName];

    /// <summary>Topics, by name.</summary>
    public required ImmutableArray<KafkaTopic> Topics { get; init; }

    /// <summary>Settings, by resource and name.</summary>
    public required ImmutableArray<KafkaConfig> Configs { get; init; }

    /// <summary>Registered brokers, by id.</summary>
    public required ImmutableArray<KafkaBroker> Brokers { get; init; }

    /// <summary>Ids of the nodes that vote in the metadata quorum, ascending; empty if the log does not say.</summary>
    public required ImmutableArray<int> Voters { get; init; }

    /// <summary>The first producer id that no broker was given yet; 0 if none was ever given.</summary>
    public required long NextProducerId { get; init; }

    /// <summary>Features, SCRAM credentials, ACLs and quotas as they were written.</summary>
    public required ImmutableArray<KafkaRecord> Kept { get; init; }

    /// <summary>Delegation tokens that were not removed.</summary>
    public required int DelegationTokensCount { get; init; }

    /// <summary>Whether a migration from ZooKeeper was begun and not finished.</summary>
    public required bool IsMigrating { get; init; }
}
