namespace Sluice.Client.Admin;

/// <summary>Where the value of a setting comes from; the numbers are the protocol's.</summary>
public enum ConfigSource : sbyte
{
    /// <summary>Not told.</summary>
    Unknown = 0,

    /// <summary>Set for this topic.</summary>
    Topic = 1,

    /// <summary>Set for this broker while it runs.</summary>
    DynamicBroker = 2,

    /// <summary>Set for all brokers while they run.</summary>
    DynamicDefaultBroker = 3,

    /// <summary>In the broker's own configuration.</summary>
    StaticBroker = 4,

    /// <summary>Nobody set it.</summary>
    Default = 5,

    /// <summary>Log level set while the broker runs.</summary>
    DynamicBrokerLogger = 6,

    /// <summary>Set for this subscription to client metrics.</summary>
    ClientMetrics = 7,

    /// <summary>Set for this group.</summary>
    Group = 8,
}
