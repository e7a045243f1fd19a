using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sluice.Conformance.Peers;

/// <summary>Stands between clients and a broker, and does to some Produce requests what bad networks do to them.</summary>
/// <remarks>Works on whole frames, so that the broker never sees half of one. What it does is drawn from a seed.</remarks>
public sealed class FaultyProxy : IAsyncDisposable
{
    private const short ProduceKey = 0;
    private const int FrameBytesMax = 100 << 20;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _tasks = [];
    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly Task _accepting;
    private int _faultPercent;
    private int _lostAnswers;
    private int _lostRequests;
    private int _repeated;
    private int _delayed;

    /// <summary>Listens; the broker is told later, since it must be told of this port first.</summary>
    /// <param name="seed">What happens to which request.</param>
    public FaultyProxy(int seed)
    {
        _random = new Random(seed);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port { get; }

    /// <summary>What clients are told to connect to.</summary>
    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The broker.</summary>
    public int BrokerPort { get; set; }

    /// <summary>How many of a hundred Produce requests something happens to.</summary>
    public int FaultPercent
    {
        get => Volatile.Read(ref _faultPercent);
        set => Volatile.Write(ref _faultPercent, value);
    }

    /// <summary>Gets every request of every client, with its size in front, before anything happens to it. Any thread.</summary>
    public Action<byte[]>? OnRequest { get; init; }

    /// <summary>What has happened so far: to how many requests each.</summary>
    public (int LostAnswers, int LostRequests, int Repeated, int Delayed) Counts => (_lostAnswers, _lostRequests, _repeated, _delayed);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        Task[] tasks;
        lock (_lock) tasks = [.. _tasks];
        await Task.WhenAll(tasks);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                Track(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private void Track(Task task)
    {
        lock (_lock)
        {
            _tasks.RemoveAll(static done => done.IsCompleted);
            _tasks.Add(task);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using TcpClient broker = await ConnectAsync();
                using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                Task answers = PassAsync(broker.GetStream(), client.GetStream(), ending.Token);
                try
                {
                    while (await ReadFrameAsync(client.GetStream(), ending.Token) is { } frame)
                    {
                        if (!await TakeAsync(frame, broker.GetStream(), ending.Token)) break;
                    }
                }
                finally
                {
                    await ending.CancelAsync();
                    await answers;
                }
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException)
            {
                // One of both has gone; the other learns of it by this connection's end.
            }
        }
    }

    /// <returns>False if the client's connection is to end now.</returns>
    private async Task<bool> TakeAsync(byte[] frame, NetworkStream broker, CancellationToken cancellationToken)
    {
        OnRequest?.Invoke(frame);
        bool isProduce = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(sizeof(int))) == ProduceKey;
        (bool happens, int what, int delayMs) = Draw();
        if (!isProduce || !happens)
        {
            await broker.WriteAsync(frame, cancellationToken);
            return true;
        }
        switch (what)
        {
            case 0:
                // The request counts, and nobody hears of it.
                Interlocked.Increment(ref _lostAnswers);
                await SendAloneAsync(frame, delayMs: 0, cancellationToken);
                return false;
            case 1:
                Interlocked.Increment(ref _lostRequests);
                return false;
            case 2:
                // A second copy comes by another way, some time after the first.
                Interlocked.Increment(ref _repeated);
                await broker.WriteAsync(frame, cancellationToken);
                Track(SendAloneAsync(frame, delayMs, _stopping.Token));
                return true;
            default:
                // The client gives up and sends it again; the first copy arrives in between or after that.
                Interlocked.Increment(ref _delayed);
                Track(SendAloneAsync(frame, delayMs, _stopping.Token));
                return false;
        }
    }

    private (bool Happens, int What, int DelayMs) Draw()
    {
        lock (_lock) return (_random.Next(100) < FaultPercent, _random.Next(4), _random.Next(60));
    }

    // On a connection of its own; the answer is read, so that the request has had its effect, and forgotten.
    private async Task SendAloneAsync(byte[] frame, int delayMs, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delayMs, cancellationToken);
            using TcpClient alone = await ConnectAsync();
            await alone.GetStream().WriteAsync(frame, cancellationToken);
            await ReadFrameAsync(alone.GetStream(), cancellationToken);
        }
        catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, BrokerPort, _stopping.Token);
        return client;
    }

    private static async Task PassAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // One of both has gone, or the proxy has cut them off.
        }
    }

    // With its size in front; null at the end of the connection.
    private static async Task<byte[]?> ReadFrameAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] size = new byte[sizeof(int)];
        if (await stream.ReadAtLeastAsync(size, size.Length, throwOnEndOfStream: false, cancellationToken) < size.Length) return null;
        int sizeBytes = BinaryPrimitives.ReadInt32BigEndian(size);
        if (sizeBytes is < sizeof(short) or > FrameBytesMax) throw new IOException($"a frame of {sizeBytes} bytes");
        byte[] frame = new byte[sizeof(int) + sizeBytes];
        size.CopyTo(frame, 0);
        await stream.ReadExactlyAsync(frame.AsMemory(sizeof(int)), cancellationToken);
        return frame;
    }
}
