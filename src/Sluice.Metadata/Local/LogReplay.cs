namespace Sluice.Metadata.Local;

/// <summary>Brings an image up to the end of a change log.</summary>
internal static class LogReplay
{
    /// <summary>Applies every commit that the image does not have yet.</summary>
    /// <param name="file">The log.</param>
    /// <param name="image">From the snapshot; null if there is none.</param>
    /// <returns>The image, and how many bytes of the file hold whole commits: what follows was never answered and can be cut off.</returns>
    /// <exception cref="MetadataFileException">The file is damaged, has a gap after the snapshot, or is of a newer version.</exception>
    /// <remarks>Commits carry the version that they lead to, so that a commit is never applied twice: a log that begins before the snapshot is fine.</remarks>
    internal static (MetadataImage Image, int WholeBytes) Run(MetadataFile file, MetadataImage? image)
    {
        MetadataFileHeader header = file.ReadHeader(MetadataFileHeader.KindLog);
        image ??= MetadataImage.Empty(header.ClusterId);
        if (header.ClusterId != image.ClusterId)
        {
            throw file.Damage(0, $"the log is of the cluster {header.ClusterId}, but the snapshot beside it is of {image.ClusterId}");
        }
        if (header.Version > image.Version)
        {
            throw file.Damage(0,
                $"the log begins after version {header.Version}, but the snapshot beside it ends at {image.Version}: the one that fits is missing");
        }

        long version = header.Version;
        while (!file.IsAtEnd)
        {
            int positionBytes = file.PositionBytes;
            if (!file.TryReadFrame(MetadataJson.Default.MetadataCommit, out MetadataCommit? commit))
            {
                if (MetadataFrame.IsTornTail(file.Rest)) return (image, positionBytes);
                throw file.Damage(positionBytes, "the frame that begins here is damaged");
            }
            if (commit.Version != version + 1) throw file.Damage(positionBytes, $"version {commit.Version} follows version {version}");
            version = commit.Version;
            if (version > image.Version) image = Apply(file, positionBytes, image, commit);
        }
        return (image, file.PositionBytes);
    }

    private static MetadataImage Apply(MetadataFile file, int positionBytes, MetadataImage image, MetadataCommit commit)
    {
        try
        {
            return image.Apply(commit.Changes);
        }
        catch (MetadataChangeException error)
        {
            throw file.Damage(positionBytes, error.Message, error);
        }
    }
}
