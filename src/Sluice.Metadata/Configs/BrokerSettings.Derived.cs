using System.Collections.Immutable;
using System.Diagnostics;

namespace Sluice.Metadata.Configs;

// What several keys say together.
public sealed partial class BrokerSettings
{
    // Kafka demands an id; a broker that runs alone needs none, so it gets the one that Kafka's example files use.
    private const int NodeIdDefault = 1;

    /// <summary>The id of this broker: <c>node.id</c>, else <c>broker.id</c>, else 1.</summary>
    public int NodeId =>
        HasValue(BrokerConfigKeys.NodeId) ? GetInt(BrokerConfigKeys.NodeId)
        : GetInt(BrokerConfigKeys.BrokerId) >= 0 ? GetInt(BrokerConfigKeys.BrokerId)
        : NodeIdDefault;

    /// <summary>The directories of <c>log.dirs</c>, else those of <c>log.dir</c>; at least one.</summary>
    public ImmutableArray<string> LogDirectories =>
        HasValue(BrokerConfigKeys.LogDirs) ? GetList(BrokerConfigKeys.LogDirs) : GetList(BrokerConfigKeys.LogDir);

    /// <summary>Most connections per address that differ from <c>max.connections.per.ip</c>, by host as written.</summary>
    public ImmutableDictionary<string, int> ConnectionLimitsByHost =>
        AddressLimitList.TryParse(GetString(BrokerConfigKeys.MaxConnectionsPerIpOverrides)!, out ImmutableDictionary<string, int> limits, out _)
            ? limits
            : ImmutableDictionary<string, int>.Empty;

    /// <summary>Joins listeners, advertised listeners and the protocol map.</summary>
    /// <param name="listeners">Those to open, in the order given; without the ones of controllers. Empty if the result is not null.</param>
    /// <returns>Null if they fit together.</returns>
    public ConfigConflict? ReadListeners(out ImmutableArray<ListenerSettings> listeners)
    {
        listeners = [];
        // The rules of the three keys have seen these texts, so that parsing cannot fail here.
        if (!ListenerAddress.TryParseList(GetList(BrokerConfigKeys.Listeners), out ImmutableArray<ListenerAddress> bound, out _)
            || !ListenerAddress.TryParseList(GetList(BrokerConfigKeys.AdvertisedListeners), out ImmutableArray<ListenerAddress> advertised, out _)
            || !ListenerProtocols.TryParse(GetString(BrokerConfigKeys.ListenerSecurityProtocolMap)!, out ImmutableDictionary<string, SecurityProtocol> protocols, out _))
        {
            throw new UnreachableException();
        }
        HashSet<string> controllers = [.. GetList(BrokerConfigKeys.ControllerListenerNames).Select(name => name.ToUpperInvariant())];

        var found = ImmutableArray.CreateBuilder<ListenerSettings>();
        foreach (ListenerAddress address in bound)
        {
            if (controllers.Contains(address.Name)) continue;
            ListenerAddress told = advertised.FirstOrDefault(other => other.Name == address.Name) ?? address;
            if (Protocol(address, protocols) is not { } protocol)
            {
                return new ConfigConflict(BrokerConfigKeys.Listeners,
                    $"No security protocol is known for the listener {address.Name}: it is missing in listener.security.protocol.map");
            }
            if (found.Any(other => other.Bind.Port == address.Port && other.Bind.Host == address.Host && address.Port != 0))
            {
                return new ConfigConflict(BrokerConfigKeys.Listeners, $"Each listener must have a different port, and {address} repeats one");
            }
            if (told.Host is "0.0.0.0" or "::")
            {
                return new ConfigConflict(BrokerConfigKeys.AdvertisedListeners,
                    $"Clients cannot connect to {told.Host}, so advertised.listeners must name another address for the listener {address.Name}");
            }
            found.Add(new ListenerSettings(address, told, protocol));
        }

        if (found.Count == 0) return new ConfigConflict(BrokerConfigKeys.Listeners, "Every listener belongs to controllers, so clients could not connect");
        ListenerAddress? stray = advertised.FirstOrDefault(address => bound.All(other => other.Name != address.Name));
        if (stray is not null) return new ConfigConflict(BrokerConfigKeys.AdvertisedListeners, $"{stray} is advertised, but listeners has none of that name");
        listeners = found.ToImmutable();
        return null;
    }

