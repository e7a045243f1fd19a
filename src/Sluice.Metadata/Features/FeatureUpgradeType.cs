namespace Sluice.Metadata.Features;

/// <summary>Which way a feature's level may go; the numbers are those of UpdateFeatures (KIP-778).</summary>
public enum FeatureUpgradeType : sbyte
{
    /// <summary>Up, or to where it is.</summary>
    Upgrade = 1,

    /// <summary>Down, if nothing is lost by it.</summary>
    SafeDowngrade = 2,

    /// <summary>Down, whatever is lost by it.</summary>
    UnsafeDowngrade = 3,
}
