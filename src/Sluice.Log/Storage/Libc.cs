using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Log.Storage;

/// <summary>The few calls of the C library that the base library has no name for; Unix only.</summary>
internal static partial class Libc
{
    internal const int ReadOnly = 0;
    internal const int TestAndLock = 2;
    internal const int Interrupted = 4;
    internal const int CrossDevice = 18;
    internal const int InvalidArgument = 22;
    internal const int NoSuchCall = 38;
    internal const int NotSupported = 95;
    internal const int PopulateWrite = 23;

    /// <summary>open(2).</summary>
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    /// <summary>fsync(2).</summary>
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(int descriptor);

    /// <summary>fdatasync(2): the data and as much metadata (the length) as it takes to read them back.</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int FDataSync(SafeFileHandle descriptor);

    /// <summary>fallocate(2) of Linux: blocks for a range.</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    internal static partial int FAllocate(SafeFileHandle descriptor, int mode, long positionBytes, long lengthBytes);

    /// <summary>copy_file_range(2): between two files in the kernel; on some file systems the two share the blocks afterwards.</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    internal static partial nint CopyFileRange(
        SafeFileHandle from, ref long fromPositionBytes, SafeFileHandle to, ref long toPositionBytes, nuint lengthBytes, uint flags);

    /// <summary>sendfile(2), to a file: at its own position, which <see cref="LSeek"/> sets.</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "sendfile64", SetLastError = true)]
    internal static partial nint SendFile(SafeFileHandle to, SafeFileHandle from, ref long fromPositionBytes, nuint lengthBytes);

    /// <summary>lseek(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "lseek64", SetLastError = true)]
    internal static partial long LSeek(SafeFileHandle descriptor, long positionBytes, int whence);

    /// <summary>madvise(2).</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    internal static unsafe partial int MAdvise(void* address, nuint lengthBytes, int advice);

    /// <summary>close(2).</summary>
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    /// <summary>lockf(3): a POSIX record lock, the kind that Java takes, so that Kafka and Sluice keep each other out.</summary>
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "lockf", SetLastError = true)]
    internal static partial int LockF(SafeFileHandle descriptor, int command, nint lengthBytes);
}
