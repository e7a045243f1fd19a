using Microsoft.Win32.SafeHandles;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Tests.Support;

/// <summary>Makes files cold: what a test then sends comes from the disk, as a log does that nobody has read for long.</summary>
internal static class PageCache
{
    /// <summary>Not among the library's own: it never wants a file to be read without reading ahead.</summary>
    private const int RandomAdvice = 1;

    /// <summary>
    /// Writes a file's pages to its disk, has the kernel forget them, and no longer read ahead of whoever reads some of them; skips the test,
    /// with the reason, where that cannot be had.
    /// </summary>
    /// <param name="file">Of a file system with a disk below it; tmpfs is the page cache itself.</param>
    /// <param name="path">Where the file lies.</param>
    public static void EvictOrSkip(SafeFileHandle file, string path)
    {
        if (!LibC.IsSupported) Assert.Skip("what is in the page cache can be asked on Linux only");
        if (new DriveInfo(path).DriveFormat is "tmpfs" or "ramfs") Assert.Skip($"{path} is on a file system without a disk; set TMPDIR to one that has one");
        long lengthBytes = RandomAccess.GetLength(file);
        LibC.posix_fadvise(file, 0, 0, RandomAdvice).ShouldBe(0);

        // A page that somebody reads or writes back in this moment stays, so more than one attempt is fair.
        for (int attempt = 0; attempt < 10; attempt++)
        {
            RandomAccess.FlushToDisk(file);
            LibC.posix_fadvise(file, 0, 0, LibC.POSIX_FADV_DONTNEED).ShouldBe(0);
            nint cachedCount = default(Kernel).CountCachedPages(file, 0, lengthBytes);
            if (cachedCount == 0) return;

            // Not asked by a read that must not wait: since Linux 6.14 such a read starts to read in what it did not find.
            if (cachedCount < 0) Assert.Skip("this kernel does not tell which pages are in memory (cachestat)");
        }

        Assert.Skip($"the kernel keeps the pages of {path}");
    }
}
