using Sluice.Metadata.Local;

namespace Sluice.Metadata;

/// <summary>How the local metadata store keeps its files.</summary>
public sealed class LocalMetadataStoreOptions
{
    /// <summary>The directory of the two files; made if it is not there. The first log directory.</summary>
    public required string Directory { get; init; }

    /// <summary>The id that the cluster must have, for instance from an existing <c>meta.properties</c>; null takes the stored one, or makes one at the
    /// first start.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Bytes of changes after which a snapshot is written and the log begins anew; at least 1. Kafka's
    /// <c>metadata.log.max.record.bytes.between.snapshots</c>, with its default of 20 MiB.</summary>
    public long CompactAfterBytes
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 20 * 1024 * 1024;

    /// <summary>Where file calls go; tests make some of them fail.</summary>
    internal IMetadataFiles Files { get; set; } = MetadataFiles.Instance;
}
