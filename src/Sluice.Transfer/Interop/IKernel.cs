using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Transfer.Interop;

/// <summary>The calls that move bytes, as the kernel answers them: a count, or a negated <see cref="Errno"/>.</summary>
/// <remarks>Channels are generic over it, so that the call costs nothing more and a test can answer in the kernel's place.</remarks>
internal interface IKernel
{
    /// <summary>send(2) with the given flags, and never a signal nor a wait.</summary>
    nint Send(SafeHandle socket, ReadOnlySpan<byte> bytes, int flags);

    /// <summary>sendfile(2) from a position; the file's own position is neither used nor moved.</summary>
    nint SendFile(SafeHandle socket, SafeFileHandle file, long positionBytes, int lengthBytes);

    /// <summary>pread(2): waits for the disk if need be.</summary>
    nint Read(SafeFileHandle file, Span<byte> buffer, long positionBytes);

    /// <summary>Waits until bytes from a position on are in the page cache, without looking at them.</summary>
    /// <returns>How many, at most <paramref name="lengthBytes"/>, perhaps fewer; 0 at the end of the file.</returns>
    nint BringIn(SafeFileHandle file, long positionBytes, int lengthBytes);

    /// <summary>preadv2(2) with RWF_NOWAIT: what is in memory, or EAGAIN.</summary>
    nint ReadNoWait(SafeFileHandle file, Span<byte> buffer, long positionBytes);

    /// <summary>cachestat(2): how many pages of a range are in memory, or are being read into it.</summary>
    nint CountCachedPages(SafeFileHandle file, long positionBytes, long lengthBytes);
}
