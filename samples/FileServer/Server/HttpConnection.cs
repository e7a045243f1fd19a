using System.Net.Sockets;
using Sluice.Samples.FileServer.Files;
using Sluice.Samples.FileServer.Http;
using Sluice.Transfer;

namespace Sluice.Samples.FileServer.Server;

/// <summary>One connection: reads requests one after the other and answers each before it looks at the next.</summary>
/// <remarks>
/// <para>
/// Requests that a client sends without waiting stay in the buffer until their turn, so answers come in their order and none
/// is mixed with another. The buffer has the length of one head: a client that sends more is not read from.
/// </para>
/// <para>Everything belongs to the loop, except for <see cref="EndIfLate"/>.</para>
/// </remarks>
internal sealed class HttpConnection : IAsyncDisposable
{
    // Requests that may be answered without a wait before others get their turn on this thread.
    private const int AnswersAtOnceMax = 64;

    // What a client still sends after a refusal is read, up to here: else its system throws the refusal away, together with the connection.
    private const int LingerBytesMax = 256 << 10;

    private static readonly TimeSpan s_lingerTime = TimeSpan.FromSeconds(2);

    private readonly HttpFileServer _server;
    private readonly Socket _socket;
    private readonly TransferChannel _channel;
    private readonly ResponseFrame _frame = new();
    private readonly ResponseWriter _writer;
    private readonly CancellationTokenSource _receiving;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;

    // When the client must have done something, in ticks since the connection was made; guards against nothing while 0.
    private long _dueTicks;
    private readonly long _madeTimestamp;
    private bool _receivingEnded;

    public HttpConnection(HttpFileServer server, Socket socket)
    {
        _server = server;
        _socket = socket;
        _socket.NoDelay = true;
        _madeTimestamp = server.Options.Time.GetTimestamp();
        _receiving = CancellationTokenSource.CreateLinkedTokenSource(server.Stopping);
        _buffer = new byte[server.Options.HeadBytesMax];
        _channel = TransferChannel.Create(socket, server.Options.Transfer, server.Metrics);
        _writer = new ResponseWriter(server, _frame);
    }

