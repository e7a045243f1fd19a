using System.Diagnostics.Metrics;

namespace Sluice.Broker.Tests.Telemetry;

/// <summary>Collects one broker's meters, as an exporter would; nothing of other brokers in this process.</summary>
internal sealed class MetricsReader : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    public MetricsReader()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        Meter meter = new(options);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>Starts to collect: only from here on are metrics of clients wanted.</summary>
    public void Start() => _listener.Start();

    /// <summary>Every value now, as <c>name{tag=value,...}</c> with the tags that are asked for.</summary>
    /// <param name="name">Of the instrument.</param>
    /// <param name="tags">Names of tags to show.</param>
    public Dictionary<string, double> Read(string name, params string[] tags)
    {
        lock (_values)
        {
            _values.Clear();
            _shown = (name, tags);
            _listener.RecordObservableInstruments();
            return new Dictionary<string, double>(_values);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Meter meter in _meters) meter.Dispose();
    }

    private (string Name, string[] Tags) _shown = ("", []);

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!instrument.IsObservable || instrument.Name != _shown.Name) return;
        List<string> shown = [];
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (_shown.Tags.Contains(tag.Key, StringComparer.Ordinal)) shown.Add($"{tag.Key}={tag.Value}");
        }
        shown.Sort(StringComparer.Ordinal);
        _values.Add(string.Join(',', shown), value);
    }
}
