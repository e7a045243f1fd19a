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
            RandomAccess.Write(handle, bytes, fileOffset: 0);
            RandomAccess.FlushToDisk(handle);
            File.Move(temporaryPath, path, overwrite: true);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Makes names given or changed in a directory durable.</summary>
    internal static void SyncDirectory(string directory)
    {
        // Windows journals its directories, and offers no way to flush one.
        if (OperatingSystem.IsLinux()) DirectorySync.Sync(directory);
    }
}
