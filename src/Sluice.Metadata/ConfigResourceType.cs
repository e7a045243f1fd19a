namespace Sluice.Metadata;

/// <summary>What a set of settings belongs to; the numbers are those of the requests.</summary>
public enum ConfigResourceType : sbyte
{
    /// <summary>Not a resource.</summary>
    Unknown = 0,

    /// <summary>A topic, by name.</summary>
    Topic = 2,

    /// <summary>A broker, by its id in decimal; the empty name stands for the default of all brokers.</summary>
    Broker = 4,

    /// <summary>The log levels of a broker; never stored.</summary>
    BrokerLogger = 8,

    /// <summary>A client metrics subscription, by name.</summary>
    ClientMetrics = 16,

    /// <summary>A consumer, share or streams group, by id.</summary>
    Group = 32,
}
