using System.Runtime.InteropServices;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Residency;

/// <summary>Reads a cold chunk in and moves it, to a socket or into a buffer.</summary>
/// <remarks>
/// What goes to a socket is brought into the page cache first: while the disk makes this thread wait, nothing holds the socket, and an error of
/// the disk cannot be taken for one of the connection.
/// </remarks>
internal sealed class ColdTransfer<TKernel>(IColdChunkOwner owner, TKernel kernel) : ColdChunk(owner)
    where TKernel : struct, IKernel
{
    private SafeHandle? _socket;
    private Memory<byte> _buffer;

    /// <summary>Whether <see cref="ColdChunk.Result"/> is the socket's answer; else it is that of a read.</summary>
    public bool ReachedSocket { get; private set; }

    /// <summary>Length of the chunk that was set last.</summary>
    public int LengthBytes { get; private set; }

    /// <summary>Prepares a chunk that goes to a socket.</summary>
    /// <param name="region">The chunk; a reference on its file is taken, not taken over.</param>
    /// <param name="socket">Non-blocking.</param>
    public void SetSocket(FileRegion region, SafeHandle socket)
    {
        Set(region.File, region.PositionBytes, region.LengthBytes);
        LengthBytes = region.LengthBytes;
        ReachedSocket = false;
        _socket = socket;
        _buffer = default;
    }

    /// <summary>Prepares a chunk that goes into memory.</summary>
    /// <param name="region">The chunk; a reference on its file is taken, not taken over.</param>
    /// <param name="buffer">At least as long as the region; the pool's until the owner is told, for ever if the chunk is abandoned.</param>
    public void SetBuffer(FileRegion region, Memory<byte> buffer)
    {
        Set(region.File, region.PositionBytes, region.LengthBytes);
        LengthBytes = region.LengthBytes;
        ReachedSocket = false;
        _socket = null;
        _buffer = buffer[..region.LengthBytes];
    }

    protected override nint Perform(FileRegion region)
    {
        if (_socket is null)
        {
            return Read(region);
        }

        nint brought = BringIn(region);
        if (brought < 0)
        {
            return brought;
        }

        ReachedSocket = true;
        return Send(region, _socket);
    }

    /// <summary>Waits until the chunk is in memory, or its owner has given it up.</summary>
    private nint BringIn(FileRegion region)
    {
        int doneBytes = 0;
        while (doneBytes < region.LengthBytes)
        {
            if (IsAbandoned)
            {
                return -Errno.ECANCELED;
            }

            nint brought = kernel.BringIn(region.File.Handle, region.PositionBytes + doneBytes, region.LengthBytes - doneBytes);
            if (brought == -Errno.EINTR)
            {
                continue;
            }

            if (brought <= 0)
            {
                // The end of the file is no error yet: what lies before it is sent, and then found to be short.
                return brought;
            }

            doneBytes += (int)brought;
        }

        return doneBytes;
    }

    private nint Read(FileRegion region)
    {
        int doneBytes = 0;
        while (doneBytes < region.LengthBytes)
        {
            nint read = kernel.Read(region.File.Handle, _buffer.Span[doneBytes..], region.PositionBytes + doneBytes);
            if (read == -Errno.EINTR)
            {
                continue;
            }

            if (read <= 0)
            {
                return doneBytes > 0 ? doneBytes : read;
            }

            doneBytes += (int)read;
        }

        return doneBytes;
    }

    private nint Send(FileRegion region, SafeHandle socket)
    {
        int doneBytes = 0;
        while (doneBytes < region.LengthBytes && !IsAbandoned)
        {
            nint sent = kernel.SendFile(socket, region.File.Handle, region.PositionBytes + doneBytes, region.LengthBytes - doneBytes);
            if (sent == -Errno.EINTR)
            {
                continue;
            }

            if (sent <= 0)
            {
                return doneBytes > 0 ? doneBytes : sent;
            }

            doneBytes += (int)sent;
        }

        return doneBytes;
    }
}
