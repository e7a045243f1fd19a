using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Transfer.Interop;

/// <summary>Brings pages of files into the page cache, through a pipe into nothing: references are moved, no byte is copied.</summary>
/// <remarks>
/// The kernel reads ahead for splice(2) as for any reading in sequence: large requests, large folios, the next ones begun before they are wanted.
/// readahead(2) does neither of the latter (docs/internals/transfer.md has the measurement). One pipe for each thread that reads from disks; where
/// there is none to be had, or the file system cannot splice, the bytes are read and thrown away.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class BringInPipe
{
    private const int PipeBytes = 1 << 20;
    private const int ReadBytesMax = 64 << 10;

    [ThreadStatic]
    private static BringInPipe? s_ofThread;

    private readonly SafeFileHandle _reading;
    private readonly SafeFileHandle _writing;
    private readonly SafeFileHandle _nothing;

    private BringInPipe(SafeFileHandle reading, SafeFileHandle writing, SafeFileHandle nothing)
    {
        _reading = reading;
        _writing = writing;
        _nothing = nothing;
    }

    /// <summary>As <see cref="IKernel.BringIn"/>.</summary>
    public static nint BringIn(SafeFileHandle file, long positionBytes, int lengthBytes)
    {
        if ((s_ofThread ??= TryCreate()) is not { } pipe)
        {
            return ReadAway(file, positionBytes, lengthBytes);
        }

        nint brought = LibC.splice(file, &positionBytes, pipe._writing, null, (nuint)Math.Min(lengthBytes, PipeBytes), 0);
        if (brought < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno is Errno.EINVAL or Errno.ENOSYS ? ReadAway(file, positionBytes, lengthBytes) : -errno;
        }

        if (!pipe.TryEmpty(brought))
        {
            // What is left in it would stand in the way for ever: the next call makes a new one.
            s_ofThread = null;
            pipe.Close();
        }

        return brought;
    }

    private static BringInPipe? TryCreate()
    {
        int* ends = stackalloc int[2];
        if (LibC.pipe2(ends, LibC.O_CLOEXEC) != 0)
        {
            return null;
        }

        SafeFileHandle reading = new(ends[0], ownsHandle: true);
        SafeFileHandle writing = new(ends[1], ownsHandle: true);
        try
        {
            // Refused to somebody who has many pipes; a small one is slower, and does.
            _ = LibC.fcntl(writing, LibC.F_SETPIPE_SZ, PipeBytes);
            return new BringInPipe(reading, writing, File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No descriptor left, or no /dev: reading does as well.
            reading.Dispose();
            writing.Dispose();
            return null;
        }
    }

    private static nint ReadAway(SafeFileHandle file, long positionBytes, int lengthBytes)
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent(ReadBytesMax);
        nint read = default(Kernel).Read(file, scratch.AsSpan(0, Math.Min(lengthBytes, ReadBytesMax)), positionBytes);
        ArrayPool<byte>.Shared.Return(scratch);
        return read;
    }

    private bool TryEmpty(nint bytes)
    {
        while (bytes > 0)
        {
            nint moved = LibC.splice(_reading, null, _nothing, null, (nuint)bytes, 0);
            if (moved == 0 || (moved < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR))
            {
                return false;
            }

            bytes -= Math.Max(moved, 0);
        }

        return true;
    }

    private void Close()
    {
        _reading.Dispose();
        _writing.Dispose();
        _nothing.Dispose();
    }
}
