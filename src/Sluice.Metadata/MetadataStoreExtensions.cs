namespace Sluice.Metadata;

/// <summary>Ways of committing that are the same over every store.</summary>
public static class MetadataStoreExtensions
{
    /// <summary>Decides on the newest image and commits, again and again until nobody comes in between.</summary>
    /// <param name="store">The store.</param>
    /// <param name="decide">Gets an image, gives the changes for it; none to leave everything as it is. Called once per try, so it must not keep what an
    /// earlier try computed.</param>
    /// <param name="cancellationToken">Gives up between tries.</param>
    /// <returns>The image with the changes, or the one that needed none.</returns>
    /// <remarks>Ends, since every conflict is another caller's success.</remarks>
    public static async ValueTask<MetadataImage> UpdateAsync(
        this IMetadataStore store, Func<MetadataImage, IReadOnlyList<MetadataChange>> decide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(decide);
        MetadataImage image = store.Current;
        while (true)
        {
            IReadOnlyList<MetadataChange> changes = decide(image);
            if (changes.Count == 0) return image;
            CommitResult result = await store.CommitAsync(changes, image.Version, cancellationToken).ConfigureAwait(false);
            if (result.IsCommitted) return result.Image;
            image = result.Image;
        }
    }
}
