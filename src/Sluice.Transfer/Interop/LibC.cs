using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Transfer.Interop;

/// <summary>The C library of 64-bit Linux, with the kernel's own names. Nothing here interprets a result.</summary>
/// <remarks>
/// off_t and size_t are 64 bits wide on every system that <see cref="IsSupported"/>. syscall(2) and fcntl(2) are variadic in
/// C: on Linux x64 and arm64 integer arguments of such functions travel as they do in any other.
/// </remarks>
internal static unsafe partial class LibC
{
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_MORE = 0x8000;

    public const int IPPROTO_TCP = 6;
    public const int TCP_ULP = 31;
    public const int SOL_SOCKET = 1;
    public const int SO_RCVLOWAT = 18;

    public const int RWF_NOWAIT = 8;

    public const int POSIX_FADV_WILLNEED = 3;
    public const int POSIX_FADV_DONTNEED = 4;

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 1;
    public const uint EPOLLOUT = 4;
    public const uint EPOLLONESHOT = 1u << 30;

    public const int EFD_CLOEXEC = 0x80000;

    public const int O_CLOEXEC = 0x80000;
    public const int F_SETPIPE_SZ = 1031;

    /// <summary>System call numbers that x64 and arm64 share.</summary>
    public const nint SYS_io_uring_setup = 425;
    public const nint SYS_cachestat = 451;

    /// <summary>Whether this process runs where these declarations hold.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsSupported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Sends from memory. send(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(SafeHandle socket, byte* buffer, nuint length, int flags);

    /// <summary>Receives into memory. recv(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(SafeHandle socket, byte* buffer, nuint length, int flags);

    /// <summary>Sets an option of a socket. setsockopt(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(SafeHandle socket, int level, int option, void* value, uint valueBytes);

    /// <summary>Sends from the page cache; moves <paramref name="offset"/> on by what it sent. sendfile(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendfile(SafeHandle outSocket, SafeFileHandle inFile, long* offset, nuint count);

    /// <summary>Reads at a position. pread(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pread(SafeFileHandle file, byte* buffer, nuint count, long offset);

    /// <summary>Reads at a position, without waiting for the disk if asked so. preadv2(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint preadv2(SafeFileHandle file, IoVector* vectors, int vectorsCount, long offset, int flags);

    /// <summary>Moves bytes between a pipe and something else by reference; moves <paramref name="inOffset"/> on. splice(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint splice(SafeFileHandle from, long* inOffset, SafeFileHandle to, long* outOffset, nuint count, uint flags);

    /// <summary>A pipe: its end for reading, then its end for writing. pipe2(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* ends, int flags);

    /// <summary>Changes a descriptor. fcntl(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(SafeFileHandle descriptor, int command, nint argument);

    /// <summary>Foretells how a file is used; returns the error number itself. posix_fadvise(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc")]
    public static partial int posix_fadvise(SafeFileHandle file, long offset, long length, int advice);

    /// <summary>A set of descriptors to wait for. epoll_create1(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    /// <summary>Adds, changes or removes a descriptor of the set. epoll_ctl(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(SafeFileHandle epoll, int operation, SafeHandle descriptor, void* epollEvent);

    /// <summary>Waits for descriptors of the set. epoll_wait(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(SafeFileHandle epoll, void* events, int eventsMax, int timeoutMs);

    /// <summary>A descriptor that becomes readable when written to. eventfd(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initialValue, int flags);

    /// <summary>write(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(SafeFileHandle file, void* buffer, nuint count);

    /// <summary>Counts the cached pages of a range; Linux 6.5 on. cachestat(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint cachestat(nint number, SafeFileHandle file, CacheStatRange* range, CacheStat* result, nint flags);

    /// <summary>Asks for a ring; here only to learn whether there are any. io_uring_setup(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint io_uring_setup(nint number, nint entries, void* parameters);
}

/// <summary>struct iovec. readv(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

/// <summary>struct cachestat_range. cachestat(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CacheStatRange
{
    public ulong Offset;
    public ulong Length;
}

/// <summary>struct cachestat: pages of a range by their state. cachestat(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CacheStat
{
    public ulong Cached;
    public ulong Dirty;
    public ulong Writeback;
    public ulong Evicted;
    public ulong RecentlyEvicted;
}