    /// <summary>Serves until either side has had enough. Expected ends of a connection are not exceptions.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ServeAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or TransferException or OperationCanceledException)
        {
            // The client went away, was too slow, or the server stops: there is nobody to tell.
        }
    }

    /// <summary>Gives a client up that is late. On the sweeper's thread.</summary>
    public void EndIfLate()
    {
        long dueTicks = Volatile.Read(ref _dueTicks);
        if (dueTicks != 0 && ElapsedTicks() > dueTicks)
        {
            lock (_receiving)
            {
                if (!_receivingEnded)
                {
                    _receiving.Cancel();
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_receiving)
        {
            _receivingEnded = true;
        }

        await _channel.DisposeAsync();
        _frame.Dispose();
        _socket.Dispose();
        _receiving.Dispose();
    }

    private async Task ServeAsync()
    {
        int answersCount = 0;
        while (true)
        {
            int status = HttpParser.Parse(_buffer.AsSpan(_start, _end - _start), _server.Options.HeadBytesMax, out HttpRequest request);
            if (status == HttpParser.Incomplete)
            {
                answersCount = 0;
                if (!await ReceiveAsync())
                {
                    return;
                }

                continue;
            }

            bool keepsAlive = await AnswerAsync(status, request);
            if (!keepsAlive)
            {
                await LingerAsync();
                return;
            }

            if (++answersCount == AnswersAtOnceMax)
            {
                answersCount = 0;
                await Task.Yield();
            }
        }
    }

    /// <returns>False if the connection ends here: closed by the client, too late, or the server stops.</returns>
    private async ValueTask<bool> ReceiveAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        // A request's time counts from its first byte and is not prolonged by the bytes that follow.
        bool hasBegun = _end > 0;
        if (!hasBegun || Volatile.Read(ref _dueTicks) == 0)
        {
            SetDue(hasBegun ? _server.Options.RequestTimeout : _server.Options.IdleTimeout);
        }

        try
        {
            int received = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, _receiving.Token);
            _end += received;
            if (!hasBegun && received > 0)
            {
                SetDue(_server.Options.RequestTimeout);
            }

            return received > 0;
        }
        catch (OperationCanceledException)
        {
            if (hasBegun && !_server.IsStopping)
            {
                await RefuseAsync(408, default);
                await LingerAsync();
            }

            return false;
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async ValueTask<bool> AnswerAsync(int status, HttpRequest request)
    {
        if (status != HttpParser.Complete)
        {
            // What follows a request that was not understood could be anything.
            request.KeepsAlive = false;
            await RefuseAsync(status, request);
            return false;
        }

        bool skipsBody = request.BodyBytes <= _server.Options.BodyBytesMax && !(request.BodyBytes > 0 && request.ExpectsContinue);
        request.KeepsAlive &= skipsBody && !_server.IsStopping;
        if (request.Method is RequestMethod.NotAllowed)
        {
            await RefuseAsync(405, request);
        }
        else if (request.BodyBytes > _server.Options.BodyBytesMax)
        {
            await RefuseAsync(413, request);
        }
        else
        {
            await AnswerWithFileAsync(request);
        }

        _start += request.HeadBytes;
        return request.KeepsAlive && await SkipAsync(request.BodyBytes);
    }

    private async ValueTask AnswerWithFileAsync(HttpRequest request)
    {
        byte[]? missing = _writer.TryWrite(request, _buffer.AsSpan(_start, request.HeadBytes), out bool isFolder);
        if (missing is not null)
        {
            // Opening may wait for the disk: not on a thread that other connections share.
            (int status, ServedFile? file) = await Task.Run(() => (_server.Files.Open(missing, out ServedFile? opened), opened));
            if (status == 301 && isFolder)
            {
                byte[] index = missing.Length == 0 ? [.. "index.html"u8] : [.. missing, .. "/index.html"u8];
                (status, file) = await Task.Run(() => (_server.Files.Open(index, out ServedFile? opened), opened));

                // A folder of that name, or none: either way there is nothing to show.
                status = status == 301 ? 404 : status;
            }
            else if (status == 200 && isFolder)
            {
                // A file is no folder, whatever the target ends with.
                file!.File.Release();
                status = 404;
            }

            _writer.Write(status, file, missing, request, _buffer.AsSpan(_start, request.HeadBytes));
        }

        await SendAsync();
    }

    private ValueTask RefuseAsync(int status, in HttpRequest request)
    {
        _writer.WriteRefusal(status, request);
        return SendAsync();
    }

    private async ValueTask SendAsync()
    {
        // The channel has a deadline of its own for clients that do not read.
        Volatile.Write(ref _dueTicks, 0);
        try
        {
            await _channel.SendAsync(_frame, _server.Aborting);
        }
        finally
        {
            _frame.Clear();
        }
    }

    /// <summary>Reads the body of a request away, which a GET has no use for.</summary>
    private async ValueTask<bool> SkipAsync(long bodyBytes)
    {
        while (true)
        {
            int skipped = (int)Math.Min(bodyBytes, _end - _start);
            _start += skipped;
            bodyBytes -= skipped;
            if (bodyBytes == 0)
            {
                return true;
            }

            _start = 0;
            _end = 0;
            SetDue(_server.Options.RequestTimeout);
            _end = await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, _receiving.Token);
            if (_end == 0)
            {
                return false;
            }
        }
    }

    /// <summary>Says that no more comes, and waits a little for the client to be done.</summary>
    private async ValueTask LingerAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        using CancellationTokenSource due = new(s_lingerTime, _server.Options.Time);
        using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _server.Aborting);
        for (int bytesCount = 0; bytesCount < LingerBytesMax;)
        {
            int received = await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, any.Token);
            if (received == 0)
            {
                return;
            }

            bytesCount += received;
        }
    }

    private void SetDue(TimeSpan time) => Volatile.Write(ref _dueTicks, ElapsedTicks() + time.Ticks);

    private long ElapsedTicks() => _server.Options.Time.GetElapsedTime(_madeTimestamp).Ticks;
}
