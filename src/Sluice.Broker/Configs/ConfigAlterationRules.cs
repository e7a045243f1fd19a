using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Configs;

/// <summary>Where changing the settings of topics and of brokers differs.</summary>
/// <param name="InvalidValue">Code for an unknown name or a value that is not allowed.</param>
/// <param name="NotChangeable">Code for a setting that cannot change at run time.</param>
/// <param name="MayChange">Why a setting cannot change at run time, or null if it can.</param>
internal sealed record ConfigAlterationRules(ErrorCode InvalidValue, ErrorCode NotChangeable, Func<ConfigKey, string?> MayChange)
{
    /// <summary>Every setting of a topic can change at any time.</summary>
    public static ConfigAlterationRules Topic { get; } = new(ErrorCode.InvalidConfig, ErrorCode.InvalidConfig, static _ => null);

    /// <summary>One broker by its id.</summary>
    public static ConfigAlterationRules Broker { get; } = new(ErrorCode.InvalidRequest, ErrorCode.InvalidRequest, static key => ReasonAgainst(key, ofCluster: false));

    /// <summary>The default of all brokers.</summary>
    public static ConfigAlterationRules Cluster { get; } = new(ErrorCode.InvalidRequest, ErrorCode.InvalidRequest, static key => ReasonAgainst(key, ofCluster: true));

    private static string? ReasonAgainst(ConfigKey key, bool ofCluster)
    {
        if (key.UpdateMode == ConfigUpdateMode.ReadOnly) return $"Cannot update these configs dynamically: {key.Name}";
        if (ofCluster && key.UpdateMode == ConfigUpdateMode.PerBroker) return $"Cannot update per-broker configs as a cluster default: {key.Name}";
        return key.Support.IsAtStartOnly ? $"{key.Name} cannot be changed while the broker runs: {key.Support.Reason}" : null;
    }
}
