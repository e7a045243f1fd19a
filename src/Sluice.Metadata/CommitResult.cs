namespace Sluice.Metadata;

/// <summary>The answer to a commit.</summary>
/// <param name="Status">Whether the changes were made.</param>
/// <param name="Image">The image with the changes, or the newer one that they did not fit to.</param>
public readonly record struct CommitResult(CommitStatus Status, MetadataImage Image)
{
    /// <summary>Whether the changes were made.</summary>
    public bool IsCommitted => Status == CommitStatus.Committed;
}
