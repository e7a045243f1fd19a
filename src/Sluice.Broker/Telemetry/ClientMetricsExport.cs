using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Sluice.Protocol;

namespace Sluice.Broker.Telemetry;

/// <summary>The meter <c>Sluice.Clients</c>: what clients pushed, under the names that they gave it, told apart by client.</summary>
/// <remarks>
/// Any thread. Values stay until their client is removed. Bounded: names, and values over all names; what is beyond is left out and counted by
/// <c>sluice.clients.metrics.dropped</c>. An instrument once made stays, as meters have it, and shows nothing when nobody pushes to it.
/// </remarks>
internal sealed partial class ClientMetricsExport : IDisposable
{
    /// <summary>Most names of metrics.</summary>
    public const int NamesMax = 1_000;

    /// <summary>Most values, over all clients and names.</summary>
    public const int ValuesMax = 200_000;

    private readonly Lock _lock = new();
    private readonly Meter _meter;
    private readonly ObservableUpDownCounter<long> _clients;
    private readonly Counter<long> _dropped;
    private readonly Dictionary<string, PushedSeries> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<Uuid, KeyValuePair<string, object?>[]> _tags = [];
    private int _count;

    /// <param name="meters">Makes the meter, and ends it; null = one of its own.</param>
    /// <param name="beforeReading">Called before values are read, to remove clients that are gone.</param>
    public ClientMetricsExport(IMeterFactory? meters, Action beforeReading)
    {
        const string Name = "Sluice.Clients";
        _meter = meters?.Create(new MeterOptions(Name)) ?? new Meter(Name);
        _clients = _meter.CreateObservableUpDownCounter<long>(
            "sluice.clients",
            () =>
            {
                beforeReading();
                lock (_lock) return _tags.Count;
            },
            "{client}",
            "Clients whose metrics are known.");
        _dropped = _meter.CreateCounter<long>("sluice.clients.metrics.dropped", "{value}", "Values that clients pushed and that were not kept, by why.");
    }

    /// <summary>Whether somebody collects what clients push.</summary>
    public bool IsWanted => _clients.Enabled;

    /// <summary>Keeps what a client pushed.</summary>
    /// <param name="instance">The client.</param>
    /// <param name="resource">What it says of itself, which takes the place of what it said before.</param>
    /// <param name="metrics">What it pushed.</param>
    public void Record(ClientInstance instance, IReadOnlyDictionary<string, string> resource, IReadOnlyList<PushedMetric> metrics)
    {
        int invalidNames = 0, beyond = 0;
        lock (_lock)
        {
            _tags[instance.Id] = TagsOf(instance, resource);
            foreach (PushedMetric metric in metrics)
            {
                if (!instance.Subscription.Wants(metric.Name)) continue;
                if (!InstrumentName().IsMatch(metric.Name)) invalidNames++;
                else if (!TryKeep(instance.Id, metric)) beyond++;
            }
        }
        if (invalidNames > 0) _dropped.Add(invalidNames, new KeyValuePair<string, object?>("reason", "name"));
        if (beyond > 0) _dropped.Add(beyond, new KeyValuePair<string, object?>("reason", "limit"));
    }

    /// <summary>Forgets what a client pushed.</summary>
    public void Remove(Uuid instanceId)
    {
        lock (_lock)
        {
            if (!_tags.Remove(instanceId)) return;
            foreach (PushedSeries series in _series.Values) _count -= series.Remove(instanceId);
        }
    }

    public void Dispose() => _meter.Dispose();

    // How the broker knows the client counts more than what it says of itself.
    private static KeyValuePair<string, object?>[] TagsOf(ClientInstance instance, IReadOnlyDictionary<string, string> resource)
    {
        KeyValuePair<string, object?>[] known =
        [
            new("client_instance_id", instance.Id.ToString()), new("client_id", instance.Client.ClientId), new("client_software_name", instance.Client.SoftwareName),
            new("client_software_version", instance.Client.SoftwareVersion), new("client_source_address", instance.Client.Address),
        ];
        return [.. known, .. resource.Where(said => !Array.Exists(known, tag => tag.Key == said.Key)).Select(static said => new KeyValuePair<string, object?>(said.Key, said.Value))];
    }

    private bool TryKeep(Uuid instanceId, PushedMetric metric)
    {
        if (!_series.TryGetValue(metric.Name, out PushedSeries? series))
        {
            if (_series.Count >= NamesMax) return false;
            _series[metric.Name] = series = new PushedSeries();
            if (metric.Kind == PushedMetricKind.Gauge) _meter.CreateObservableGauge(metric.Name, () => Read(series), metric.Unit, "Pushed by clients.");
            else _meter.CreateObservableCounter(metric.Name, () => Read(series), metric.Unit, "Pushed by clients.");
        }
        if (!series.TrySet(instanceId, metric, _count < ValuesMax, out bool isNew)) return false;
        if (isNew) _count++;
        return true;
    }

    private List<Measurement<double>> Read(PushedSeries series)
    {
        lock (_lock) return series.Read(_tags);
    }

    // What OpenTelemetry takes as the name of an instrument.
    [GeneratedRegex(@"\A[a-zA-Z][a-zA-Z0-9_.\-/]{0,254}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InstrumentName();
}
