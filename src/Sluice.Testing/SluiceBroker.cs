using System.Globalization;
using System.Net.Sockets;
using Sluice.Broker;
using Sluice.Client;
using Sluice.Log;
using Sluice.Metadata.Configs;

namespace Sluice.Testing;

/// <summary>A real broker inside the test process: clients connect to it over TCP as to any other.</summary>
/// <remarks>
/// Listens on the loopback address, by default on a free port and in a temporary directory, so that any number run side by side. Safe for any
/// thread, except that starting again and disposing exclude each other's callers. Disposing ends the connections, frees the port and removes
/// the temporary directory.
/// </remarks>
public sealed partial class SluiceBroker : IAsyncDisposable
{
    // What suits a test better than Kafka's default; WithSetting wins.
    private static readonly (string Name, string Value)[] Defaults =
    [
        ("node.id", "1"),
        // Groups begin at once: the wait for further members would go by the broker's clock, which may stand still.
        ("group.initial.rebalance.delay.ms", "0"),
        // 50 partitions each would have to be opened and closed, for a handful of groups.
        ("offsets.topic.num.partitions", "1"),
        ("share.coordinator.state.topic.num.partitions", "1"),
        ("transaction.state.log.num.partitions", "1"),
        // A test that moves the clock by days does not mean its connections.
        ("connections.max.idle.ms", "-1"),
        // Clients stamp records by the system's clock, which the test's may be years behind.
        ("log.message.timestamp.after.max.ms", "9223372036854775807"),
        // Without sessions each fetch names its topics, so that the journal and the faults can tell.
        ("max.incremental.fetch.session.cache.slots", "0"),
        // Guessing passwords is not what tests are slowed down for, and the delay would go by the broker's clock.
        ("connection.failed.authentication.delay.ms", "0"),
    ];

    private readonly SluiceBrokerOptions _options;
    private readonly string _dataDirectory;
    private readonly BrokerSecurity _security;
    private readonly FaultList _faults;
    private readonly BrokerInterceptor _interceptor;
    private readonly BrokerDisk _disk;
    private readonly ClockWatch _clockWatch;
    private readonly SemaphoreSlim _clusterTurn = new(1);
    private BrokerServer? _server;
    private KafkaCluster? _cluster;
    private int _port;
    private bool _disposed;

    private SluiceBroker(SluiceBrokerOptions options)
    {
        _options = options;
        _port = options.Port;
        _dataDirectory = options.DataDirectory ?? Directory.CreateTempSubdirectory("sluice-test-").FullName;
        _security = new BrokerSecurity(options);
        _faults = new FaultList(options.Seed);
        Requests = new RequestJournal(options.Time);
        _interceptor = new BrokerInterceptor(options.Time, Requests, _faults);
        _disk = new BrokerDisk(options.Time);
        _clockWatch = new ClockWatch(options.Time, Requests, options.LoggerFactory);
    }

    /// <summary>What clients are given as <c>bootstrap.servers</c>; stays the same when the broker starts again.</summary>
    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The port listened on; stays the same when the broker starts again.</summary>
    public int Port
    {
        get
        {
            ThrowIfDisposed();
            return _port;
        }
    }

    /// <summary>Full path of the directory with the data.</summary>
    public string DataDirectory => _dataDirectory;

    /// <summary>The latest requests of clients; those of the test kit itself are left out.</summary>
    public RequestJournal Requests { get; }

    /// <summary>Every fault that was added, in that order.</summary>
    public IReadOnlyList<InjectedFault> Faults => _faults.All;

    /// <summary>Connections open now, the test kit's own included once it asked the broker for something.</summary>
    public int ConnectionCount => Server.ConnectionCount;

    /// <summary>The broker's clock.</summary>
    internal TimeProvider Time => _options.Time;

    private BrokerServer Server
    {
        get
        {
            ThrowIfDisposed();
            return _server ?? throw new SluiceBrokerException("The broker is stopped: it is being started again, or could not be.");
        }
    }

