using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.Broker;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting;

/// <summary>The broker of an application. Its clients get it injected and connect to <see cref="BootstrapServers"/>.</summary>
/// <remarks>
/// Serves before any other hosted service starts and until all of them have stopped, so that the application's own producers and consumers find it from first
/// to last. One per application, owned by its services. Safe for any thread.
/// </remarks>
public sealed class SluiceHostedBroker : IHostedLifecycleService, IAsyncDisposable
{
    private readonly IOptions<SluiceOptions> _options;
    private readonly IHostEnvironment _environment;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly IMeterFactory? _meters;
    private BrokerServer? _server;

    /// <summary>Called by the application's services.</summary>
    internal SluiceHostedBroker(IOptions<SluiceOptions> options, IHostEnvironment environment, ILoggerFactory loggers, TimeProvider time, IMeterFactory? meters)
    {
        _options = options;
        _environment = environment;
        _loggers = loggers;
        _time = time;
        _meters = meters;
    }

    /// <summary>Whether it serves clients now.</summary>
    public bool IsRunning => Volatile.Read(ref _server) is not null;

    /// <summary>What clients are given as <c>bootstrap.servers</c>: the advertised <c>host:port</c> of the first listener in <c>listeners</c>.</summary>
    /// <remarks>Where there are several, <see cref="BootstrapServersOf(string)"/> and <see cref="BootstrapServersOf(SecurityProtocol)"/> choose.</remarks>
    /// <exception cref="InvalidOperationException">The application has not started yet, or has stopped.</exception>
    public string BootstrapServers => AddressOf(Server.Endpoints[0]);

    /// <summary>The addresses listened on, in the order of <c>listeners</c>.</summary>
    /// <exception cref="InvalidOperationException">The application has not started yet, or has stopped.</exception>
    public IReadOnlyList<BrokerEndpoint> Endpoints => Server.Endpoints;

    /// <summary>Id of the cluster, 22 characters.</summary>
    /// <exception cref="InvalidOperationException">The application has not started yet, or has stopped.</exception>
    public string ClusterId => Server.ClusterId;

    /// <summary>Full path of the directory with the data; the first, if there are several.</summary>
    /// <exception cref="InvalidOperationException">The application has not started yet, or has stopped.</exception>
    public string DataDirectory => Server.DataDirectory;

    /// <summary>Clients' connections that are open now.</summary>
    /// <exception cref="InvalidOperationException">The application has not started yet, or has stopped.</exception>
    public int ConnectionCount => Server.ConnectionCount;

    /// <summary>What clients of a listener are given as <c>bootstrap.servers</c>.</summary>
    /// <param name="listenerName">As in <c>listeners</c>, such as <c>CLIENTS</c>; in either case of letters.</param>
    /// <returns>Its advertised <c>host:port</c>.</returns>
    /// <exception cref="ArgumentException">There is no such listener; the message names those that are.</exception>
    /// <exception cref="InvalidOperationException">The application has not started yet, or has stopped.</exception>
    public string BootstrapServersOf(string listenerName)
    {
        ArgumentException.ThrowIfNullOrEmpty(listenerName);
        return AddressOf(Find(endpoint => endpoint.ListenerName.Equals(listenerName, StringComparison.OrdinalIgnoreCase), listenerName, nameof(listenerName)));
    }

    /// <summary>What clients that speak a protocol are given as <c>bootstrap.servers</c>.</summary>
    /// <param name="protocol">Of several listeners with it, the first.</param>
    /// <returns>Its advertised <c>host:port</c>.</returns>
    /// <exception cref="ArgumentException">No listener has that protocol; the message names those that are.</exception>
    /// <exception cref="InvalidOperationException">The application has not started yet, or has stopped.</exception>
    public string BootstrapServersOf(SecurityProtocol protocol) =>
        AddressOf(Find(endpoint => endpoint.Protocol == protocol, protocol.ToString(), nameof(protocol)));

    /// <summary>The broker, for the health check; null while it is stopped.</summary>
    internal BrokerServer? Running => Volatile.Read(ref _server);

    private BrokerServer Server => Running
        ?? throw new InvalidOperationException("The broker is not running. It starts with the application (before its other hosted services) and stops with it: ask for it then.");

    /// <inheritdoc/>
    /// <exception cref="BrokerStartException">A port, the data directory or a setting makes it impossible; the message is one line.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        StaticConfig config = SluiceSettings.Create(_options.Value, _environment.ContentRootPath);
        ILogger logger = _loggers.CreateLogger<SluiceHostedBroker>();
        foreach (ConfigProblem report in config.Reports) HostingLog.SettingReported(logger, report.ToString());
        BrokerServer server = await BrokerServer.StartAsync(
            new BrokerOptions { Config = config, Time = _time, LoggerFactory = _loggers, Meters = _meters }, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _server, server);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync().ConfigureAwait(false);

    /// <summary>Stops the broker, if the application did not come to it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server) await server.DisposeAsync().ConfigureAwait(false);
    }

    private static string AddressOf(BrokerEndpoint endpoint)
    {
        string host = endpoint.AdvertisedHost.Contains(':', StringComparison.Ordinal) ? $"[{endpoint.AdvertisedHost}]" : endpoint.AdvertisedHost;
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{endpoint.AdvertisedPort}");
    }

    private BrokerEndpoint Find(Func<BrokerEndpoint, bool> matches, string wanted, string parameter) =>
        Server.Endpoints.FirstOrDefault(matches) ?? throw new ArgumentException(
            $"The broker has no listener for {wanted}; it has {string.Join(", ", Server.Endpoints.Select(static endpoint => $"{endpoint.ListenerName} ({endpoint.Protocol})"))}.", parameter);
}
