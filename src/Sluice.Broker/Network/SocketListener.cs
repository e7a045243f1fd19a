using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Security.Tls;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Network;

/// <summary>Accepts connections on one address and runs each until it ends.</summary>
/// <remarks>
/// Life cycle: <see cref="Bind"/>, then <see cref="RunAsync"/> until its token is cancelled; it returns when every
/// connection it accepted has ended.
/// </remarks>
internal sealed class SocketListener : IDisposable
{
    /// <summary>Pause after accept failed for want of file descriptors or memory; trying at once again would spin.</summary>
    private static readonly TimeSpan AcceptRetryDelay = TimeSpan.FromMilliseconds(100);

    private static long s_lastConnectionId;

    private readonly Socket _socket;
    private readonly NetworkSettings _settings;

    private SocketListener(Socket socket, ListenerEndpoint endpoint, TlsServer? tls, NetworkSettings settings)
    {
        _socket = socket;
        Tls = tls;
        _settings = settings;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens; the port is the one really bound.</summary>
    public ListenerEndpoint Endpoint { get; }

    /// <summary>Encrypts its connections; null = nothing does.</summary>
    public TlsServer? Tls { get; }

    /// <summary>Binds and listens. Clients can connect from now on; they are served once <see cref="RunAsync"/> runs.</summary>
    /// <param name="listener">Where, and what clients are told.</param>
    /// <param name="tls">Encrypts its connections; null = nothing does.</param>
    /// <param name="settings">Sizes of its sockets.</param>
    /// <exception cref="SocketException">The address is in use, not one of this machine, or a name that nobody knows.</exception>
    public static SocketListener Bind(ListenerSettings listener, TlsServer? tls, NetworkSettings settings)
    {
        IPAddress address = Resolve(listener.Bind.Host);
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, listener.Bind.Port));
            socket.Listen(settings.ListenBacklog);
            IPEndPoint bound = (IPEndPoint)socket.LocalEndPoint!;
            // An empty host stands for every address, which nobody can connect to: clients are told the machine's name.
            string advertisedHost = listener.Advertised.Host.Length == 0 ? Dns.GetHostName() : listener.Advertised.Host;
            int advertisedPort = listener.Advertised.Port == 0 ? bound.Port : listener.Advertised.Port;
            return new SocketListener(socket, new ListenerEndpoint(listener.Bind.Name, listener.Protocol, bound, advertisedHost, advertisedPort), tls, settings);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Accepts until <paramref name="cancellationToken"/>, then waits for the connections to end.</summary>
    public async Task RunAsync(ConnectionServices services, BrokerMetrics metrics, CancellationToken cancellationToken)
    {
        ConnectionTasks running = new();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                Socket accepted = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (services.Rates.Record(Endpoint.Name, services.Settings.Current.ConnectionLimits) is > 0 and var waitMs)
                    await HoldBackAsync(accepted, waitMs, services.Time, cancellationToken).ConfigureAwait(false);
                running.Add(ServeAsync(accepted, services, metrics, cancellationToken));
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException failure)
            {
                BrokerLog.AcceptFailed(services.Logger, Endpoint.Name, failure.SocketErrorCode);
                try
                {
                    await Task.Delay(AcceptRetryDelay, services.Time, cancellationToken).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }
        }
        await running.WhenAllEnded().ConfigureAwait(false);
    }

    public void Dispose() => _socket.Dispose();

    private static IPAddress Resolve(string host)
    {
        if (host.Length == 0) return Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        if (IPAddress.TryParse(host, out IPAddress? address)) return address;
        // A name with addresses of both families: IPv4 first, which is what clients of "localhost" try.
        return Dns.GetHostAddresses(host).OrderBy(static found => found.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
    }

    /// <summary>Lets new connections wait, the accepted one and those that the kernel has, until they may come again.</summary>
    private static async Task HoldBackAsync(Socket accepted, int waitMs, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(waitMs), time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            accepted.Dispose();
            throw;
        }
    }

    private async Task ServeAsync(Socket socket, ConnectionServices services, BrokerMetrics metrics, CancellationToken stopping)
    {
        // Off the accept loop: one slow set-up must not hold back the clients behind it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        IPAddress? address = (socket.RemoteEndPoint as IPEndPoint)?.Address;
        if (address is null)
        {
            // The client was gone before it was looked at.
            socket.Dispose();
            return;
        }
        if (services.Rates.Record(address) is > 0 and var parkedMs)
        {
            BrokerLog.ConnectionRateExceeded(services.Logger, address, parkedMs);
            await services.Rates.ParkAsync(parkedMs, services.Time, stopping).ConfigureAwait(false);
            metrics.ConnectionClosed(CloseReason.ConnectionRate);
            socket.Dispose();
            return;
        }
        ConnectionLimits limits = services.Settings.Current.ConnectionLimits;
        if (!services.Registry.TryReserve(address, limits.Max, limits.MaxFor(address)))
        {
            BrokerLog.ConnectionRefused(services.Logger, address, services.Registry.Count);
            metrics.ConnectionClosed(CloseReason.ConnectionLimit);
            socket.Dispose();
            return;
        }

        Connection? connection = null;
        CloseReason reason = CloseReason.InternalError;
        try
        {
            socket.NoDelay = true;
            // A client whose machine is gone leaves a connection that nothing else ends while a fetch of it waits.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            if (_settings.SendBufferBytes > 0) socket.SendBufferSize = _settings.SendBufferBytes;
            if (_settings.ReceiveBufferBytes > 0) socket.ReceiveBufferSize = _settings.ReceiveBufferBytes;
            connection = new Connection(Interlocked.Increment(ref s_lastConnectionId), socket, Endpoint, Tls, services, stopping);
            services.Registry.Add(connection);
            metrics.ConnectionOpened();
            BrokerLog.ConnectionOpened(services.Logger, connection.Id, address, Endpoint.Name);
            reason = await connection.RunAsync().ConfigureAwait(false);
        }
        catch (SocketException)
        {
            reason = CloseReason.ClientVanished;
        }
#pragma warning disable CA1031 // One connection's failure must not end the listener; it is logged with its cause.
        catch (Exception mistake)
#pragma warning restore CA1031
        {
            BrokerLog.ConnectionFailed(services.Logger, mistake, connection?.Id ?? 0, address);
        }
        finally
        {
            if (connection is null)
            {
                services.Registry.GiveBack(address);
                socket.Dispose();
            }
            else
            {
                services.Registry.Remove(connection);
                await connection.DisposeAsync().ConfigureAwait(false);
                metrics.ConnectionClosed(reason);
                BrokerLog.ConnectionClosed(services.Logger, connection.Id, reason);
            }
        }
    }
}