    /// <summary>Starts a broker and makes its topics.</summary>
    /// <param name="configure">What the test wants; null = the defaults.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <returns>Ready for clients; to be disposed by the caller.</returns>
    /// <exception cref="SluiceBrokerException">A setting is none, a port or directory is in use, or a fault names a topic that is not there.</exception>
    public static async Task<SluiceBroker> StartAsync(Action<SluiceBrokerOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        SluiceBrokerOptions options = new();
        configure?.Invoke(options);
        SluiceBroker broker = new(options);
        try
        {
            await broker.StartServerAsync(cancellationToken).ConfigureAwait(false);
            foreach (TopicPlan topic in options.Topics) await broker.MakeTopicAsync(topic, cancellationToken).ConfigureAwait(false);
            await broker.SecureAsync(cancellationToken).ConfigureAwait(false);
            foreach (Fault fault in options.Faults) broker.AddFault(fault);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A topic, whether it is there yet or not.</summary>
    /// <param name="name">Its name.</param>
    public BrokerTopic Topic(string name)
    {
        ThrowIfDisposed();
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new BrokerTopic(this, name);
    }

    /// <summary>A consumer group, whether it is there yet or not.</summary>
    /// <param name="id">Its id.</param>
    public BrokerGroup Group(string id)
    {
        ThrowIfDisposed();
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new BrokerGroup(this, id);
    }

    /// <summary>Stops the broker and frees everything that it held.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        // A full or slow disk was for the program under test: stopping is to leave nothing behind, and soon.
        _disk.Repair();
        try
        {
            await _clockWatch.DisposeAsync().ConfigureAwait(false);
            await StopServerAsync().ConfigureAwait(false);
        }
        finally
        {
            _clusterTurn.Dispose();
            if (_options.DataDirectory is null) Directory.Delete(_dataDirectory, recursive: true);
        }
    }

    /// <summary>The kit's own client of the running broker; shared, not to be disposed by the caller.</summary>
    internal async Task<KafkaCluster> ClusterAsync(CancellationToken cancellationToken)
    {
        BrokerServer server = Server;
        await _clusterTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _cluster ??= await KafkaCluster.ConnectAsync(
                string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Endpoints[^1].Address.Port}"), _security.OwnClient(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _clusterTurn.Release();
        }
    }

    private void ThrowIfDisposed()
    {
        if (_disposed) throw new ObjectDisposedException(nameof(SluiceBroker), "The broker was disposed, and its port and data are gone. Dispose it after its clients, at the end of the test.");
    }

    private StaticConfig CreateConfig()
    {
        IEnumerable<(string Name, string Value)> defaults = [.. Defaults, .. _security.Defaults()];
        IEnumerable<(string Name, string Value)> fixedOnes = [.. _security.Fixed(_port), ("log.dirs", _dataDirectory)];
        StaticConfig config = StaticConfig.Create(
        [
            .. defaults.Select(static setting => new ConfigEntry(setting.Name, setting.Value, "default of Sluice.Testing")),
            .. _options.Settings.Select(static setting => new ConfigEntry(setting.Key, setting.Value, nameof(SluiceBrokerOptions.WithSetting))),
            .. fixedOnes.Select(static setting => new ConfigEntry(setting.Name, setting.Value, "Sluice.Testing")),
        ]);
        return config.Errors.IsEmpty ? config : throw new SluiceBrokerException(string.Join("; ", config.Errors));
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        BrokerOptions options = new()
        {
            Config = CreateConfig(),
            Time = _options.Time,
            LoggerFactory = _options.LoggerFactory,
            Interceptor = _interceptor,
            AdjustLogs = logs => logs.FileIo = new DiskFileIo(_disk),
            AdjustMetadata = metadata => metadata.Files = new DiskMetadataFiles(_disk),
        };
        try
        {
            BrokerServer server = await BrokerServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
            _interceptor.NameOf = id => server.Topics.Find(id)?.Name;
            _port = server.Endpoints[0].Address.Port;
            _server = server;
        }
        catch (BrokerStartException impossible)
        {
            throw new SluiceBrokerException(
                impossible.InnerException switch
                {
                    SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
                        $"Port {_port} is in use. Leave {nameof(SluiceBrokerOptions.WithPort)} out, and a free port is taken; clients find it in {nameof(BootstrapServers)}.",
                    LogDirectoryLockedException =>
                        $"{_dataDirectory} is in use by another broker. Dispose that one first, or leave {nameof(SluiceBrokerOptions.WithDataDirectory)} out.",
                    _ => impossible.Message,
                },
                impossible);
        }
    }

    private async Task StopServerAsync()
    {
        if (_cluster is { } cluster) await cluster.DisposeAsync().ConfigureAwait(false);
        _cluster = null;
        BrokerServer? server = _server;
        _server = null;
        if (server is not null) await server.DisposeAsync().ConfigureAwait(false);
    }
}
