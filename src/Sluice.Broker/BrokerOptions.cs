using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Broker.Requests;
using Sluice.Broker.Security.Tls;
using Sluice.Broker.Takeover;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Transfer;

namespace Sluice.Broker;

/// <summary>What a broker is started with.</summary>
public sealed class BrokerOptions
{
    /// <summary>Kafka's settings and Sluice's own, as given by file, environment and command line; must be without errors.</summary>
    public StaticConfig Config { get; set; } = StaticConfig.Empty;

    /// <summary>The clock for everything: timeouts, retention, timestamps.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where events are logged.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>
    /// What is logged to begin with, of what <see cref="LoggerFactory"/> lets through. Clients may change it while the broker runs, for each logger
    /// (KIP-412): a host that wants them to turn on more lets more through and says here what is enough for the start.
    /// </summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Trace;

    /// <summary>Makes the meters, which then bear its scope and are its own to end; null = meters of the broker's own, which end with it.</summary>
    public IMeterFactory? Meters { get; set; }

    /// <summary>
    /// Whether the host made .NET's sockets complete inline (the environment variable DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS, which
    /// counts for the whole process and only before its first socket). Fetches are then served without changing threads.
    /// </summary>
    public bool SocketsCompleteInline { get; set; }

    /// <summary>Told while logs are opened; a recovery after a crash can take long. Called on any thread.</summary>
    public IProgress<LogLoadProgress>? LoadProgress { get; set; }

    /// <summary>How a data directory is taken over that an Apache Kafka left.</summary>
    public KafkaTakeoverOptions Takeover { get; set; } = new();

    /// <summary>The threads that wait for the disk; tests give a pool of their own and hold its threads.</summary>
    internal ColdReadPool ColdReads { get; set; } = ColdReadPool.Shared;

    /// <summary>Who encrypts, whatever the settings and the system say; null, as in production, leaves it to them.</summary>
    internal TlsEngine? TlsEngine { get; set; }

    /// <summary>Sees every request and may stand in for its handler; null, as in production, costs nothing.</summary>
    internal IRequestInterceptor? Interceptor { get; set; }

    /// <summary>Last word on how the logs are kept; tests put failing file calls in.</summary>
    internal Action<LogManagerOptions>? AdjustLogs { get; set; }

    /// <summary>Last word on how the metadata is kept; tests put failing file calls in.</summary>
    internal Action<LocalMetadataStoreOptions>? AdjustMetadata { get; set; }
}
