using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Transfer.Interop;

/// <summary>The kernel that this process runs on.</summary>
[SupportedOSPlatform("linux")]
internal readonly unsafe struct Kernel : IKernel
{
    public nint Send(SafeHandle socket, ReadOnlySpan<byte> bytes, int flags)
    {
        fixed (byte* buffer = bytes)
        {
            nint sent = LibC.send(socket, buffer, (nuint)bytes.Length, flags | LibC.MSG_DONTWAIT | LibC.MSG_NOSIGNAL);
            return sent >= 0 ? sent : -Marshal.GetLastPInvokeError();
        }
    }

    public nint SendFile(SafeHandle socket, SafeFileHandle file, long positionBytes, int lengthBytes)
    {
        nint sent = LibC.sendfile(socket, file, &positionBytes, (nuint)lengthBytes);
        return sent >= 0 ? sent : -Marshal.GetLastPInvokeError();
    }

    public nint Read(SafeFileHandle file, Span<byte> buffer, long positionBytes)
    {
        fixed (byte* to = buffer)
        {
            nint read = LibC.pread(file, to, (nuint)buffer.Length, positionBytes);
            return read >= 0 ? read : -Marshal.GetLastPInvokeError();
        }
    }

    public nint BringIn(SafeFileHandle file, long positionBytes, int lengthBytes) => BringInPipe.BringIn(file, positionBytes, lengthBytes);

    public nint ReadNoWait(SafeFileHandle file, Span<byte> buffer, long positionBytes)
    {
        fixed (byte* to = buffer)
        {
            IoVector vector = new() { Base = to, Length = (nuint)buffer.Length };
            nint read = LibC.preadv2(file, &vector, 1, positionBytes, LibC.RWF_NOWAIT);
            return read >= 0 ? read : -Marshal.GetLastPInvokeError();
        }
    }

    public nint CountCachedPages(SafeFileHandle file, long positionBytes, long lengthBytes)
    {
        CacheStatRange range = new() { Offset = (ulong)positionBytes, Length = (ulong)lengthBytes };
        CacheStat found = default;
        nint result = LibC.cachestat(LibC.SYS_cachestat, file, &range, &found, 0);
        return result >= 0 ? (nint)found.Cached : -Marshal.GetLastPInvokeError();
    }
}
