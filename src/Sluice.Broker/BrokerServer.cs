using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Configs;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Fetching;
using Sluice.Broker.Logging;
using Sluice.Broker.Network;
using Sluice.Broker.Producers;
using Sluice.Broker.Quotas;
using Sluice.Broker.Requests;
using Sluice.Broker.Security;
using Sluice.Broker.Security.Sasl;
using Sluice.Broker.Security.Tls;
using Sluice.Broker.Security.Tokens;
using Sluice.Broker.Sharing;
using Sluice.Broker.Takeover;
using Sluice.Broker.Telemetry;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Metadata.Kafka;
using Sluice.Transfer;

namespace Sluice.Broker;

/// <summary>A running broker: listeners, handlers, logs and metadata, put together and taken apart in the right order.</summary>
/// <remarks>
/// Life cycle: <see cref="StartAsync"/> returns when clients are served; <see cref="DisposeAsync"/> stops accepting, ends the
/// connections, and closes the logs so that the next start need not read them. Both once.
/// </remarks>
public sealed partial class BrokerServer : IAsyncDisposable
{
    /// <summary>What a send's copy buffer has room for.</summary>
    private const int CopyThresholdBytesMax = 64 * 1024;

    private static readonly TimeSpan IdleSweepInterval = TimeSpan.FromSeconds(10);

    private readonly BrokerOptions _options;
    private readonly LogLevels _loggers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<SocketListener> _listeners = [];
    private readonly List<Task> _running = [];
    private readonly TransferMetrics _transferMetrics;
    private readonly BrokerMetrics _metrics;
    private LocalMetadataStore? _store;
    private SettingsRegistry? _settings;
    private LogStore? _logs;
    private IDisposable? _logConfigs;
    private TopicManager? _topics;
    private ProducerIdAllocator? _producerIds;
    private ShareCoordinator? _shares;
    private SharePartitions? _sharePartitions;
    private GroupCoordinator? _groups;
    private TransactionCoordinator? _transactions;
    private ConnectionRegistry? _connections;
    private ReceiveMemory? _receiveMemory;
    private ITimer? _idleSweep;
    private ClientQuotas? _quotas;
    private IDisposable? _quotaChanges;
    private ImmutableArray<SaslListenerSettings> _saslSettings = [];
    private readonly SaslListeners _sasl = new();
    private DelegationTokenSweep? _tokenSweep;
    private ClientTelemetry? _clientTelemetry;

    private BrokerServer(BrokerOptions options)
    {
        _options = options;
        _loggers = new LogLevels(options.LoggerFactory, options.LogLevel);
        _logger = _loggers.CreateLogger("Sluice.Broker");
        _transferMetrics = options.Meters is null ? new TransferMetrics() : new TransferMetrics(options.Meters);
        _metrics = new BrokerMetrics(options.Meters);
    }

    /// <summary>The addresses listened on, in the order configured.</summary>
    public IReadOnlyList<BrokerEndpoint> Endpoints { get; private set; } = [];

    /// <summary>Id of this broker.</summary>
    public int BrokerId { get; private set; }

    /// <summary>Id of the cluster, 22 characters.</summary>
    public string ClusterId => _store!.Current.ClusterId;

    /// <summary>Full path of the log directory.</summary>
    public string DataDirectory => _logs!.Directories[0].Path;

    /// <summary>Full paths of every log directory, in the order of <c>log.dirs</c>; the first is <see cref="DataDirectory"/>.</summary>
    public IReadOnlyList<string> LogDirectories => [.. _logs!.Directories.Select(static directory => directory.Path)];

    /// <summary>Log directories that cannot be used, with the reason; partitions in them are answered with KAFKA_STORAGE_ERROR.</summary>
    public IReadOnlyList<(string Path, string Reason)> OfflineLogDirectories =>
        [.. _logs!.Directories.Where(static directory => !directory.IsOnline).Select(static directory => (directory.Path, directory.Failure!.Message))];

    /// <summary>What opening the logs found.</summary>
    public RecoverySummary Recovery => _logs!.Recovery;

