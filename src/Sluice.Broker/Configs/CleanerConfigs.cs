using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Configs;

/// <summary>Keeps the log cleaner's settings in step with the broker's.</summary>
/// <param name="logs">Whose cleaner it is; not owned.</param>
/// <param name="settings">Follows the store itself, and is told of every commit before this is.</param>
internal sealed class CleanerConfigs(LogManager logs, SettingsRegistry settings) : IMetadataObserver
{
    /// <summary>Turns the broker's effective settings into the cleaner's.</summary>
    public static CleanerSettings From(BrokerSettings broker) => new()
    {
        IsEnabled = broker.GetBoolean(BrokerConfigKeys.LogCleanerEnable),
        Threads = broker.GetInt(BrokerConfigKeys.LogCleanerThreads),
        DedupeBufferBytes = broker.GetLong(BrokerConfigKeys.LogCleanerDedupeBufferSize),
        LoadFactor = broker.GetDouble(BrokerConfigKeys.LogCleanerIoBufferLoadFactor),
        IoBufferBytes = broker.GetInt(BrokerConfigKeys.LogCleanerIoBufferSize),
        IoBytesPerSecondMax = broker.GetDouble(BrokerConfigKeys.LogCleanerIoMaxBytesPerSecond),
        BackoffMs = broker.GetLong(BrokerConfigKeys.LogCleanerBackoffMs),
    };

    /// <inheritdoc/>
    public void OnCommitted(MetadataImage previous, MetadataImage current, IReadOnlyList<MetadataChange> changes)
    {
        CleanerSettings cleaner = From(settings.Broker);
        if (cleaner != logs.Cleaner) logs.Cleaner = cleaner;
    }
}
