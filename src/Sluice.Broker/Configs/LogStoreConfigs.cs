using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Configs;

/// <summary>Keeps the log cleaner's settings, which directories get no new partitions, and the pace of moves, in step with the broker's.</summary>
/// <param name="logs">The logs; not owned.</param>
/// <param name="settings">Follows the store itself, and is told of every commit before this is.</param>
internal sealed class LogStoreConfigs(LogStore logs, SettingsRegistry settings) : IMetadataObserver
{
    /// <summary>Turns the broker's effective settings into the cleaner's.</summary>
    public static CleanerSettings CleanerFrom(BrokerSettings broker) => new()
    {
        IsEnabled = broker.GetBoolean(BrokerConfigKeys.LogCleanerEnable),
        Threads = broker.GetInt(BrokerConfigKeys.LogCleanerThreads),
        DedupeBufferBytes = broker.GetLong(BrokerConfigKeys.LogCleanerDedupeBufferSize),
        LoadFactor = broker.GetDouble(BrokerConfigKeys.LogCleanerIoBufferLoadFactor),
        IoBufferBytes = broker.GetInt(BrokerConfigKeys.LogCleanerIoBufferSize),
        IoBytesPerSecondMax = broker.GetDouble(BrokerConfigKeys.LogCleanerIoMaxBytesPerSecond),
        BackoffMs = broker.GetLong(BrokerConfigKeys.LogCleanerBackoffMs),
    };

    /// <summary>Full paths of the directories that get no new partitions, or "*".</summary>
    public static IReadOnlySet<string> CordonedFrom(BrokerSettings broker) =>
        broker.GetList(BrokerConfigKeys.CordonedLogDirs).Select(static name => name == "*" ? name : DataDirectories.FullPath(name)).ToHashSet();

    /// <inheritdoc/>
    public void OnCommitted(MetadataImage previous, MetadataImage current, IReadOnlyList<MetadataChange> changes)
    {
        CleanerSettings cleaner = CleanerFrom(settings.Broker);
        if (cleaner != logs.Cleaner) logs.Cleaner = cleaner;
        logs.Cordoned = CordonedFrom(settings.Broker);
        logs.MoveBytesPerSecondMax = settings.Broker.GetLong(BrokerConfigKeys.ReplicaAlterLogDirsIoMaxBytesPerSecond);
    }
}
