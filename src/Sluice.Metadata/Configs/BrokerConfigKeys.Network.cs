using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Listeners, sockets, connections and request limits.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey Listeners = Declare.List("listeners", "PLAINTEXT://:9092", ListenerList, High, PerBroker, HonouredAtStart,
        "Addresses to listen on, as name://host:port. Listeners named in controller.listener.names are not opened.");
    public static readonly ConfigKey AdvertisedListeners = Declare.List("advertised.listeners", null, ListenerList, High, ReadOnly, Honoured,
        "Addresses that clients are told to connect to. Unset: those of listeners.");
    public static readonly ConfigKey ListenerSecurityProtocolMap = Declare.Text("listener.security.protocol.map",
        "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", ProtocolMap, Low, PerBroker, HonouredAtStart,
        "Security protocol of each listener name.");
    public static readonly ConfigKey InterBrokerListenerName = Declare.Text("inter.broker.listener.name", null, Any, Medium, ReadOnly, SingleNode,
        "Listener that brokers use among themselves.");
    public static readonly ConfigKey EarlyStartListeners = Declare.List("early.start.listeners", null, AnyList, High, ReadOnly, Quorum,
        "Listeners opened before the authorizer is ready.");
    public static readonly ConfigKey SocketListenBacklogSize = Declare.Int("socket.listen.backlog.size", 50, AtLeast(1), Medium, ReadOnly, Honoured,
        "Connections that the kernel keeps waiting for accept.");
    public static readonly ConfigKey SocketReceiveBufferBytes = Declare.Int("socket.receive.buffer.bytes", 102_400, Any, High, ReadOnly, Honoured,
        "Receive buffer of the kernel per connection; -1 leaves it to the system.");
    public static readonly ConfigKey SocketSendBufferBytes = Declare.Int("socket.send.buffer.bytes", 102_400, Any, High, ReadOnly, Honoured,
        "Send buffer of the kernel per connection; -1 leaves it to the system.");
    public static readonly ConfigKey SocketRequestMaxBytes = Declare.Int("socket.request.max.bytes", 104_857_600, AtLeast(1), High, ReadOnly, Honoured,
        "Largest request; a longer one closes its connection.");
    public static readonly ConfigKey SocketConnectionSetupTimeoutMs = Declare.Long("socket.connection.setup.timeout.ms", 10000, Any, Medium, ReadOnly,
        SingleNode,
        "Time for setting up a connection to another broker, first try.");
    public static readonly ConfigKey SocketConnectionSetupTimeoutMaxMs = Declare.Long("socket.connection.setup.timeout.max.ms", 30000, Any, Medium, ReadOnly,
        SingleNode,
        "Time for setting up a connection to another broker, longest try.");
    public static readonly ConfigKey ConnectionsMaxIdleMs = Declare.Long("connections.max.idle.ms", 600_000, Any, Medium, ReadOnly, Honoured,
        "A connection without a request for this long is closed; negative: never.");
    public static readonly ConfigKey ConnectionFailedAuthenticationDelayMs = Declare.Int("connection.failed.authentication.delay.ms", 100, AtLeast(0), Low,
        ReadOnly, Honoured,
        "Delay before a connection that failed to authenticate is closed.");
    public static readonly ConfigKey MaxConnections = Declare.Int("max.connections", int.MaxValue, AtLeast(0), Medium, ClusterWide, Honoured,
        "Most connections at one time over all listeners.");
    public static readonly ConfigKey MaxConnectionsPerIp = Declare.Int("max.connections.per.ip", int.MaxValue, AtLeast(0), Medium, ClusterWide, Honoured,
        "Most connections at one time from one address.");
    public static readonly ConfigKey MaxConnectionsPerIpOverrides = Declare.Text("max.connections.per.ip.overrides", "", AddressLimits, Medium, ClusterWide,
        Honoured,
        "Other limits for single addresses, as host:count pairs.");
    public static readonly ConfigKey MaxConnectionCreationRate = Declare.Int("max.connection.creation.rate", int.MaxValue, AtLeast(0), Medium, ClusterWide,
        Honoured,
        "Most new connections per second; those above it wait to be accepted.");
    public static readonly ConfigKey QueuedMaxRequests = Declare.Int("queued.max.requests", 500, AtLeast(1), High, ReadOnly, QueuedRequests,
        "Requests waiting for a handler before reading stops.");
    public static readonly ConfigKey QueuedMaxRequestBytes = Declare.Long("queued.max.request.bytes", -1, Any, Medium, ReadOnly, Honoured,
        "Bytes of requests being received or handled before reading stops; -1: no limit of this kind.");
    public static readonly ConfigKey RequestTimeoutMs = Declare.Int("request.timeout.ms", 30000, Any, High, ReadOnly, SingleNode,
        "Time that requests to other brokers may take.");
    public static readonly ConfigKey FetchMaxBytes = Declare.Int("fetch.max.bytes", 57_671_680, AtLeast(1024), Medium, ReadOnly, Honoured,
        "Most bytes of records in one fetch answer; a first batch that is larger is still sent whole.");
    public static readonly ConfigKey MaxIncrementalFetchSessionCacheSlots = Declare.Int("max.incremental.fetch.session.cache.slots", 1000, AtLeast(0),
        Medium, ReadOnly, Honoured,
        "Most fetch sessions kept; 0 keeps none.");
    public static readonly ConfigKey FetchPurgatoryPurgeIntervalRequests = Declare.Int("fetch.purgatory.purge.interval.requests", 1000, Any, Medium,
        ReadOnly, Purgatory,
        "Completed fetches kept before their list is purged.");
    public static readonly ConfigKey ProducerPurgatoryPurgeIntervalRequests = Declare.Int("producer.purgatory.purge.interval.requests", 1000, Any, Medium,
        ReadOnly, Purgatory,
        "Completed produce requests kept before their list is purged.");
    public static readonly ConfigKey DeleteRecordsPurgatoryPurgeIntervalRequests = Declare.Int("delete.records.purgatory.purge.interval.requests", 1, Any,
        Medium, ReadOnly, Purgatory,
        "Completed DeleteRecords requests kept before their list is purged.");
}
