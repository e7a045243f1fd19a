namespace Sluice.Broker.Takeover;

/// <summary>How the data directory of an Apache Kafka is taken over.</summary>
public sealed class KafkaTakeoverOptions
{
    /// <summary>
    /// Kafka's <c>metadata.log.dir</c>, or the folder <c>__cluster_metadata-0</c> in it, where that is not the data directory. Null looks where the
    /// settings say (<c>metadata.log.dir</c>), then in the data directory.
    /// </summary>
    public string? MetadataDirectory { get; set; }

    /// <summary>
    /// Takes over what can be taken over where something would be left behind: of a cluster of several nodes, with partitions missing, and partitions
    /// without any metadata.
    /// </summary>
    public bool Force { get; set; }
}
