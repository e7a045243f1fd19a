using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Google.Protobuf;
using Sluice.Broker.Configs;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Telemetry;

/// <summary>Metrics that clients push (KIP-714): which client is asked for what, and what they pushed, which comes out of the meter <c>Sluice.Clients</c>.</summary>
/// <remarks>
/// Any thread. Wanted only while somebody collects that meter: else the two APIs are not even announced, and clients keep silent. Bounded: the clients
/// (the one that was silent longest is forgotten first), what each may push, and everything together, see <see cref="ClientMetricsExport"/>.
/// </remarks>
internal sealed class ClientTelemetry : IDisposable
{
    /// <summary>Most clients that are known at a time.</summary>
    public const int InstancesMax = 16_384;

    // Of one push.
    private const int ValuesPerPushMax = 5_000;
    private const int DecompressedBytesMax = 16 << 20;

    private readonly Lock _lock = new();
    private readonly IMetadataStore _store;
    private readonly SettingsSource _settings;
    private readonly TimeProvider _time;
    private readonly ClientMetricsExport _export;
    // The one that asked or pushed last is at the end.
    private readonly Dictionary<Uuid, LinkedListNode<ClientInstance>> _instances = [];
    private readonly LinkedList<ClientInstance> _bySilence = [];
    private (object Source, ImmutableArray<(ClientMetricsSettings Settings, ClientMetricsMatch Match)> All) _subscriptions = (new object(), []);

    public ClientTelemetry(IMetadataStore store, SettingsSource settings, TimeProvider time, IMeterFactory? meters)
    {
        _store = store;
        _settings = settings;
        _time = time;
        _export = new ClientMetricsExport(meters, RemoveSilent);
    }

    /// <summary>Whether somebody collects what clients push.</summary>
    public bool IsWanted => _export.IsWanted;

    /// <summary><c>telemetry.max.bytes</c>.</summary>
    public int PushMaxBytes => _settings.Current.Settings.GetInt(BrokerConfigKeys.TelemetryMaxBytes);

    /// <summary>A client asks what it is asked for.</summary>
    /// <param name="instanceId">Zero = it has no id yet.</param>
    /// <param name="client">Who it is.</param>
    /// <returns>NONE with the id and what it is asked for, or what is wrong.</returns>
    public (ErrorCode Error, Uuid InstanceId, ClientMetricsSubscription? Subscription) Ask(Uuid instanceId, TelemetryClient client)
    {
        if (instanceId == Uuid.Zero) instanceId = Uuid.NewRandom();
        lock (_lock)
        {
            ClientInstance instance = Find(instanceId, client);
            ErrorCode error = instance.Ask(NowMs());
            return (error, instanceId, error == ErrorCode.None ? instance.Subscription : null);
        }
    }

    /// <summary>A client pushes metrics.</summary>
    /// <param name="instanceId">Which one.</param>
    /// <param name="client">Who it is.</param>
    /// <param name="subscriptionId">What it believes to be asked for.</param>
    /// <param name="isTerminating">Whether this is its last push: it is forgotten afterwards, and what it pushed with it, when the interval is over.</param>
    /// <param name="compressionType">Of <paramref name="metrics"/>.</param>
    /// <param name="metrics">OTLP's <c>MetricsData</c>.</param>
    public ErrorCode Push(Uuid instanceId, TelemetryClient client, int subscriptionId, bool isTerminating, sbyte compressionType, ReadOnlyMemory<byte> metrics)
    {
        if (instanceId == Uuid.Zero) return ErrorCode.InvalidRequest;
        ClientInstance instance;
        lock (_lock)
        {
            instance = Find(instanceId, client);
            ErrorCode error = instance.Push(NowMs(), subscriptionId, isTerminating, compressionType, metrics.Length, PushMaxBytes);
            if (error != ErrorCode.None) return error;
        }
        // Outside the lock: it may be a megabyte.
        if (Read((CompressionType)compressionType, metrics, out Dictionary<string, string> resource) is not { } values) return ErrorCode.InvalidRecord;
        lock (_lock)
        {
            // Somebody may have pushed it out meanwhile; what nobody would remove must not be added.
            if (_instances.ContainsKey(instanceId)) _export.Record(instance, resource, values);
        }
        return ErrorCode.None;
    }

