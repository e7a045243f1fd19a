namespace Sluice.Metadata.Features;

/// <summary>The features that this version has, and what their levels stand for.</summary>
public static class ClusterFeatures
{
    /// <summary>1 = the consumer group protocol (KIP-848).</summary>
    public static readonly Feature Group = new("group.version", 0, 1);

    /// <summary>
    /// What the cluster's metadata can say, as the level of Apache Kafka 4.3 that tools show as a release. There is one level: the format of the
    /// metadata on disk is Sluice's own and has a version of its own.
    /// </summary>
    public static readonly Feature Metadata = new("metadata.version", 30, 30);

    /// <summary>1 = share groups (KIP-932).</summary>
    public static readonly Feature Share = new("share.version", 0, 1);

    /// <summary>1 = streams groups (KIP-1071).</summary>
    public static readonly Feature Streams = new("streams.version", 0, 1);

    /// <summary>2 = clients raise a producer's epoch with every transaction (KIP-890); 1 and 0 = they do not.</summary>
    public static readonly Feature Transaction = new("transaction.version", 0, 2);

    /// <summary>All of them, sorted by name.</summary>
    public static IReadOnlyList<Feature> All { get; } = [Group, Metadata, Share, Streams, Transaction];

    /// <summary>Finds a feature; null if this version does not have it.</summary>
    /// <param name="name">Any text.</param>
    public static Feature? Find(string name) => All.FirstOrDefault(feature => feature.Name == name);
}
