using System.Runtime.InteropServices;

namespace Sluice.Bench.Load.Wire;

/// <summary>The system calls that .NET has no word for.</summary>
internal static unsafe partial class LibC
{
    public const int EINTR = 4;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_WAITALL = 0x100;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int SIGTERM = 15;
    public const int POSIX_FADV_DONTNEED = 4;
    public const int SOL_SOCKET = 1;
    public const int SO_RCVLOWAT = 18;
    public const int PR_SET_TIMERSLACK = 29;

    /// <summary>send(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(SafeHandle socket, byte* bytes, nuint count, int flags);

    /// <summary>recv(2); with <see cref="MSG_TRUNC"/> on a TCP socket the bytes are dropped, and <paramref name="bytes"/> may be null.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(SafeHandle socket, byte* bytes, nuint count, int flags);

    /// <summary>posix_fadvise(2).</summary>
    [LibraryImport("libc")]
    public static partial int posix_fadvise(SafeHandle file, long offset, long length, int advice);

    /// <summary>sync(2).</summary>
    [LibraryImport("libc")]
    public static partial void sync();

    /// <summary>kill(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int processId, int signal);

    /// <summary>nanosleep(2). The request is seconds and nanoseconds.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int nanosleep(long* request, long* remaining);

    /// <summary>prctl(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
}
