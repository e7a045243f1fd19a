namespace Sluice.Client.Admin;

/// <summary>What settings belong to; the numbers are the protocol's.</summary>
public enum ConfigResourceType : sbyte
{
    /// <summary>A topic, by name.</summary>
    Topic = 2,

    /// <summary>A broker, by id; the empty name stands for all brokers.</summary>
    Broker = 4,

    /// <summary>The log levels of a broker, by its id.</summary>
    BrokerLogger = 8,

    /// <summary>A subscription to client metrics, by name.</summary>
    ClientMetrics = 16,

    /// <summary>A group, by id.</summary>
    Group = 32,
}
