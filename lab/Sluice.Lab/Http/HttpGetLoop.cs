using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Http;

/// <summary>One connection of an HTTP client that asks for one file, over and over, and throws the bytes away. Blocking: for a thread of its own.</summary>
internal sealed class HttpGetLoop : IDisposable
{
    private const int HeadBytesMax = 8 << 10;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _request;
    private readonly byte[] _buffer;
    private readonly long _fileBytes;

    /// <summary>Connects.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="fileName">What is asked for; needs no escaping.</param>
    /// <param name="fileBytes">Its length, as the answer has to have it.</param>
    /// <param name="bufferBytes">Most that is received in one call; at least 8 KiB.</param>
    internal HttpGetLoop(int port, string fileName, long fileBytes, int bufferBytes)
    {
        _request = Encoding.ASCII.GetBytes($"GET /{fileName} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        _fileBytes = fileBytes;
        _buffer = new byte[Math.Max(bufferBytes, HeadBytesMax)];
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>Asks once, and waits for the whole answer.</summary>
    /// <exception cref="LabException">The answer is not the file, or there is none.</exception>
    internal void Get()
    {
        try
        {
            AskAndTake();
        }
        catch (SocketException exception)
        {
            throw new LabException($"a server's connection failed: {exception.Message}");
        }
    }

    public void Dispose() => _socket.Dispose();

    private void AskAndTake()
    {
        for (int sentBytes = 0; sentBytes < _request.Length;) sentBytes += _socket.Send(_request.AsSpan(sentBytes));
        int count = 0;
        int headBytes;
        do
        {
            if (count == _buffer.Length) throw new LabException("an answer has no end of its head");
            count += Receive(_buffer.AsSpan(count));
            headBytes = _buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) + 4;
        }
        while (headBytes < 4);

        string head = Encoding.ASCII.GetString(_buffer, 0, headBytes);
        if (!head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)) throw new LabException($"asked for a file, a server answered: {head.Split('\r')[0]}");
        long leftBytes = _fileBytes - (count - headBytes);
        while (leftBytes > 0) leftBytes -= Receive(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, leftBytes)));
        if (leftBytes < 0) throw new LabException("a server sent more than the file");
    }

    private int Receive(Span<byte> buffer)
    {
        int received = _socket.Receive(buffer);
        return received > 0 ? received : throw new LabException("a server closed its connection in mid-answer");
    }
}
