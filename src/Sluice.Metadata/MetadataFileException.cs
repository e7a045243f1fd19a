namespace Sluice.Metadata;

/// <summary>A file of the local metadata store cannot be used as it is. Nothing was changed in it.</summary>
public sealed class MetadataFileException : IOException
{
    internal MetadataFileException(string path, long positionBytes, string reason, Exception? cause = null)
        : base(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}, byte {positionBytes}: {reason}"), cause)
    {
        Path = path;
        PositionBytes = positionBytes;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where in it the first frame begins that cannot be used; from 0.</summary>
    public long PositionBytes { get; }
}
