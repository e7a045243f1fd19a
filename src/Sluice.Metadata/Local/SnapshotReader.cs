namespace Sluice.Metadata.Local;

/// <summary>Reads what <see cref="SnapshotWriter"/> wrote.</summary>
internal static class SnapshotReader
{
    /// <exception cref="MetadataFileException">The file is damaged, or of a newer version. A snapshot appears under its name only when it is whole, so
    /// nothing in it is ever cut off.</exception>
    internal static MetadataImage Read(MetadataFile file)
    {
        MetadataFileHeader header = file.ReadHeader(MetadataFileHeader.KindSnapshot);
        MetadataImage image = MetadataImage.Empty(header.ClusterId);
        for (int count = 0; count < header.ChangesCount; count++)
        {
            int positionBytes = file.PositionBytes;
            MetadataChange change = file.ReadFrame(MetadataJson.Default.MetadataChange);
            try
            {
                image = change.ApplyTo(image);
            }
            catch (MetadataChangeException error)
            {
                throw file.Damage(positionBytes, error.Message, error);
            }
        }
        if (!file.IsAtEnd) throw file.Damage(file.PositionBytes, $"more follows than the {header.ChangesCount} changes that the header announces");
        return image.WithVersion(header.Version);
    }
}
