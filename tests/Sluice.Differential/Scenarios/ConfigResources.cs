namespace Sluice.Differential.Scenarios;

/// <summary>Kinds of things that have settings, as the protocol numbers them.</summary>
internal static class ConfigResources
{
    public const sbyte Unknown = 0;
    public const sbyte Topic = 2;
    public const sbyte Broker = 4;
    public const sbyte BrokerLogger = 8;
    public const sbyte ClientMetrics = 16;
    public const sbyte Group = 32;

    public const sbyte Set = 0;
    public const sbyte Delete = 1;
    public const sbyte Append = 2;
    public const sbyte Subtract = 3;
}