    /// <summary>What this start took over from an Apache Kafka; null if it found a directory of its own, or a new one.</summary>
    public KafkaInspection? TakenOver { get; private set; }

    /// <summary>What an earlier start, or this one, took over from an Apache Kafka beside topics and settings; null if there never was one.</summary>
    public KafkaTakenOver? KafkaRecords => _store!.Current.TakenOver;

    /// <summary>Whether ACLs decide what clients may do; if not, everybody may do everything.</summary>
    public bool IsAuthorizing { get; private set; }

    /// <summary>Number of ACLs now, whether they are acted upon or not.</summary>
    public int AclCount => _store!.Current.Acls.Count;

    /// <summary>Number of topics now.</summary>
    public int TopicCount => _topics!.Table.All.Count;

    /// <summary>Bytes sent since the start, by the path that they took.</summary>
    public TransferCounters Transferred => _transferMetrics.Read();

    /// <summary>Bytes of batches received straight into the log since the start; 0 unless <c>log.append</c> is <c>mapped</c>.</summary>
    public long ReceivedInPlaceBytes => _logs!.ReceivedInPlaceBytes;

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => _connections!.Count;

    /// <summary>Bytes held now for requests that are being received and outgrew their connection's first buffer.</summary>
    internal long ReceiveMemoryBytes => _receiveMemory!.RentedBytes;

    /// <summary>How logs are compacted now.</summary>
    internal CleanerSettings Cleaner => _logs!.Cleaner;

    /// <summary>Fetches that wait now, counted once for each partition that they wait for.</summary>
    internal int WaitingFetchCount => _topics!.Table.All.Sum(static topic => topic.Partitions.Sum(static partition => partition?.WaiterCount ?? 0));

    /// <summary>What the cluster knows.</summary>
    internal IMetadataStore Store => _store!;

    /// <summary>Who may use how much.</summary>
    internal ClientQuotas Quotas => _quotas!;

    /// <summary>Every topic now.</summary>
    internal TopicTable Topics => _topics!.Table;

    /// <summary>The connections that are open now.</summary>
    internal IReadOnlyCollection<Connection> Connections => _connections!.All;

    /// <summary>Opens the data directory and the listeners, and serves.</summary>
    /// <param name="options">Not changed afterwards.</param>
    /// <param name="cancellationToken">Gives up the start; the broker is then not running.</param>
    /// <exception cref="BrokerStartException">A setting, the data directory or a port makes it impossible; one line says which and what to do.</exception>
    public static async Task<BrokerServer> StartAsync(BrokerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        BrokerServer server = new(options);
        try
        {
            await server.OpenAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops the broker.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_running).ConfigureAwait(false);
            foreach (SocketListener listener in _listeners) listener.Dispose();
            if (_idleSweep is not null) await _idleSweep.DisposeAsync().ConfigureAwait(false);
            _producerIds?.Dispose();
            _sharePartitions?.Dispose();
            // Before the groups: markers of transactions are written through these.
            if (_transactions is not null) await _transactions.DisposeAsync().ConfigureAwait(false);
            if (_groups is not null) await _groups.DisposeAsync().ConfigureAwait(false);
            if (_shares is not null) await _shares.DisposeAsync().ConfigureAwait(false);
            if (_topics is not null) await _topics.DisposeAsync().ConfigureAwait(false);
            _logConfigs?.Dispose();
            _quotaChanges?.Dispose();
            _settings?.Dispose();
            if (_tokenSweep is not null) await _tokenSweep.DisposeAsync().ConfigureAwait(false);
            await _sasl.DisposeAsync().ConfigureAwait(false);
            // The store before the logs: these hold the directory's lock, under which both keep their files.
            if (_store is not null) await _store.DisposeAsync().ConfigureAwait(false);
            if (_logs is not null) await _logs.DisposeAsync().ConfigureAwait(false);
            _clientTelemetry?.Dispose();
            _transferMetrics.Dispose();
            _metrics.Dispose();
            _stopping.Dispose();
            if (Endpoints.Count > 0) BrokerLog.Stopped(_logger, BrokerId);
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_options.Config.Errors is [{ } error, ..]) throw new BrokerStartException(error.ToString());
        BrokerSettings given = BrokerSettings.Create(_options.Config, new Dictionary<string, string>(), new Dictionary<string, string>());
        BrokerId = given.NodeId;

