namespace Sluice.Metadata;

/// <summary>Keeps what the cluster knows, and lets one change follow the other.</summary>
/// <remarks>Safe for any number of threads.</remarks>
public interface IMetadataStore : IAsyncDisposable
{
    /// <summary>The newest image. Never null; replaced, not changed, by commits.</summary>
    MetadataImage Current { get; }

    /// <summary>Makes changes durable and visible, all or none.</summary>
    /// <param name="changes">At least one; applied in order.</param>
    /// <param name="expectedVersion">The version of the image that the changes were decided on.</param>
    /// <param name="cancellationToken">Gives up waiting for other commits; once writing has begun the commit is carried through.</param>
    /// <returns>Committed, with the new image, which every observer has seen; or a conflict, with the current image, and nothing is changed.</returns>
    /// <exception cref="MetadataChangeException">A change does not fit to the image of <paramref name="expectedVersion"/>; nothing is changed.</exception>
    /// <exception cref="IOException">The changes could not be stored; nothing is changed.</exception>
    ValueTask<CommitResult> CommitAsync(IReadOnlyList<MetadataChange> changes, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>Registers an observer.</summary>
    /// <param name="observer">Hears of every image after <paramref name="current"/>, without a gap.</param>
    /// <param name="current">The image at the moment of registration, of which the observer is not told.</param>
    /// <returns>Ends the registration when disposed; a call under way may still finish.</returns>
    IDisposable Subscribe(IMetadataObserver observer, out MetadataImage current);
}
