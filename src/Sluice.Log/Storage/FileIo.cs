using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Log.Storage;

/// <summary>The real thing behind <see cref="IFileIo"/>.</summary>
internal sealed class FileIo : IFileIo
{
    public static FileIo Instance { get; } = new();

    public SafeFileHandle Open(string path) =>
        // Sharing everything keeps the base library from taking a lock of its own: two brokers are kept apart by the directory's .lock.
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes) => RandomAccess.Write(file, bytes, positionBytes);

    public void SetLength(SafeFileHandle file, long lengthBytes) => RandomAccess.SetLength(file, lengthBytes);

    public void Reserve(SafeFileHandle file, long positionBytes, long lengthBytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Reserving blocks needs Linux.");
        }

        while (Libc.FAllocate(file, 0, positionBytes, lengthBytes) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.NotSupported)
            {
                throw new PlatformNotSupportedException("The file system reserves no blocks.");
            }

            if (error != Libc.Interrupted)
            {
                throw DiskErrors.FromErrno(error, "fallocate");
            }
        }
    }

    public void Copy(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes) =>
        FileCopy.Copy(from, to, positionBytes, lengthBytes);

    public void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            // macOS needs F_FULLFSYNC and Windows FlushFileBuffers; the base library knows both.
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (Libc.FDataSync(file) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Libc.Interrupted)
            {
                throw DiskErrors.FromErrno(error, "fdatasync");
            }
        }
    }

    public void Move(string fromPath, string toPath) => File.Move(fromPath, toPath, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public void MoveDirectory(string fromPath, string toPath) => Directory.Move(fromPath, toPath);

    public void DeleteDirectory(string path) => Directory.Delete(path, recursive: true);

    public void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals names; there is no handle to flush a directory through.
        }

        int descriptor = Libc.Open(path, Libc.ReadOnly);
        if (descriptor < 0)
        {
            throw DiskErrors.FromErrno(Marshal.GetLastPInvokeError(), path);
        }

        int error = 0;
        while (Libc.FSync(descriptor) < 0)
        {
            error = Marshal.GetLastPInvokeError();
            if (error != Libc.Interrupted)
            {
                break;
            }

            error = 0;
        }

        _ = Libc.Close(descriptor); // Opened for reading only: closing it cannot lose anything.
        if (error != 0)
        {
            throw DiskErrors.FromErrno(error, path);
        }
    }
}
