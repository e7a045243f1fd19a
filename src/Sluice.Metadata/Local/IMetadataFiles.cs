using Microsoft.Win32.SafeHandles;

namespace Sluice.Metadata.Local;

/// <summary>The calls of the store that can fail because of the disk, in one place so that tests can make them fail.</summary>
/// <remarks>Every method throws <see cref="IOException"/> on an error of the device.</remarks>
internal interface IMetadataFiles
{
    /// <summary>Writes all of <paramref name="bytes"/> at a position. On an exception a part of them may have been written.</summary>
    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes);

    /// <summary>Sets the length of a file.</summary>
    void SetLength(SafeFileHandle file, long lengthBytes);

    /// <summary>Waits until the file's data are on the device.</summary>
    void Flush(SafeFileHandle file);

    /// <inheritdoc cref="DurableFile.Replace"/>
    SafeFileHandle Replace(string path, ReadOnlySpan<byte> bytes);

    /// <inheritdoc cref="DurableFile.SyncDirectory"/>
    void SyncDirectory(string directory);
}
