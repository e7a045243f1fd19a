namespace Sluice.Metadata;

/// <summary>A feature of the cluster has another level from here on.</summary>
/// <param name="Name">The feature; one that this version does not know is kept and not acted upon.</param>
/// <param name="Level">0 = off.</param>
public sealed record FeatureLevelSet(string Name, short Level) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (Name.Length == 0 || Level < 0) throw new MetadataChangeException($"'{Name}' at level {Level} is no feature.");
        return image.WithFeatureLevel(Name, Level);
    }
}
