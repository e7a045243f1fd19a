using Microsoft.Win32.SafeHandles;
using Sluice.Metadata.Local.Interop;

namespace Sluice.Metadata.Local;

/// <summary>Whole files that survive a power cut once the call has returned.</summary>
internal static class DurableFile
{
    internal const string TemporarySuffix = ".tmp";

    /// <summary>How files are opened that belong to one process alone. Elsewhere than on Windows only "none" is a lock, and a rename needs no leave.</summary>
    internal static FileShare Alone { get; } = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Writes a file under another name, makes it durable and gives it its own name: a reader sees the old file or the new one, whole.</summary>
    /// <param name="path">Replaced if it is there.</param>
    /// <param name="bytes">The whole content.</param>
    /// <returns>The open file, alone for this process; the caller disposes it. The name is durable only after <see cref="SyncDirectory"/>.</returns>
    internal static SafeFileHandle Replace(string path, ReadOnlySpan<byte> bytes)
    {
        string temporaryPath = path + TemporarySuffix;
        SafeFileHandle handle = File.OpenHandle(temporaryPath, FileMode.Create, FileAccess.ReadWrite, Alone);
        try
        {
            // Users' hashed passwords and tokens are among what is kept: nobody's but the broker's own.
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            RandomAccess.Write(handle, bytes, fileOffset: 0);
            RandomAccess.FlushToDisk(handle);
            File.Move(temporaryPath, path, overwrite: true);
            return handle;
        }
        catch
        {
            handle.Dispose();
            RemoveUnfinished(temporaryPath);
            throw;
        }
    }

    /// <summary>Gives back what room an unfinished file took, which may be all there was.</summary>
    private static void RemoveUnfinished(string temporaryPath)
    {
        try
        {
            File.Delete(temporaryPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that ended the writing is the one to be told. The next attempt, or the next start, removes the file.
        }
    }

    /// <summary>Makes names given or changed in a directory durable.</summary>
    internal static void SyncDirectory(string directory)
    {
        // Windows journals its directories, and offers no way to flush one.
        if (OperatingSystem.IsLinux()) DirectorySync.Sync(directory);
    }
}
