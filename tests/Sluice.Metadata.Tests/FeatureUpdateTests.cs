using Sluice.Metadata.Features;
using Sluice.Metadata.Tests.Local;

namespace Sluice.Metadata.Tests;

public sealed class FeatureUpdateTests
{
    private static readonly MetadataImage s_new = MetadataImage.Empty(Stores.ClusterId);

    [Fact]
    public void A_new_cluster_has_every_feature_at_its_highest_level() =>
        ClusterFeatures.All.ShouldAllBe(feature => s_new.LevelOf(feature) == feature.HighestLevel && feature.LowestLevel >= 0);

    [Theory]
    [InlineData("transaction.version", 2, FeatureUpgradeType.Upgrade, null)]
    [InlineData("transaction.version", 2, FeatureUpgradeType.SafeDowngrade, null)]
    [InlineData("transaction.version", 1, FeatureUpgradeType.SafeDowngrade, null)]
    [InlineData("transaction.version", 0, FeatureUpgradeType.UnsafeDowngrade, null)]
    [InlineData("transaction.version", 1, FeatureUpgradeType.Upgrade, "downgrade")]
    [InlineData("transaction.version", 3, FeatureUpgradeType.Upgrade, "versions 0-2")]
    [InlineData("transaction.version", -1, FeatureUpgradeType.Upgrade, "less than 0")]
    [InlineData("transaction.version", 1, (FeatureUpgradeType)0, "upgrade type")]
    [InlineData("metadata.version", 25, FeatureUpgradeType.SafeDowngrade, "version 30")]
    [InlineData("kraft.version", 1, FeatureUpgradeType.Upgrade, "does not support")]
    public void A_level_is_set_or_refused_with_its_reason(string feature, short level, FeatureUpgradeType type, string? problem)
    {
        FeatureUpdate update = FeatureUpdate.Plan(feature, level, type, s_new);
        if (problem is null) update.Problem.ShouldBeNull();
        else update.Problem!.ShouldContain(problem);
        bool isChange = problem is null && level != s_new.LevelOf(ClusterFeatures.Find(feature)!);
        update.Change.ShouldBe(isChange ? new FeatureLevelSet(feature, level) : null);
    }

    [Fact]
    public void A_level_goes_up_again_as_an_upgrade_only()
    {
        MetadataImage lowered = s_new.Apply([new FeatureLevelSet("share.version", 0)]);
        lowered.LevelOf(ClusterFeatures.Share).ShouldBe((short)0);
        FeatureUpdate.Plan("share.version", 1, FeatureUpgradeType.SafeDowngrade, lowered).Problem.ShouldNotBeNull();
        FeatureUpdate.Plan("share.version", 1, FeatureUpgradeType.Upgrade, lowered).Change.ShouldBe(new FeatureLevelSet("share.version", 1));
    }

    [Fact]
    public void What_is_no_feature_is_refused()
    {
        Should.Throw<MetadataChangeException>(() => s_new.Apply([new FeatureLevelSet("", 1)]));
        Should.Throw<MetadataChangeException>(() => s_new.Apply([new FeatureLevelSet("share.version", -1)]));
    }
}
