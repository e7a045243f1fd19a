namespace Sluice.Metadata;

/// <summary>Hears of every new image.</summary>
public interface IMetadataObserver
{
    /// <summary>Called once per commit, in order of versions, never at the same time twice, before the commit is answered.</summary>
    /// <param name="previous">The image before.</param>
    /// <param name="current">The image after; its version is one more.</param>
    /// <param name="changes">What was changed.</param>
    /// <remarks>Commits wait until it returns, so it must be quick and must not commit. An exception is logged; the commit stands.</remarks>
    void OnCommitted(MetadataImage previous, MetadataImage current, IReadOnlyList<MetadataChange> changes);
}
