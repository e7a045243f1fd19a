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
        if (!TryEvict(file)) Assert.Skip($"the kernel keeps pages of {path}, or does not tell of which (cachestat)");
    }

    /// <summary>Has the kernel forget as many of a file's pages as it will.</summary>
    /// <returns>Whether they were all of them.</returns>
    public static bool TryEvict(SafeFileHandle file)
    {
        long lengthBytes = RandomAccess.GetLength(file);
        LibC.posix_fadvise(file, 0, 0, RandomAdvice).ShouldBe(0);

        // A page stays that is being written back, or that a socket has not yet sent: nothing tells when it may go, so it is tried again.
        for (int attempt = 0; attempt < 50; attempt++)
        {
            if (attempt > 0) Thread.Sleep(5);
            RandomAccess.FlushToDisk(file);
            LibC.posix_fadvise(file, 0, 0, LibC.POSIX_FADV_DONTNEED).ShouldBe(0);

            // Not asked by a read that must not wait: since Linux 6.14 such a read starts to read in what it did not find.
            nint cachedCount = default(Kernel).CountCachedPages(file, 0, lengthBytes);
            if (cachedCount <= 0) return cachedCount == 0;
        }

        return false;
    }
}
