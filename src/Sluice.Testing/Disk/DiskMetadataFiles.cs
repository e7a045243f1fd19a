using Microsoft.Win32.SafeHandles;
using Sluice.Metadata.Local;

namespace Sluice.Testing;

/// <summary>The metadata's file calls, through the test's disk.</summary>
internal sealed class DiskMetadataFiles(BrokerDisk disk) : IMetadataFiles
{
    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes)
    {
        disk.Take();
        MetadataFiles.Instance.Write(file, bytes, positionBytes);
    }

    public void SetLength(SafeFileHandle file, long lengthBytes) => MetadataFiles.Instance.SetLength(file, lengthBytes);

    public void Flush(SafeFileHandle file)
    {
        disk.Wait();
        MetadataFiles.Instance.Flush(file);
    }

    public SafeFileHandle Replace(string path, ReadOnlySpan<byte> bytes)
    {
        disk.Take();
        return MetadataFiles.Instance.Replace(path, bytes);
    }

    public void SyncDirectory(string directory) => MetadataFiles.Instance.SyncDirectory(directory);
}
