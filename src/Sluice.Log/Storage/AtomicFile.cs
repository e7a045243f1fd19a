using Microsoft.Win32.SafeHandles;

namespace Sluice.Log.Storage;

/// <summary>Replaces small files so that a reader, or a restart after a power cut, sees the old content or the new, never a mixture.</summary>
internal static class AtomicFile
{
    /// <summary>Writes <paramref name="content"/> beside the file, then renames it over the old one.</summary>
    /// <param name="io">Where writes and flushes go.</param>
    /// <param name="path">Path of the file to replace.</param>
    /// <param name="content">Whole new content.</param>
    /// <param name="fsync">Whether the content and the rename must survive a power cut when this returns.</param>
    /// <param name="callerSyncsDirectory">Whether the caller flushes the directory itself, together with other changes in it.</param>
    /// <exception cref="IOException">The disk refused; the old file is untouched.</exception>
    public static void Replace(IFileIo io, string path, ReadOnlySpan<byte> content, bool fsync, bool callerSyncsDirectory = false)
    {
        string temporaryPath = path + ".tmp";
        using (SafeFileHandle file = io.Open(temporaryPath))
        {
            io.SetLength(file, 0); // Leftover of an interrupted attempt.
            io.Write(file, content, 0);
            if (fsync)
            {
                io.Sync(file);
            }
        }

        io.Move(temporaryPath, path);
        if (fsync && !callerSyncsDirectory)
        {
            io.SyncDirectory(Path.GetDirectoryName(path)!); // Paths here always have a directory: they are built from one.
        }
    }
}
