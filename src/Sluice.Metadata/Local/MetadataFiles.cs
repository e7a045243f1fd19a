using Microsoft.Win32.SafeHandles;

namespace Sluice.Metadata.Local;

/// <summary>The real thing behind <see cref="IMetadataFiles"/>.</summary>
internal sealed class MetadataFiles : IMetadataFiles
{
    internal static MetadataFiles Instance { get; } = new();

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes) => RandomAccess.Write(file, bytes, positionBytes);

    public void SetLength(SafeFileHandle file, long lengthBytes) => RandomAccess.SetLength(file, lengthBytes);

    public void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public SafeFileHandle Replace(string path, ReadOnlySpan<byte> bytes) => DurableFile.Replace(path, bytes);

    public void SyncDirectory(string directory) => DurableFile.SyncDirectory(directory);
}
