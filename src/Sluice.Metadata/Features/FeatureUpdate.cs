namespace Sluice.Metadata.Features;

/// <summary>What becomes of a wish to change a feature's level.</summary>
/// <param name="Change">What to store; null if the feature is at that level already, or the wish is refused.</param>
/// <param name="Problem">Why it is refused, in a sentence; null if it is not.</param>
public sealed record FeatureUpdate(FeatureLevelSet? Change, string? Problem)
{
    /// <summary>Decides.</summary>
    /// <param name="name">Of the feature, as asked.</param>
    /// <param name="level">As asked; 0 turns it off.</param>
    /// <param name="type">Which way the level may go; any number.</param>
    /// <param name="image">What is in force.</param>
    public static FeatureUpdate Plan(string name, short level, FeatureUpgradeType type, MetadataImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!Enum.IsDefined(type)) return Refuse("The given upgrade type is not known.");
        if (level < 0) return Refuse("A feature version cannot be less than 0.");
        if (ClusterFeatures.Find(name) is not { } feature) return Refuse("This broker does not support this feature.");
        short current = image.LevelOf(feature);
        if (level < feature.LowestLevel || level > feature.HighestLevel)
        {
            return Refuse(feature.LowestLevel == feature.HighestLevel
                ? $"This broker only supports version {feature.HighestLevel}."
                : $"This broker only supports versions {feature.LowestLevel}-{feature.HighestLevel}.");
        }
        if (level < current && type == FeatureUpgradeType.Upgrade)
            return Refuse("Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.");
        if (level > current && type != FeatureUpgradeType.Upgrade) return Refuse("Can't downgrade to a newer version.");
        return new FeatureUpdate(level == current ? null : new FeatureLevelSet(name, level), null);
    }

    private static FeatureUpdate Refuse(string problem) => new(null, problem);
}
