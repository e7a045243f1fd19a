using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sluice.Differential.Wire;

/// <summary>A connection that sends exactly the bytes it is given and tells a frame, a closed connection and silence apart.</summary>
internal sealed class WireConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private WireConnection()
    {
    }

    /// <param name="port">The peer's.</param>
    /// <param name="from">The address that it comes from, on the loopback interface; null = the usual one.</param>
    public static async Task<WireConnection> OpenAsync(int port, string? from = null)
    {
        WireConnection connection = new();
        if (from is not null) connection._socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await connection._socket.ConnectAsync("127.0.0.1", port);
        return connection;
    }

    /// <summary>Sends a frame: its size, then <paramref name="frame"/>.</summary>
    public async Task SendFrameAsync(ReadOnlyMemory<byte> frame)
    {
        byte[] bytes = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.Span.CopyTo(bytes.AsSpan(sizeof(int)));
        await SendBytesAsync(bytes);
    }

    /// <summary>Sends bytes as they are. A peer that has closed meanwhile is found out by the next <see cref="ReceiveAsync"/>.</summary>
    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes)..];
        }
        catch (SocketException)
        {
            // The peer may refuse a frame before all of it has been sent.
        }
    }

    /// <summary>The next frame without its size.</summary>
    public async Task<Answer> ReceiveAsync(TimeSpan patience)
    {
        using CancellationTokenSource deadline = new(patience);
        try
        {
            byte[] size = new byte[sizeof(int)];
            if (!await FillAsync(size, deadline.Token)) return Answer.Closed;
            byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
            return await FillAsync(frame, deadline.Token) ? new Answer(AnswerKind.Frame, frame) : Answer.Closed;
        }
        catch (OperationCanceledException)
        {
            return Answer.Silence;
        }
        catch (SocketException)
        {
            return Answer.Closed;
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> FillAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            int count = await _socket.ReceiveAsync(bytes, cancellationToken);
            if (count == 0) return false;
            bytes = bytes[count..];
        }
        return true;
    }
}