    public void Dispose() => _export.Dispose();

    private static List<PushedMetric>? Read(CompressionType type, ReadOnlyMemory<byte> metrics, out Dictionary<string, string> resource)
    {
        resource = [];
        ArrayBufferWriter<byte> plain = new();
        if (!RecordCodec.TryDecompress(type, metrics.Span, DecompressedBytesMax, plain, out _)) return null;
        try
        {
            return OtlpMetricsReader.Read(plain.WrittenMemory, ValuesPerPushMax, out resource);
        }
        catch (Exception unreadable) when (unreadable is InvalidProtocolBufferException or InvalidDataException)
        {
            // The client is told so.
            return null;
        }
    }

    private ClientInstance Find(Uuid id, TelemetryClient client)
    {
        RemoveSilentLocked();
        if (_instances.TryGetValue(id, out LinkedListNode<ClientInstance>? node))
        {
            _bySilence.Remove(node);
        }
        else
        {
            if (_instances.Count >= InstancesMax) Remove(_bySilence.First!);
            _instances[id] = node = new LinkedListNode<ClientInstance>(new ClientInstance(id, client));
        }
        _bySilence.AddLast(node);
        ImmutableArray<(ClientMetricsSettings Settings, ClientMetricsMatch Match)> all = Subscriptions(out object source);
        if (node.Value.Source != source)
        {
            ClientMetricsSettings[] matching = [.. all.Where(subscription => subscription.Match.Matches(name => Attribute(id, node.Value.Client, name))).Select(static subscription => subscription.Settings)];
            node.Value.Update(ClientMetricsSubscription.Merge(id, matching), source);
        }
        return node.Value;
    }

    private static string? Attribute(Uuid id, TelemetryClient client, string name) => name switch
    {
        "client_instance_id" => id.ToString(),
        "client_id" => client.ClientId,
        "client_software_name" => client.SoftwareName,
        "client_software_version" => client.SoftwareVersion,
        "client_source_address" => client.Address,
        "client_source_port" => client.Port,
        _ => null,
    };

    // Read anew when settings have changed.
    private ImmutableArray<(ClientMetricsSettings Settings, ClientMetricsMatch Match)> Subscriptions(out object source)
    {
        source = _store.Current.Configs;
        if (_subscriptions.Source == source) return _subscriptions.All;
        BrokerSettings broker = _settings.Current.Settings;
        ImmutableArray<(ClientMetricsSettings, ClientMetricsMatch)>.Builder all = ImmutableArray.CreateBuilder<(ClientMetricsSettings, ClientMetricsMatch)>();
        foreach ((ConfigResource resource, ImmutableDictionary<string, string> stored) in _store.Current.Configs)
        {
            if (resource.Type != ConfigResourceType.ClientMetrics) continue;
            ClientMetricsSettings settings = ClientMetricsSettings.Create(broker, stored);
            all.Add((settings, settings.ReadMatch()));
        }
        _subscriptions = (source, all.ToImmutable());
        return _subscriptions.All;
    }

    private void RemoveSilent()
    {
        lock (_lock) RemoveSilentLocked();
    }

    private void RemoveSilentLocked()
    {
        long nowMs = NowMs();
        while (_bySilence.First is { } first && first.Value.ExpiresMs <= nowMs) Remove(first);
    }

    private void Remove(LinkedListNode<ClientInstance> node)
    {
        _bySilence.Remove(node);
        _instances.Remove(node.Value.Id);
        _export.Remove(node.Value.Id);
    }

    private long NowMs() => (long)_time.GetElapsedTime(0, _time.GetTimestamp()).TotalMilliseconds;
}
