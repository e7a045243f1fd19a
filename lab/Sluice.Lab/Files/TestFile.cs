using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Files;

/// <summary>The file that is sent: one that the lab makes and removes, or the user's, which it only reads.</summary>
internal sealed class TestFile : IDisposable
{
    private const int WriteBytes = 4 << 20;

    private readonly bool _isOwned;

    private TestFile(string path, long lengthBytes, bool isOwned)
    {
        Path = path;
        LengthBytes = lengthBytes;
        _isOwned = isOwned;
    }

    /// <summary>Where it is; absolute.</summary>
    internal string Path { get; }

    /// <summary>Its length when it was made or found.</summary>
    internal long LengthBytes { get; }

    /// <summary>Makes a file of random bytes, flushed to its disk; removed when disposed.</summary>
    /// <param name="folder">Where; has to exist.</param>
    /// <param name="lengthBytes">1 or more.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    /// <exception cref="LabException">There is no such folder, no permission or no space.</exception>
    internal static TestFile Create(string folder, long lengthBytes, CancellationToken cancellationToken)
    {
        string fullFolder = System.IO.Path.GetFullPath(folder);
        if (!Directory.Exists(fullFolder)) throw new LabException($"there is no folder {fullFolder} for the test file; --dir names another");
        long freeBytes = new DriveInfo(fullFolder).AvailableFreeSpace;
        if (lengthBytes > freeBytes)
        {
            throw new LabException($"the test file needs {ByteSize.Format(lengthBytes)}, and {fullFolder} has {freeBytes >> 20} MiB free; --size or --dir change that");
        }

        string path = System.IO.Path.Combine(fullFolder, $"sluice-lab-{Guid.NewGuid():N}.dat");
        try
        {
            using (SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: lengthBytes))
            {
                Fill(handle, lengthBytes, cancellationToken);
            }

            return new TestFile(path, lengthBytes, isOwned: true);
        }
        catch (Exception exception)
        {
            File.Delete(path);
            if (exception is IOException or UnauthorizedAccessException) throw new LabException($"the test file cannot be made in {fullFolder}: {exception.Message}");
            throw;
        }
    }

    /// <summary>Takes a file of the user's.</summary>
    /// <exception cref="LabException">It is missing, a directory, empty, or cannot be read.</exception>
    internal static TestFile Open(string path)
    {
        string fullPath = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(fullPath)) throw new LabException($"{fullPath} is a directory; --file wants a file");
        if (!File.Exists(fullPath)) throw new LabException($"there is no file {fullPath}");
        try
        {
            using SafeFileHandle handle = File.OpenHandle(fullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            long lengthBytes = RandomAccess.GetLength(handle);
            return lengthBytes > 0
                ? new TestFile(fullPath, lengthBytes, isOwned: false)
                : throw new LabException($"{fullPath} is empty: there is nothing to send");
        }
        catch (UnauthorizedAccessException)
        {
            throw new LabException($"there is no permission to read {fullPath}");
        }
    }

    /// <summary>Has the kernel drop the file from the page cache. posix_fadvise(2).</summary>
    /// <remarks>Pages that are dirty or mapped stay; the lab flushes its file when it makes it.</remarks>
    internal void Evict()
    {
        using SafeFileHandle handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        int errno = LibC.posix_fadvise((int)handle.DangerousGetHandle(), 0, 0, LibC.POSIX_FADV_DONTNEED);
        if (errno != 0) throw new LabException($"{Path} cannot be dropped from the page cache: {Marshal.GetPInvokeErrorMessage(errno)}");
    }

    /// <summary>Reads all of it once, so that it is in the page cache.</summary>
    internal void Warm(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[WriteBytes];
        using SafeFileHandle handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        int read;
        for (long positionBytes = 0; (read = RandomAccess.Read(handle, buffer, positionBytes)) > 0; positionBytes += read) cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Removes the file, if the lab made it.</summary>
    public void Dispose()
    {
        if (_isOwned) File.Delete(Path);
    }

    private static void Fill(SafeFileHandle handle, long lengthBytes, CancellationToken cancellationToken)
    {
        // Random, so that neither a file system nor a device can make less of it.
        byte[] block = RandomNumberGenerator.GetBytes(WriteBytes);
        for (long positionBytes = 0; positionBytes < lengthBytes; positionBytes += WriteBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RandomAccess.Write(handle, block.AsSpan(0, (int)Math.Min(WriteBytes, lengthBytes - positionBytes)), positionBytes);
            BitConverter.TryWriteBytes(block, positionBytes);
        }

        RandomAccess.FlushToDisk(handle);
    }
}
