using static Sluice.Metadata.Configs.ConfigRules;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

/// <summary>Settings of a client metrics subscription.</summary>
public static class ClientMetricsConfigKeys
{
    private static readonly ConfigTableBuilder Declare = new("client metrics", ConfigUpdateMode.Resource);

    public static readonly ConfigKey IntervalMs = Declare.Int("interval.ms", 300_000, Between(100, 3_600_000), ConfigSupport.Honoured,
        "Time between two pushes of a subscribed client.");
    public static readonly ConfigKey Match = Declare.List("match", "", ClientMatch, ConfigSupport.Honoured,
        "Which clients the subscription is for, as name=pattern pairs.");
    public static readonly ConfigKey Metrics = Declare.List("metrics", "", AnyList, ConfigSupport.Honoured,
        "Prefixes of the metric names asked for; empty: none, *: all.");

    /// <summary>All of them, sorted by name.</summary>
    public static ConfigTable Table { get; } = Declare.Build();
}
