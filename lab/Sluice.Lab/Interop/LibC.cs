using System.Runtime.InteropServices;

namespace Sluice.Lab.Interop;

/// <summary>The C library of 64-bit Linux, with the kernel's own names. Nothing here interprets a result.</summary>
/// <remarks>
/// Descriptors are plain numbers, so that a measured call costs what it costs in C; whoever calls keeps the owner alive. off_t and
/// size_t are 64 bits wide on every system that <see cref="IsSupported"/>.
/// </remarks>
internal static unsafe partial class LibC
{
    public const int MSG_TRUNC = 0x20;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_MORE = 0x8000;
    public const int MSG_ERRQUEUE = 0x2000;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_ZEROCOPY = 0x4000000;

    public const int SOL_SOCKET = 1;
    public const int SO_SNDBUF = 7;
    public const int SO_RCVLOWAT = 18;
    public const int SO_ZEROCOPY = 60;
    public const int IPPROTO_TCP = 6;
    public const int TCP_CORK = 3;

    public const int PROT_READ = 1;
    public const int MAP_SHARED = 1;
    public static readonly void* MAP_FAILED = (void*)-1;
    public const int MADV_SEQUENTIAL = 2;

    public const uint SPLICE_F_MOVE = 1;
    public const uint SPLICE_F_MORE = 4;
    public const int F_SETPIPE_SZ = 1031;

    public const int POSIX_FADV_DONTNEED = 4;
    public const short POLLERR = 8;

    /// <summary>Whether this process runs where these declarations hold.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>pread(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pread(int file, byte* buffer, nuint count, long offset);

    /// <summary>send(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int socket, byte* buffer, nuint length, int flags);

    /// <summary>recv(2); with MSG_TRUNC a TCP socket drops the bytes without copying them, tcp(7).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int socket, byte* buffer, nuint length, int flags);

    /// <summary>recvmsg(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(int socket, MessageHeader* message, int flags);

    /// <summary>sendfile(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendfile(int outSocket, int inFile, long* offset, nuint count);

    /// <summary>splice(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint splice(int fromFd, long* fromOffset, int toFd, long* toOffset, nuint length, uint flags);

    /// <summary>pipe2(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* ends, int flags);

    /// <summary>fcntl(2) with an integer argument.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int fd, int command, nint argument);

    /// <summary>close(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>mmap(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, long offset);

    /// <summary>munmap(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(void* address, nuint length);

    /// <summary>madvise(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int madvise(void* address, nuint length, int advice);

    /// <summary>poll(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    /// <summary>setsockopt(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int socket, int level, int name, void* value, uint length);

    /// <summary>getsockopt(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(int socket, int level, int name, void* value, uint* length);

    /// <summary>posix_fadvise(2): returns the error number itself.</summary>
    [LibraryImport("libc")]
    public static partial int posix_fadvise(int file, long offset, long length, int advice);

    /// <summary>getrusage(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrusage(int who, ResourceUsage* usage);

    /// <summary>What the last call on this thread set errno to, with the system's words for it.</summary>
    public static string LastErrorMessage() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}

/// <summary>struct pollfd. poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short ReturnedEvents;
}

/// <summary>struct msghdr. recvmsg(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public void* Vectors;
    public nuint VectorsCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct rusage of 64-bit Linux; unnamed fields are kept at zero by the kernel. getrusage(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceUsage
{
    public long UserSeconds;
    public long UserMicroseconds;
    public long SystemSeconds;
    public long SystemMicroseconds;
    public long MaxResidentKib;
    public long Unused1;
    public long Unused2;
    public long Unused3;
    public long MinorFaults;
    public long MajorFaults;
    public long Unused4;
    public long InputBlocks;
    public long OutputBlocks;
    public long Unused5;
    public long Unused6;
    public long Unused7;
    public long VoluntarySwitches;
    public long InvoluntarySwitches;
}
