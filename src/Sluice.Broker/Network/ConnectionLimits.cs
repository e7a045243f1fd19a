using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Network;

/// <summary>How many connections are allowed; can change while the broker runs.</summary>
internal sealed class ConnectionLimits(BrokerSettings settings)
{
    private readonly int _perAddressMax = settings.GetInt(BrokerConfigKeys.MaxConnectionsPerIp);
    private readonly ImmutableDictionary<string, int> _overrides = settings.ConnectionLimitsByHost;

    private readonly ConcurrentDictionary<string, int> _creationRates = new(StringComparer.Ordinal);

    /// <summary><c>max.connection.creation.rate</c>, per second over all listeners.</summary>
    public int CreationRateMax { get; } = settings.GetInt(BrokerConfigKeys.MaxConnectionCreationRate);

    /// <summary><c>listener.name.NAME.max.connection.creation.rate</c>, or the one for all listeners.</summary>
    public int CreationRateMaxOn(string listener) =>
        _creationRates.GetOrAdd(listener, static (name, all) => all.ForListener(name).GetInt(BrokerConfigKeys.MaxConnectionCreationRate), settings);

    /// <summary><c>max.connections</c>.</summary>
    public int Max { get; } = settings.GetInt(BrokerConfigKeys.MaxConnections);

    /// <summary><c>max.connections.per.ip</c>, or the override for this address.</summary>
    public int MaxFor(IPAddress address)
    {
        if (_overrides.IsEmpty) return _perAddressMax;
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (_overrides.TryGetValue(plain.ToString(), out int limit)) return limit;
        return IPAddress.IsLoopback(plain) && _overrides.TryGetValue("localhost", out limit) ? limit : _perAddressMax;
    }
}
