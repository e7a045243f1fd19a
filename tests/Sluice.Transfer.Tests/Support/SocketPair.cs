using System.Net;
using System.Net.Sockets;

namespace Sluice.Transfer.Tests.Support;

/// <summary>Two ends of a TCP connection over loopback.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket sender, Socket receiver)
    {
        Sender = sender;
        Receiver = receiver;
    }

    public Socket Sender { get; }

    public Socket Receiver { get; }

    /// <param name="bufferBytes">Size of both socket buffers; 0 leaves them to the kernel.</param>
    public static async Task<SocketPair> ConnectAsync(int bufferBytes = 0)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Socket receiver = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (bufferBytes > 0)
        {
            receiver.ReceiveBufferSize = bufferBytes;
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        await receiver.ConnectAsync(listener.LocalEndPoint!);
        Socket sender = await listener.AcceptAsync();
        sender.NoDelay = true;
        if (bufferBytes > 0)
        {
            sender.SendBufferSize = bufferBytes;
        }

        return new SocketPair(sender, receiver);
    }

    /// <summary>Receives so many bytes, or fewer if the sender closes.</summary>
    public async Task<byte[]> ReceiveAsync(long bytesCount, CancellationToken cancellationToken)
    {
        byte[] received = new byte[bytesCount];
        int count = 0;
        while (count < received.Length)
        {
            int read = await Receiver.ReceiveAsync(received.AsMemory(count), cancellationToken);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return received[..count];
    }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }
}
