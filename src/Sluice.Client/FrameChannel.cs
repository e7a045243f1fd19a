using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Sluice.Protocol;

namespace Sluice.Client;

/// <summary>One TCP connection, encrypted or not, as a sequence of frames, without any idea of what is in them. For tests that send what no client would.</summary>
/// <remarks>One sender and one receiver at a time; they may be different threads.</remarks>
public sealed class FrameChannel : IAsyncDisposable
{
    private const int SizePrefixBytes = sizeof(int);

    // Answers to small requests arrive with their size in one piece.
    private const int BufferBytes = 16 * 1024;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly int _frameBytesMax;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _bufferStart;
    private int _bufferEnd;

    private FrameChannel(Socket socket, Stream stream, BrokerEndpoint endpoint, int frameBytesMax)
    {
        _socket = socket;
        _stream = stream;
        Endpoint = endpoint;
        _frameBytesMax = frameBytesMax;
    }

    /// <summary>The other end, as it was asked for.</summary>
    public BrokerEndpoint Endpoint { get; }

    /// <summary>Opens a connection, and encrypts it where the options ask for that.</summary>
    /// <param name="endpoint">Whom to call.</param>
    /// <param name="options">Timeout, TLS and largest frame.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection, to be disposed by the caller.</returns>
    /// <exception cref="KafkaException">
    /// Nobody answers there (<see cref="KafkaException.UnreachableEndpoint"/> is set), or TLS was not agreed upon
    /// (<see cref="ErrorCode.NetworkException"/>; the message says why).
    /// </exception>
    public static async Task<FrameChannel> ConnectAsync(BrokerEndpoint endpoint, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, either.Token).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (options.UsesTls) stream = await EncryptAsync(stream, options.Tls, endpoint, either.Token).ConfigureAwait(false);
            return new FrameChannel(socket, stream, endpoint, options.ResponseBytesMax);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw Unreachable(endpoint, Reason(exception.SocketErrorCode, exception.Message), exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw Unreachable(endpoint, $"no answer within {options.ConnectTimeout.TotalSeconds:0.#} s", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes as they are: a whole frame, a piece of one, or nonsense.</summary>
    /// <param name="bytes">Borrowed until the task completes.</param>
    /// <param name="cancellationToken">Leaves the connection unusable.</param>
    /// <exception cref="KafkaException">The connection is broken.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw Broken("broke while sending", exception);
        }
    }

    /// <summary>Sends one frame: the size of <paramref name="content"/>, then the content.</summary>
    /// <param name="content">Borrowed until the task completes.</param>
    /// <param name="cancellationToken">Leaves the connection unusable.</param>
    /// <exception cref="KafkaException">The connection is broken.</exception>
    public async ValueTask SendFrameAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        byte[] frame = new byte[SizePrefixBytes + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length);
        content.CopyTo(frame.AsMemory(SizePrefixBytes));
        await SendAsync(frame, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that nothing more will be sent; what was asked can still be answered.</summary>
    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Receives the next frame.</summary>
    /// <param name="cancellationToken">Leaves the connection unusable unless nothing of the frame had arrived.</param>
    /// <returns>The frame without its size, the caller's to keep; null = the other end closed the connection between frames.</returns>
    /// <exception cref="KafkaException">The connection broke, ended inside a frame, or announced a frame that is too large.</exception>
    public async ValueTask<byte[]?> ReceiveFrameAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            if (!await FillAsync(SizePrefixBytes, cancellationToken).ConfigureAwait(false)) return null;
            int sizeBytes = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_bufferStart));
            _bufferStart += SizePrefixBytes;
            if (sizeBytes < 0 || sizeBytes > _frameBytesMax) throw Broken($"announced a frame of {sizeBytes} bytes, as no Kafka broker would", null);
            return await ReceiveContentAsync(sizeBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw Broken("broke while receiving", exception);
        }
    }

    /// <summary>Closes the connection at once.</summary>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        // The socket first: a polite end of TLS would wait for a peer that may not read.
        _socket.Dispose();
        return _stream.DisposeAsync();
    }

    private static async ValueTask<Stream> EncryptAsync(Stream stream, KafkaTlsOptions tls, BrokerEndpoint endpoint, CancellationToken cancellationToken)
    {
        SslStream encrypted = new(stream, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(tls.ForHost(endpoint.Host), cancellationToken).ConfigureAwait(false);
            return encrypted;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            string reason = failure is AuthenticationException ? (failure.InnerException ?? failure).Message.TrimEnd('.') : "it closed the connection; does it speak TLS on that port?";
            throw new KafkaException(ErrorCode.NetworkException, $"cannot encrypt the connection to {endpoint}: {reason}", failure);
        }
    }

    private async ValueTask<byte[]> ReceiveContentAsync(int sizeBytes, CancellationToken cancellationToken)
    {
        byte[] content = GC.AllocateUninitializedArray<byte>(sizeBytes);
        int filledBytes = Math.Min(sizeBytes, _bufferEnd - _bufferStart);
        _buffer.AsSpan(_bufferStart, filledBytes).CopyTo(content);
        _bufferStart += filledBytes;
        while (filledBytes < sizeBytes)
        {
            int receivedBytes = await _stream.ReadAsync(content.AsMemory(filledBytes), cancellationToken).ConfigureAwait(false);
            if (receivedBytes == 0) throw Broken("was closed inside an answer", null);
            filledBytes += receivedBytes;
        }

        return content;
    }

    // False = the stream ended before the first byte.
    private async ValueTask<bool> FillAsync(int neededBytes, CancellationToken cancellationToken)
    {
        if (_bufferStart == _bufferEnd) _bufferStart = _bufferEnd = 0;
        if (_bufferStart + neededBytes > BufferBytes)
        {
            _buffer.AsSpan(_bufferStart.._bufferEnd).CopyTo(_buffer);
            _bufferEnd -= _bufferStart;
            _bufferStart = 0;
        }

        while (_bufferEnd - _bufferStart < neededBytes)
        {
            int receivedBytes = await _stream.ReadAsync(_buffer.AsMemory(_bufferEnd), cancellationToken).ConfigureAwait(false);
            if (receivedBytes == 0)
            {
                if (_bufferStart == _bufferEnd) return false;
                throw Broken("was closed inside an answer", null);
            }

            _bufferEnd += receivedBytes;
        }

        return true;
    }

    private KafkaException Broken(string what, Exception? inner) =>
        new(ErrorCode.NetworkException, $"the connection to {Endpoint} {what}", inner);

    private static KafkaException Unreachable(BrokerEndpoint endpoint, string reason, Exception inner) =>
        new(ErrorCode.NetworkException, $"cannot reach {endpoint}: {reason}", inner) { UnreachableEndpoint = endpoint };

    private static string Reason(SocketError error, string message) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "no such host",
        SocketError.TimedOut => "no answer",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "no route to the host",
        _ => message,
    };
}
