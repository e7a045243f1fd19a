using Microsoft.Win32.SafeHandles;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Processes;

/// <summary>Takes a file out of the page cache, so that the next reader finds it on the disk.</summary>
internal static class PageCache
{
    /// <summary>Waits until everything that was written is on the disk, so that what one program wrote is not written back in another one's time.</summary>
    public static void Settle() => LibC.sync();

    /// <summary>Writes back what is dirty of the file, and drops all of it.</summary>
    /// <param name="path">The file.</param>
    public static void Drop(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(file);
        _ = LibC.posix_fadvise(file, 0, 0, LibC.POSIX_FADV_DONTNEED);
    }
}
