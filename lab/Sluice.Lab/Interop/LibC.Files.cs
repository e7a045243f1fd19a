using System.Runtime.InteropServices;

namespace Sluice.Lab.Interop;

/// <summary>Calls of the way in, and of processes.</summary>
internal static unsafe partial class LibC
{
    public const int MSG_WAITALL = 0x100;
    public const int PROT_WRITE = 2;

    /// <summary>Linux 5.14 on: maps every page for writing at once.</summary>
    public const int MADV_POPULATE_WRITE = 23;

    public const int CLOCK_THREAD_CPUTIME_ID = 3;

    public const int SIGTERM = 15;

    /// <summary>pwrite(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwrite(int file, byte* buffer, nuint count, long offset);

    /// <summary>fallocate(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fallocate(int file, int mode, long offset, long length);

    /// <summary>clock_gettime(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clock, TimeSpec* time);

    /// <summary>kill(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int process, int signal);
}
