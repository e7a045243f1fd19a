using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Samples.FileServer.Files;

/// <summary>Linux 5.6 on: the kernel itself walks the path and refuses every step that leaves the root.</summary>
/// <remarks>
/// openat2(2) with RESOLVE_BENEATH. No check of our own could be as good: between a check and an open somebody can put a
/// symbolic link where a folder was. Links inside the root are followed as long as they are relative and stay inside.
/// </remarks>
internal sealed unsafe partial class BeneathRootFolder : RootFolder
{
    private const int SYS_openat2 = 437;
    private const int AT_FDCWD = -100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_BASIC_STATS = 0x7ff;
    private const int O_NOCTTY = 0x100;

    // A pipe without a writer would otherwise hold the thread that opens it.
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int O_PATH = 0x200000;
    private const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    private const ulong RESOLVE_BENEATH = 0x08;
    private const int FileTypeMask = 0xf000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    // The kernel gives up where something is renamed while it walks; that many times in a row is no accident.
    private const int AttemptsMax = 8;

    private const int EPERM = 1;
    private const int ENOENT = 2;
    private const int EINTR = 4;
    private const int ENXIO = 6;
    private const int EAGAIN = 11;
    private const int EACCES = 13;
    private const int EXDEV = 18;
    private const int ENOTDIR = 20;
    private const int ENFILE = 23;
    private const int EMFILE = 24;
    private const int ENAMETOOLONG = 36;
    private const int ELOOP = 40;

    private readonly SafeFileHandle _root;

    private BeneathRootFolder(SafeFileHandle root) => _root = root;

    /// <returns>Null where the system does not have the call.</returns>
    public static BeneathRootFolder? TryOpen(string path)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return null;
        }

        int descriptor = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return null;
        }

        BeneathRootFolder folder = new(new SafeFileHandle(descriptor, ownsHandle: true));
        if (folder.Open(default).Status == 301)
        {
            return folder;
        }

        folder.Dispose();
        return null;
    }

    public override OpenedFile Open(ReadOnlySpan<byte> path)
    {
        byte[] name = new byte[Math.Max(path.Length, 1) + 1];
        "."u8.CopyTo(name);
        path.CopyTo(name);
        int errno = 0;
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            int descriptor = OpenBeneath(name);
            if (descriptor >= 0)
            {
                return Describe(new SafeFileHandle(descriptor, ownsHandle: true));
            }

            errno = Marshal.GetLastPInvokeError();
            if (errno is not (EAGAIN or EINTR))
            {
                break;
            }
        }

        return OpenedFile.Failed(errno switch
        {
            ENOENT or ENOTDIR or ENAMETOOLONG or ENXIO => 404,
            EACCES or EPERM or EXDEV or ELOOP => 403,
            EAGAIN or EINTR or EMFILE or ENFILE => 503,
            _ => 500,
        });
    }

    public override void Dispose() => _root.Dispose();

    private int OpenBeneath(byte[] name)
    {
        OpenHow how = new() { Flags = O_NONBLOCK | O_CLOEXEC | O_NOCTTY, Resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
        fixed (byte* first = name)
        {
            return (int)syscall(SYS_openat2, _root, first, &how, (nuint)sizeof(OpenHow));
        }
    }

    private static OpenedFile Describe(SafeFileHandle handle)
    {
        // struct statx, which looks the same on every architecture: mode at 28, inode at 32, size at 40, mtime at 112.
        byte* raw = stackalloc byte[256];
        byte empty = 0;
        Span<byte> stat = new(raw, 256);
        if (statx(handle, &empty, AT_EMPTY_PATH, STATX_BASIC_STATS, raw) != 0)
        {
            handle.Dispose();
            return OpenedFile.Failed(500);
        }

        int type = BinaryPrimitives.ReadUInt16LittleEndian(stat[28..]) & FileTypeMask;
        if (type != RegularFile)
        {
            // Pipes, sockets and devices are nobody's business.
            handle.Dispose();
            return OpenedFile.Failed(type == Folder ? 301 : 404);
        }

        ulong inode = BinaryPrimitives.ReadUInt64LittleEndian(stat[32..]);
        long lengthBytes = BinaryPrimitives.ReadInt64LittleEndian(stat[40..]);
        long seconds = BinaryPrimitives.ReadInt64LittleEndian(stat[112..]);
        uint nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(stat[120..]);
        string version = string.Create(CultureInfo.InvariantCulture, $"{inode:x}-{lengthBytes:x}-{seconds:x}{nanoseconds:x8}");
        return new OpenedFile(200, handle, lengthBytes, DateTimeOffset.FromUnixTimeSeconds(Math.Max(seconds, 0)), version);
    }

    /// <summary>struct open_how of openat2(2).</summary>
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int folder, string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle folder, byte* path, OpenHow* how, nuint howBytes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(SafeFileHandle file, byte* path, int flags, uint mask, byte* stat);
}