        AuthorizationSettings? authorization = AuthorizationSettings.From(given);

        // A port in use is the commonest mistake, and cheap to find out: bind before a long recovery.
        NetworkSettings network = NetworkSettings.From(given);
        BindListeners(given, network);
        await OpenDataAsync(given, cancellationToken).ConfigureAwait(false);

        SettingsSource settings = new(_settings!);
        _topics = new TopicManager(_store!, _logs!, settings, _options.Time, _loggers.CreateLogger("Sluice.Broker.Topics"));
        await StartTopicsAsync(_topics, _logs!.Directories, cancellationToken).ConfigureAwait(false);
        _producerIds = new ProducerIdAllocator(_topics, BrokerId);
        _shares = new ShareCoordinator(_topics, new ShareCoordinatorSettings(given), _options.Time, _loggers.CreateLogger("Sluice.Broker.Coordinators.Share"));
        _shares.Start();
        ShareStateCalls shareState = new(_shares, _options.Time);
        _groups = new GroupCoordinator(
            _topics,
            new GroupCoordinatorSettings(given),
            new ConsumerGroupSettings(given, settings.Group),
            new ShareGroupSettings(given, settings.Group),
            new StreamsGroupSettings(given, settings.Group),
            shareState,
            _options.Time,
            _loggers.CreateLogger("Sluice.Broker.Coordinators.Groups"));
        _groups.Start();
        _transactions = new TransactionCoordinator(_topics, _groups, _producerIds, new TransactionCoordinatorSettings(given), _options.Time, _loggers.CreateLogger("Sluice.Broker.Coordinators.Transactions"));
        _transactions.Start();
        _quotas = new ClientQuotas(given, _options.Time);
        _quotaChanges = _store!.Subscribe(_quotas, out MetadataImage image);
        _quotas.Load(image);
        BrokerServices services = new()
        {
            Topics = _topics,
            Logs = _logs!,
            Store = _store!,
            SettingsSource = settings,
            FetchSessions = new FetchSessionCache(given.GetInt(BrokerConfigKeys.MaxIncrementalFetchSessionCacheSlots), _options.Time),
            Quotas = _quotas,
            Time = _options.Time,
            Logger = _logger,
            LogLevels = _loggers,
            ColdReads = _options.ColdReads,
            Access = new AccessControl(_store!, authorization, _options.Time, _loggers.CreateLogger("Sluice.Broker.Authorizer")),
        };
        IsAuthorizing = authorization is not null;
        DelegationTokens tokens = new(_store!, DelegationTokenSettings.From(given), _options.Time);
        _tokenSweep = new DelegationTokenSweep(tokens, _options.Time, _logger);
        await _sasl.StartAsync(_saslSettings, new ScramDirectory(_store!, tokens.Secrets, _options.Time), _options.Time, _logger, cancellationToken).ConfigureAwait(false);
        ShareGroupAdmin shareGroups = new(_groups, shareState, _topics);
        _clientTelemetry = new ClientTelemetry(_store!, settings, _options.Time, _options.Meters);
        List<ApiHandler> handlers = CreateHandlers(services, _producerIds, _groups, shareGroups, _shares, CreateSharing(given, services, _shares), _transactions, tokens, _clientTelemetry);
        RequestTelemetry telemetry = new(_metrics, id => Topics.Find(id)?.Name);
        Serve(given, settings, services.Access, new RequestDispatcher(handlers, _metrics, telemetry, _quotas, () => _store.Current, _options.Time, _loggers.CreateLogger("Sluice.Broker.Requests"), _options.Interceptor));
    }

    private SharingServices CreateSharing(BrokerSettings given, BrokerServices services, ShareCoordinator shares)
    {
        ShareSettings settings = new(given, services.SettingsSource.Group);
        _sharePartitions = new SharePartitions(services.Topics, shares, settings, services.Time, _logger);
        return new SharingServices(
            settings,
            _sharePartitions,
            new ShareSessions(_sharePartitions, settings),
            new ShareFetcher(services, new FetchReader(services), _sharePartitions, settings),
            new ShareAcknowledger(services.Topics, _sharePartitions));
    }

    private static async Task StartTopicsAsync(TopicManager topics, IReadOnlyList<LogDirectory> directories, CancellationToken cancellationToken)
    {
        try
        {
            await topics.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new BrokerStartException($"cannot store metadata in {directories[0].Path}: {failure.Message}", failure);
        }

        // A broker that can serve nothing should not look like one that runs.
        if (directories.All(static directory => !directory.IsOnline))
            throw new BrokerStartException($"cannot use {directories[0].Path}: {directories[0].Failure!.Message}", directories[0].Failure);
    }

    private void BindListeners(BrokerSettings given, NetworkSettings network)
    {
        if (given.ReadListeners(out var listeners) is { } conflict) throw new BrokerStartException(conflict.Message);
        _saslSettings = SaslListeners.Read(given, listeners);
        foreach (ListenerSettings listener in listeners)
        {
            try
            {
                TlsServer? tls = listener.Protocol.UsesTls ? CreateTls(given, listener) : null;
                _listeners.Add(SocketListener.Bind(listener, tls, network));
            }
            catch (TlsSettingsException problem)
            {
                throw new BrokerStartException($"the listener {listener.Bind.Name} cannot encrypt: {problem.Message}", problem);
            }
            catch (SocketException failure)
            {
                string reason = failure.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => "the port is in use; stop the other program, or choose another port with --port",
                    SocketError.AccessDenied => "this user may not open that port; choose one above 1023",
                    SocketError.AddressNotAvailable => "this machine has no such address",
                    SocketError.HostNotFound => "the host name is not known",
                    _ => failure.Message,
                };
                throw new BrokerStartException($"cannot listen on {listener.Bind.Host}:{listener.Bind.Port}: {reason}", failure);
            }
        }
    }

    private TlsServer CreateTls(BrokerSettings given, ListenerSettings listener) => TlsServer.Create(
        listener.Bind.Name, TlsSettings.From(given.ForListener(listener.Bind.Name)), _options.TlsEngine ?? TlsEngines.Choose(given), _options.Time, _logger);

    private async Task OpenDataAsync(BrokerSettings given, CancellationToken cancellationToken)
    {
        using DataDirectories directories = DataDirectories.Take(given);
        string path = directories.First;
        try
        {
            _store = await OpenStoreAsync(directories, given, cancellationToken).ConfigureAwait(false);
            directories.Stamp(_store.Current.ClusterId);
            _settings = new SettingsRegistry(_options.Config, _store);
            _logs = await OpenLogsAsync(directories, given, _settings, cancellationToken).ConfigureAwait(false);
            _logConfigs = _store.Subscribe(new LogStoreConfigs(_logs, _settings), out _);
        }
        catch (KafkaTakeoverException failure)
        {
            throw new BrokerStartException(failure.Message, failure);
        }
        catch (LogDirectoryLockedException failure)
        {
            throw new BrokerStartException($"{failure.LogDirectory} is in use by another broker; stop it, or choose another directory with --data", failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new BrokerStartException($"no permission to use {path} ({failure.Message.TrimEnd('.')}); choose another directory with --data", failure);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or MetadataFileException)
        {
            throw new BrokerStartException($"cannot open {path}: {failure.Message}", failure);
        }
    }

    private async Task<LogStore> OpenLogsAsync(
        DataDirectories directories, BrokerSettings given, SettingsRegistry settings, CancellationToken cancellationToken)
    {
        // Without the first directory there is no metadata, so a start without it fails; its lock may be missing only where it was never taken.
        LogStore logs = await LogStore.OpenAsync(
            [.. directories.HandOver().Select(directory => LogOptions(directory.Path, given, settings.Broker, directory.Lock))],
            log => LogConfigs.From(settings.Topic(log.Topic)),
            _options.Time,
            _loggers,
            _options.LoadProgress,
            cancellationToken).ConfigureAwait(false);
        logs.Cordoned = LogStoreConfigs.CordonedFrom(settings.Broker);
        logs.MoveBytesPerSecondMax = settings.Broker.GetLong(BrokerConfigKeys.ReplicaAlterLogDirsIoMaxBytesPerSecond);
        if (given.HasValue(BrokerConfigKeys.NumReplicaAlterLogDirsThreads))
            logs.MoveThreads = Math.Max(1, given.GetInt(BrokerConfigKeys.NumReplicaAlterLogDirsThreads));
        if (logs.Directories[0] is { IsOnline: false, Failure: var failure })
        {
            await logs.DisposeAsync().ConfigureAwait(false);
            throw new IOException(failure.Message, failure);
        }

        return logs;
    }

    // The first start on a directory of Kafka's makes a store with everything in it, in one step; up to there, nothing but lock files was touched.
    private async Task<LocalMetadataStore> OpenStoreAsync(DataDirectories directories, BrokerSettings given, CancellationToken cancellationToken)
    {
        LocalMetadataStoreOptions storeOptions = StoreOptions(directories.First, given, directories.ClusterId);
        KafkaInspection? kafka = KafkaTakeover.Plan(directories.Paths, _options.Takeover, given, cancellationToken);
        if (kafka is null) return await LocalMetadataStore.OpenAsync(storeOptions, _options.Time, _loggers, cancellationToken).ConfigureAwait(false);

        LocalMetadataStore store = await LocalMetadataStore.BeginAsync(
            storeOptions, kafka.Changes, _options.Time, _loggers, cancellationToken).ConfigureAwait(false);
        TakenOver = kafka;
        BrokerLog.TakenOver(
            _logger, directories.First, kafka.Identity.NodeId, kafka.Topics.Count, kafka.Metadata.EndOffset, KafkaMetadataVersions.NameOf(kafka.Metadata.MetadataVersion));
        return store;
    }

    private LocalMetadataStoreOptions StoreOptions(string path, BrokerSettings given, string? clusterId)
    {
        LocalMetadataStoreOptions options = new()
        {
            Directory = path,
            ClusterId = clusterId,
            CompactAfterBytes = given.GetLong(BrokerConfigKeys.MetadataLogMaxRecordBytesBetweenSnapshots),
        };
        _options.AdjustMetadata?.Invoke(options);
        return options;
    }

    private LogManagerOptions LogOptions(string path, BrokerSettings given, BrokerSettings current, LogDirectoryLock? directoryLock)
    {
        LogManagerOptions options = new(path)
        {
            DirectoryLock = directoryLock,
            Meters = _options.Meters,
            RecoveryThreads = given.GetInt(BrokerConfigKeys.NumRecoveryThreadsPerDataDir),
            InitialTaskDelayMs = given.GetLong(BrokerConfigKeys.LogInitialTaskDelayMs),
            RetentionCheckIntervalMs = given.GetLong(BrokerConfigKeys.LogRetentionCheckIntervalMs),
            RecoveryPointCheckpointIntervalMs = given.GetInt(BrokerConfigKeys.LogFlushOffsetCheckpointIntervalMs),
            LogStartCheckpointIntervalMs = given.GetInt(BrokerConfigKeys.LogFlushStartOffsetCheckpointIntervalMs),
            ProducerIdExpirationMs = given.GetInt(BrokerConfigKeys.ProducerIdExpirationMs),
            Cleaner = LogStoreConfigs.CleanerFrom(current),
        };
        _options.AdjustLogs?.Invoke(options);
        return options;
    }

    private void Serve(BrokerSettings given, SettingsSource settings, AccessControl access, RequestDispatcher dispatcher)
    {
        _connections = new ConnectionRegistry(_options.Time);
        _receiveMemory = new ReceiveMemory(ReceiveBytesMax(given));
        long idleMaxMs = given.GetLong(BrokerConfigKeys.ConnectionsMaxIdleMs);
        ConnectionServices connectionServices = new()
        {
            Dispatcher = dispatcher,
            ReceiveMemory = _receiveMemory,
            Registry = _connections,
            Rates = new ConnectionRates(given, _quotas!),
            TransferOptions = TransferOptionsFrom(given),
            TransferMetrics = _transferMetrics,
            ColdReads = _options.ColdReads,
            Settings = settings,
            Access = access,
            Sasl = _sasl,
            Metrics = _metrics,
            Time = _options.Time,
            Logger = _loggers.CreateLogger("Sluice.Broker.Network"),
            SocketsCompleteInline = _options.SocketsCompleteInline,
            // What is received straight into the log is appended before an interceptor could refuse it.
            ReceivesIntoLog = given.GetString(BrokerConfigKeys.LogAppend) == "mapped" && ArrivedBytes.IsSupported && _options.Interceptor is null,
            AuthenticationTimeout = TimeSpan.FromMilliseconds(given.GetInt(BrokerConfigKeys.SluiceAuthenticationTimeoutMs)),
            RequestBytesMax = given.GetInt(BrokerConfigKeys.SocketRequestMaxBytes),
        };
        foreach (SocketListener listener in _listeners)
        {
            BrokerLog.Listening(_logger, listener.Endpoint.Name, listener.Endpoint.Address);
            _running.Add(listener.RunAsync(connectionServices, _metrics, _stopping.Token));
        }
        ConnectionRegistry registry = _connections;
        TimeSpan? idleMax = idleMaxMs > 0 ? TimeSpan.FromMilliseconds(idleMaxMs) : null;
        TimeSpan interval = idleMax < IdleSweepInterval ? idleMax.Value : IdleSweepInterval;
        _idleSweep = _options.Time.CreateTimer(
            _ =>
            {
                if (idleMax is { } max) registry.AbortIdle(max);
                registry.AbortGone(interval);
            },
            null,
            interval,
            interval);
        Endpoints = [.. _listeners.Select(static listener => new BrokerEndpoint(
            listener.Endpoint.Name, listener.Endpoint.Protocol, EncryptionOf(listener.Tls), listener.Endpoint.Address, listener.Endpoint.AdvertisedHost, listener.Endpoint.AdvertisedPort))];
    }

    private static string? EncryptionOf(TlsServer? tls) => tls?.Engine switch
    {
        null => null,
        TlsEngine.KernelTls => "ktls",
        TlsEngine.OpenSsl => "OpenSSL",
        _ => "SslStream",
    };

    private static long ReceiveBytesMax(BrokerSettings given)
    {
        long bytesMax = given.GetLong(BrokerConfigKeys.SluiceReceiveMemoryMaxBytes);
        long queuedBytesMax = given.GetLong(BrokerConfigKeys.QueuedMaxRequestBytes);
        return queuedBytesMax >= 0 ? Math.Min(bytesMax, queuedBytesMax) : bytesMax;
    }

    private TransferOptions TransferOptionsFrom(BrokerSettings given)
    {
        int copyThresholdBytes = given.GetInt(BrokerConfigKeys.SluiceTransferCopyThresholdBytes);
        if (copyThresholdBytes > CopyThresholdBytesMax)
            throw new BrokerStartException($"{BrokerConfigKeys.SluiceTransferCopyThresholdBytes.Name} is {copyThresholdBytes}; it must be at most {CopyThresholdBytesMax}");
        return new TransferOptions
        {
            Path = TransferPathFrom(given),
            CopyThresholdBytes = copyThresholdBytes,
            ContinueInline = _options.SocketsCompleteInline,
        };
    }

    private static TransferPath TransferPathFrom(BrokerSettings given) => given.GetString(BrokerConfigKeys.SluiceTransferPath) switch
    {
        "sendfile" => TransferPath.SendFile,
        "copy" => TransferPath.Copy,
        _ => TransferPath.Auto,
    };
}
