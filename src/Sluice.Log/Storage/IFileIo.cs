using Microsoft.Win32.SafeHandles;

namespace Sluice.Log.Storage;

/// <summary>The calls that can fail because of the disk, in one place so that tests can make them fail.</summary>
/// <remarks>Every method throws <see cref="IOException"/> on an error of the device; see <see cref="DiskErrors"/> for how a full disk is told apart.</remarks>
internal interface IFileIo
{
    /// <summary>Opens a file for reading and writing, created if missing; others may read, write and delete it meanwhile.</summary>
    SafeFileHandle Open(string path);

    /// <summary>Writes all of <paramref name="bytes"/> at a position. On an exception a part of them may have been written.</summary>
    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes);

    /// <summary>Sets the length of a file.</summary>
    void SetLength(SafeFileHandle file, long lengthBytes);

    /// <summary>Gives a range of the file blocks of its own, which read as zeros, and the file the length that takes.</summary>
    /// <exception cref="PlatformNotSupportedException">The file system cannot.</exception>
    void Reserve(SafeFileHandle file, long positionBytes, long lengthBytes);

    /// <summary>Copies a range of one file to the same place of another, inside the kernel where it can. On an exception a part may have been written.</summary>
    /// <remarks>Which of the two disks refused is not told.</remarks>
    void Copy(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes);

    /// <summary>Waits until the file's data are on the device. After a failure the page cache cannot be trusted any more.</summary>
    void Sync(SafeFileHandle file);

    /// <summary>Renames a file within its directory, over another one if there is one by that name: a reader of the directory sees either, never none.</summary>
    void Move(string fromPath, string toPath);

    /// <summary>Removes a file's name; a missing one is no error. The bytes go with the last handle.</summary>
    void Delete(string path);

    /// <summary>Makes a directory; one that is there is no error.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames a directory within its own; nothing may have the new name.</summary>
    void MoveDirectory(string fromPath, string toPath);

    /// <summary>Removes a directory with everything in it.</summary>
    void DeleteDirectory(string path);

    /// <summary>Waits until creations, renames and deletions in a directory are on the device.</summary>
    void SyncDirectory(string path);
}
