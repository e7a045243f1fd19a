using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Log.Storage;

/// <summary>Copies bytes between files by the cheapest way that the kernel and the two file systems have.</summary>
/// <remarks>
/// copy_file_range first: within one file system it may share blocks instead of copying. Between two the kernel refuses it (since Linux 5.19), and
/// sendfile moves pages through a pipe inside the kernel: one copy, none of it in this process. Read and write are what is left. What was refused is
/// asked again with the next range: a refusal costs one system call, and a range is a megabyte.
/// </remarks>
internal static class FileCopy
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Copies a range of one file to the same place of another.</summary>
    /// <exception cref="EndOfStreamException">The first file is shorter.</exception>
    /// <exception cref="IOException">One of the disks refused.</exception>
    public static void Copy(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes)
    {
        long copiedBytes = 0;
        if (OperatingSystem.IsLinux())
        {
            copiedBytes = CopyFileRange(from, to, positionBytes, lengthBytes);
            copiedBytes += SendFile(from, to, positionBytes + copiedBytes, lengthBytes - copiedBytes);
        }

        CopyThroughBuffer(from, to, positionBytes + copiedBytes, lengthBytes - copiedBytes);
    }

    /// <summary>By copy_file_range(2).</summary>
    /// <returns>Bytes copied: fewer than asked for, perhaps none, where the kernel has no such way between these files.</returns>
    [SupportedOSPlatform("linux")]
    internal static long CopyFileRange(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes)
    {
        long copiedBytes = 0;
        while (copiedBytes < lengthBytes)
        {
            long fromPositionBytes = positionBytes + copiedBytes;
            long toPositionBytes = fromPositionBytes;
            nint count = Libc.CopyFileRange(from, ref fromPositionBytes, to, ref toPositionBytes, (nuint)(lengthBytes - copiedBytes), 0);
            if (!TryAdd(count, ref copiedBytes, "copy_file_range")) break;
        }

        return copiedBytes;
    }

    /// <summary>By sendfile(2).</summary>
    /// <returns>As for <see cref="CopyFileRange"/>.</returns>
    [SupportedOSPlatform("linux")]
    internal static long SendFile(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes)
    {
        long copiedBytes = 0;
        if (lengthBytes == 0) return 0;
        // Everybody else says with each call where to write, so the position is nobody's but this copy's.
        if (Libc.LSeek(to, positionBytes, 0) < 0) throw DiskErrors.FromErrno(Marshal.GetLastPInvokeError(), "lseek");
        while (copiedBytes < lengthBytes)
        {
            long fromPositionBytes = positionBytes + copiedBytes;
            nint count = Libc.SendFile(to, from, ref fromPositionBytes, (nuint)(lengthBytes - copiedBytes));
            if (!TryAdd(count, ref copiedBytes, "sendfile")) break;
        }

        return copiedBytes;
    }

    /// <summary>By reading and writing.</summary>
    internal static void CopyThroughBuffer(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes)
    {
        if (lengthBytes == 0) return;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long endBytes = positionBytes + lengthBytes;
            while (positionBytes < endBytes)
            {
                int readBytes = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(BufferBytes, endBytes - positionBytes)), positionBytes);
                if (readBytes == 0) throw new EndOfStreamException($"A file ended at byte {positionBytes}, and {endBytes} were to be copied.");
                RandomAccess.Write(to, buffer.AsSpan(0, readBytes), positionBytes);
                positionBytes += readBytes;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // False if another way must be tried. At the end of the file, too: reading says it more clearly.
    private static bool TryAdd(nint count, ref long copiedBytes, string call)
    {
        if (count >= 0)
        {
            copiedBytes += count;
            return count > 0;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Libc.Interrupted => true,
            Libc.CrossDevice or Libc.InvalidArgument or Libc.NoSuchCall or Libc.NotSupported => false,
            int error => throw DiskErrors.FromErrno(error, call),
        };
    }
}
