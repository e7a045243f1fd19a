using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sluice.Bench.Load.Wire;

/// <summary>A blocking TCP connection that sends bytes as they are and can drop what it receives without copying it.</summary>
/// <remarks>One sender and one receiver at a time; they may be different threads. Nothing is allocated per call.</remarks>
internal sealed unsafe class WireSocket : IDisposable
{
    // More than any socket buffer holds gains nothing, and a stop is noticed between calls.
    private const int DiscardBytesMax = 1 << 20;

    private readonly Socket _socket;

    private int _lowWaterBytes = 1;

    private WireSocket(Socket socket) => _socket = socket;

    /// <summary>Bytes that have to be there before <see cref="Discard"/> wakes up, as long as twice as many are to come; default 1.</summary>
    public int ReceiveLowWaterBytes { get; set; } = 1;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static WireSocket Connect(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(endpoint);
            return new WireSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends every byte.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            fixed (byte* start = bytes)
            {
                nint sent = LibC.send(_socket.SafeHandle, start, (nuint)bytes.Length, LibC.MSG_NOSIGNAL);
                if (sent < 0 && !IsInterrupted()) ThrowBroken("send");
                bytes = bytes[(int)Math.Max(sent, 0)..];
            }
        }
    }

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="IOException">The connection broke or ended.</exception>
    public void Receive(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            fixed (byte* start = destination)
            {
                nint received = LibC.recv(_socket.SafeHandle, start, (nuint)destination.Length, LibC.MSG_WAITALL);
                if (received == 0) throw new EndOfStreamException("The other end closed the connection.");
                if (received < 0 && !IsInterrupted()) ThrowBroken("recv");
                destination = destination[(int)Math.Max(received, 0)..];
            }
        }
    }

    /// <summary>Receives the size that begins a frame.</summary>
    /// <exception cref="IOException">The connection broke or ended.</exception>
    public int ReceiveSize()
    {
        Span<byte> prefix = stackalloc byte[sizeof(int)];
        Receive(prefix);
        return BinaryPrimitives.ReadInt32BigEndian(prefix);
    }

    /// <summary>Drops the next <paramref name="count"/> bytes; the kernel copies none of them.</summary>
    /// <exception cref="IOException">The connection broke or ended.</exception>
    public void Discard(long count)
    {
        while (count > 0)
        {
            // A call that has some bytes waits for as many again as the low-water mark says, even if so many are not to come.
            SetLowWater(count >= 2L * ReceiveLowWaterBytes ? ReceiveLowWaterBytes : 1);
            nint received = LibC.recv(_socket.SafeHandle, null, (nuint)Math.Min(count, DiscardBytesMax), LibC.MSG_TRUNC);
            if (received == 0) throw new EndOfStreamException("The other end closed the connection.");
            if (received < 0 && !IsInterrupted()) ThrowBroken("recv");
            count -= Math.Max(received, 0);
        }

        SetLowWater(1);
    }

    public void Dispose() => _socket.Dispose();

    private void SetLowWater(int bytes)
    {
        if (bytes == _lowWaterBytes) return;
        _lowWaterBytes = bytes;
        _socket.SetRawSocketOption(LibC.SOL_SOCKET, LibC.SO_RCVLOWAT, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in bytes)));
    }

    private static bool IsInterrupted() => Marshal.GetLastPInvokeError() == LibC.EINTR;

    private static void ThrowBroken(string call) => throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
}
