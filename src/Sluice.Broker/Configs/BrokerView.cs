using Sluice.Broker.Network;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Configs;

/// <summary>The broker settings that handlers ask for by name, read once per change of settings.</summary>
internal sealed class BrokerView(BrokerSettings settings, StaticConfig given)
{
    /// <summary>All settings, for describing them.</summary>
    public BrokerSettings Settings { get; } = settings;

    /// <summary>What the broker was started with.</summary>
    public StaticConfig Given { get; } = given;

    /// <summary><c>node.id</c>.</summary>
    public int BrokerId { get; } = settings.NodeId;

    /// <summary><c>broker.rack</c>, or null.</summary>
    public string? Rack { get; } = settings.GetString(BrokerConfigKeys.BrokerRack);

    /// <summary><c>fetch.max.bytes</c>.</summary>
    public int FetchMaxBytes { get; } = settings.GetInt(BrokerConfigKeys.FetchMaxBytes);

    /// <summary><c>max.request.partition.size.limit</c>.</summary>
    public int RequestPartitionsMax { get; } = settings.GetInt(BrokerConfigKeys.MaxRequestPartitionSizeLimit);

    /// <summary><c>auto.create.topics.enable</c>.</summary>
    public bool AutoCreateTopics { get; } = settings.GetBoolean(BrokerConfigKeys.AutoCreateTopicsEnable);

    /// <summary><c>transaction.partition.verification.enable</c>.</summary>
    public bool VerifyTransactions { get; } = settings.GetBoolean(BrokerConfigKeys.TransactionPartitionVerificationEnable);

    /// <summary><c>delete.topic.enable</c>.</summary>
    public bool DeleteTopics { get; } = settings.GetBoolean(BrokerConfigKeys.DeleteTopicEnable);

    /// <summary><c>num.partitions</c>.</summary>
    public int PartitionCountDefault { get; } = settings.GetInt(BrokerConfigKeys.NumPartitions);

    /// <summary><c>default.replication.factor</c>.</summary>
    public int ReplicationFactorDefault { get; } = settings.GetInt(BrokerConfigKeys.DefaultReplicationFactor);

    /// <summary>Whether any of <c>log.dirs</c> gets new partitions: none does where <c>cordoned.log.dirs</c> names all of them.</summary>
    public bool HasOpenLogDirectory { get; } = HasOpen(settings.LogDirectories, LogStoreConfigs.CordonedFrom(settings));

    /// <summary>Limits on connections.</summary>
    public ConnectionLimits ConnectionLimits { get; } = new(settings);

    private static bool HasOpen(IEnumerable<string> directories, IReadOnlySet<string> cordoned) =>
        !cordoned.Contains("*") && !directories.All(name => cordoned.Contains(DataDirectories.FullPath(name)));
}
