using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Samples.FileServer.Files;
using Sluice.Samples.FileServer.Http;
using Sluice.Transfer;

namespace Sluice.Samples.FileServer.Server;

/// <summary>Serves the files of a folder over HTTP/1.1.</summary>
/// <remarks>
/// A connection is one asynchronous loop (<see cref="HttpConnection"/>). One timer for all of them, several times a second,
/// ends those whose time is up: setting a timer for each request would cost more than many a request.
/// </remarks>
public sealed class HttpFileServer : IAsyncDisposable
{
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<HttpConnection, Task> _connections = new();
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly ITimer _sweeper;
    private readonly Task _accepting;
    private volatile byte[] _dateField = [];
    private bool _isDisposed;

    /// <summary>Begins to serve.</summary>
    /// <param name="options">Not to be changed from here on.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such root.</exception>
    /// <exception cref="SocketException">The address is in use, or not this machine's.</exception>
    public HttpFileServer(FileServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Files = new FileStore(RootFolder.At(options.Root), options.KeptOpen, options.KeptOpenMax, options.Time);
        _places = new SemaphoreSlim(options.ConnectionsMax);
        try
        {
            _listener.Bind(options.EndPoint);
            _listener.Listen(1024);
        }
        catch
        {
            Files.Dispose();
            _listener.Dispose();
            throw;
        }

        Address = (IPEndPoint)_listener.LocalEndPoint!;
        SetDate();
        _sweeper = options.Time.CreateTimer(static server => ((HttpFileServer)server!).Sweep(), this, s_sweepInterval, s_sweepInterval);
        _accepting = AcceptAsync();
    }

    /// <summary>Where the server listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>What was sent so far, and by which path.</summary>
    public TransferMetrics Metrics { get; } = new();

    internal FileServerOptions Options { get; }

    internal FileStore Files { get; }

    /// <summary>The Date field with its line end, as of now.</summary>
    internal ReadOnlySpan<byte> DateField => _dateField;

    /// <summary>Whether connections are to end with the answer that they are giving.</summary>
    internal bool IsStopping => _stopping.IsCancellationRequested;

    internal CancellationToken Stopping => _stopping.Token;

    internal CancellationToken Aborting => _aborting.Token;

    /// <summary>Accepts no more, lets answers under way finish, and closes the rest.</summary>
    /// <param name="grace">How long answers may take; then their connections are cut.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        _listener.Dispose();
        await _stopping.CancelAsync();
        await _accepting;
        Task ended = Task.WhenAll(_connections.Values);
        try
        {
            await ended.WaitAsync(grace, Options.Time);
        }
        catch (TimeoutException)
        {
            await _aborting.CancelAsync();
            await ended;
        }
    }

    /// <summary>Stops without grace.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await StopAsync(TimeSpan.Zero);
        await _sweeper.DisposeAsync();
        Files.Dispose();
        Metrics.Dispose();
        _places.Dispose();
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private async Task AcceptAsync()
    {
        // A loop without end: closing the listener or cancelling ends it.
        while (!IsStopping)
        {
            try
            {
                await _places.WaitAsync(Stopping);
                Socket? socket = await AcceptOneAsync();
                if (socket is null)
                {
                    _places.Release();
                    continue;
                }

                HttpConnection connection = new(this, socket);
                _connections[connection] = Task.CompletedTask;

                // It may be over already, and no longer in the table.
                _connections.TryUpdate(connection, RunAsync(connection), Task.CompletedTask);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <returns>Null if none could be had just now.</returns>
    private async Task<Socket?> AcceptOneAsync()
    {
        try
        {
            return await _listener.AcceptAsync(Stopping);
        }
        catch (SocketException) when (!IsStopping)
        {
            // The peer has gone already, or descriptors have run out: connections that end free some.
            await Task.Delay(s_acceptPause, Options.Time, Stopping);
            return null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task RunAsync(HttpConnection connection)
    {
        // Not on the accepting loop, which this connection's first answers would hold up.
        await Task.Yield();
        try
        {
            await connection.RunAsync();
        }
        catch (Exception e)
        {
            // A mistake of this program ends one connection, not the server.
            await Console.Error.WriteLineAsync($"a connection ended unexpectedly: {e}");
        }
        finally
        {
            await connection.DisposeAsync();
            _connections.TryRemove(connection, out _);
            _places.Release();
        }
    }

    private void Sweep()
    {
        SetDate();
        Files.Sweep();
        foreach ((HttpConnection connection, _) in _connections)
        {
            connection.EndIfLate();
        }
    }

    private void SetDate() => _dateField = Encoding.ASCII.GetBytes($"Date: {HttpDate.Format(Options.Time.GetUtcNow())}\r\n");
}