    /// <summary>Checks rules over several settings, for values given at start and for the result of a change at run time.</summary>
    /// <returns>Empty if all fit together.</returns>
    public ImmutableArray<ConfigConflict> FindConflicts()
    {
        var conflicts = ImmutableArray.CreateBuilder<ConfigConflict>();
        if (ReadListeners(out _) is { } conflict) conflicts.Add(conflict);
        CheckNode(conflicts);
        CheckLogs(conflicts);
        CheckLogDirectories(conflicts);
        CheckCleaner(conflicts);
        CheckConsumerGroups(conflicts);
        if (GetLong(BrokerConfigKeys.QueuedMaxRequestBytes) is >= 0 and var queuedBytes && queuedBytes < GetInt(BrokerConfigKeys.SocketRequestMaxBytes))
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.QueuedMaxRequestBytes, ConfigErrors.Conflict(BrokerConfigKeys.QueuedMaxRequestBytes, queuedBytes,
                "must not be less than", BrokerConfigKeys.SocketRequestMaxBytes, GetInt(BrokerConfigKeys.SocketRequestMaxBytes))));
        }
        return conflicts.ToImmutable();
    }

    // A name that is itself a protocol needs no entry in a map that somebody replaced; Kafka asks for one, and its own example files then have it.
    private static SecurityProtocol? Protocol(ListenerAddress address, ImmutableDictionary<string, SecurityProtocol> protocols) =>
        protocols.TryGetValue(address.Name, out SecurityProtocol protocol) || SecurityProtocolExtensions.TryParse(address.Name, out protocol) ? protocol : null;

    private void CheckConsumerGroups(ImmutableArray<ConfigConflict>.Builder conflicts)
    {
        CheckWithin(BrokerConfigKeys.GroupConsumerHeartbeatIntervalMs, BrokerConfigKeys.GroupConsumerMinHeartbeatIntervalMs,
            BrokerConfigKeys.GroupConsumerMaxHeartbeatIntervalMs, conflicts);
        CheckWithin(BrokerConfigKeys.GroupConsumerSessionTimeoutMs, BrokerConfigKeys.GroupConsumerMinSessionTimeoutMs,
            BrokerConfigKeys.GroupConsumerMaxSessionTimeoutMs, conflicts);
        CheckWithin(BrokerConfigKeys.GroupConsumerAssignmentIntervalMs, BrokerConfigKeys.GroupConsumerMinAssignmentIntervalMs,
            BrokerConfigKeys.GroupConsumerMaxAssignmentIntervalMs, conflicts);
        int heartbeatMs = GetInt(BrokerConfigKeys.GroupConsumerHeartbeatIntervalMs);
        int sessionMs = GetInt(BrokerConfigKeys.GroupConsumerSessionTimeoutMs);
        if (heartbeatMs < sessionMs) return;
        conflicts.Add(new ConfigConflict(BrokerConfigKeys.GroupConsumerHeartbeatIntervalMs, ConfigErrors.Conflict(BrokerConfigKeys.GroupConsumerHeartbeatIntervalMs,
            heartbeatMs, "must be less than", BrokerConfigKeys.GroupConsumerSessionTimeoutMs, sessionMs)));
    }

    private void CheckWithin(ConfigKey key, ConfigKey minKey, ConfigKey maxKey, ImmutableArray<ConfigConflict>.Builder conflicts)
    {
        int value = GetInt(key);
        if (value < GetInt(minKey)) conflicts.Add(new ConfigConflict(key, ConfigErrors.Conflict(key, value, "must not be less than", minKey, GetInt(minKey))));
        if (value > GetInt(maxKey)) conflicts.Add(new ConfigConflict(key, ConfigErrors.Conflict(key, value, "must not be greater than", maxKey, GetInt(maxKey))));
    }

    private void CheckNode(ImmutableArray<ConfigConflict>.Builder conflicts)
    {
        int brokerId = GetInt(BrokerConfigKeys.BrokerId);
        if (HasValue(BrokerConfigKeys.NodeId) && brokerId != -1 && brokerId != GetInt(BrokerConfigKeys.NodeId))
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.NodeId, ConfigErrors.Conflict(BrokerConfigKeys.NodeId, GetInt(BrokerConfigKeys.NodeId),
                "must be equal to", BrokerConfigKeys.BrokerId, brokerId)));
        }
        if (HasValue(BrokerConfigKeys.ProcessRoles) && !GetList(BrokerConfigKeys.ProcessRoles).Contains("broker"))
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.ProcessRoles,
                "process.roles must contain broker: a node that is only a controller is not served"));
        }
        if (GetInt(BrokerConfigKeys.DefaultReplicationFactor) > 1)
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.DefaultReplicationFactor,
                "default.replication.factor must be 1: there is one node to hold replicas"));
        }
    }

    private void CheckLogDirectories(ImmutableArray<ConfigConflict>.Builder conflicts)
    {
        if (GetList(BrokerConfigKeys.CordonedLogDirs) is { Length: > 1 } names && names.Contains("*"))
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.CordonedLogDirs, "cordoned.log.dirs is either * alone, which is all of log.dirs, or a list of some of them"));
        }
        foreach (string name in GetList(BrokerConfigKeys.CordonedLogDirs).Where(name => name != "*" && !LogDirectories.Contains(name)))
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.CordonedLogDirs,
                $"cordoned.log.dirs names {name}, which is none of log.dirs ({string.Join(",", LogDirectories)}); * is all of them"));
        }
    }

    private void CheckCleaner(ImmutableArray<ConfigConflict>.Builder conflicts)
    {
        // One key takes 24 bytes: 16 of its hash and 8 of an offset.
        const int keyBytes = 24;
        double loadFactor = GetDouble(BrokerConfigKeys.LogCleanerIoBufferLoadFactor);
        if (loadFactor is not (> 0 and <= 1))
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.LogCleanerIoBufferLoadFactor,
                $"{BrokerConfigKeys.LogCleanerIoBufferLoadFactor.Name} must be above 0 and at most 1"));
        }
        else if (GetLong(BrokerConfigKeys.LogCleanerDedupeBufferSize) / Math.Max(1, GetInt(BrokerConfigKeys.LogCleanerThreads)) / keyBytes * loadFactor <= 1)
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.LogCleanerDedupeBufferSize,
                $"{BrokerConfigKeys.LogCleanerDedupeBufferSize.Name} has no room for two keys of {keyBytes} bytes in each of the {BrokerConfigKeys.LogCleanerThreads.Name}"));
        }
        if (GetDouble(BrokerConfigKeys.LogCleanerIoMaxBytesPerSecond) is not > 0)
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.LogCleanerIoMaxBytesPerSecond,
                $"{BrokerConfigKeys.LogCleanerIoMaxBytesPerSecond.Name} must be above 0"));
        }
    }

    private void CheckLogs(ImmutableArray<ConfigConflict>.Builder conflicts)
    {
        foreach (ConfigKey key in new[] { BrokerConfigKeys.LogRetentionMs, BrokerConfigKeys.LogRetentionMinutes, BrokerConfigKeys.LogRetentionHours })
        {
            if (HasValue(key) && GetLong(key) == 0) conflicts.Add(new ConfigConflict(key, $"{key.Name} must be -1 for no limit, or at least 1"));
        }
        if (HasValue(BrokerConfigKeys.LogRollMs) && GetLong(BrokerConfigKeys.LogRollMs) < 1)
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.LogRollMs, "log.roll.ms must be at least 1"));
        }
        if (HasValue(BrokerConfigKeys.LogRollJitterMs) && GetLong(BrokerConfigKeys.LogRollJitterMs) < 0)
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.LogRollJitterMs, "log.roll.jitter.ms must be at least 0"));
        }
        if (TopicSettings.Create(this, ImmutableDictionary<string, string>.Empty).FindConflict() is { } topicConflict)
        {
            conflicts.Add(new ConfigConflict(BrokerConfigKeys.LogCleanerMinCompactionLagMs, topicConflict));
        }
    }
}
