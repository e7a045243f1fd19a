namespace Sluice.Metadata.Configs;

/// <summary>Where an effective value comes from; the numbers are those of the DescribeConfigs response.</summary>
public enum ConfigSource : sbyte
{
    /// <summary>No source is known.</summary>
    Unknown = 0,

    /// <summary>Set on the topic itself.</summary>
    Topic = 1,

    /// <summary>Set at run time on one broker.</summary>
    DynamicBroker = 2,

    /// <summary>Set at run time as the default of all brokers.</summary>
    DynamicDefaultBroker = 3,

    /// <summary>Given at start: file, environment or command line.</summary>
    StaticBroker = 4,

    /// <summary>Nobody set it.</summary>
    Default = 5,

    /// <summary>A log level set at run time.</summary>
    DynamicBrokerLogger = 6,

    /// <summary>Set on a client metrics subscription.</summary>
    ClientMetrics = 7,

    /// <summary>Set on the group itself.</summary>
    Group = 8,
}
