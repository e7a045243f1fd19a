using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sluice.Broker.Network;
using Sluice.Broker.Security.Sasl;
using Sluice.Protocol;

namespace Sluice.Broker;

/// <summary>Instruments of the meter <c>Sluice.Broker</c>. Tags come from closed sets.</summary>
internal sealed class BrokerMetrics : IDisposable
{
    private const string MeterName = "Sluice.Broker";

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _closed;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _authentications;

    /// <param name="meters">Makes the meter, and ends it; null = one of its own.</param>
    public BrokerMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
        _requests = _meter.CreateCounter<long>("sluice.broker.requests", "{request}", "Requests read, by API.");
        _connections = _meter.CreateUpDownCounter<long>("sluice.broker.connections.active", "{connection}", "Connections open now.");
        _closed = _meter.CreateCounter<long>("sluice.broker.connections.closed", "{connection}", "Connections that ended, by reason.");
        _authentications = _meter.CreateCounter<long>("sluice.broker.authentications", "{authentication}", "SASL exchanges that ended, by mechanism and by why they failed.");
        _duration = _meter.CreateHistogram(
            "sluice.broker.request.duration",
            "s",
            "Time that handlers took, waiting for records or other members included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });
    }

    /// <summary>Whether somebody collects how long requests take.</summary>
    public bool TimesRequests => _duration.Enabled;

    public void RequestReceived(ApiKey apiKey)
    {
        if (_requests.Enabled) _requests.Add(1, new KeyValuePair<string, object?>("api", apiKey.ToString()));
    }

    /// <summary>Notes a request that was timed.</summary>
    /// <param name="apiKey">What was asked.</param>
    /// <param name="duration">0 or more.</param>
    /// <param name="error">From a closed set; null = none.</param>
    public void RequestServed(ApiKey apiKey, TimeSpan duration, string? error)
    {
        if (!_duration.Enabled) return;
        TagList tags = new() { { "messaging.system", "kafka" }, { "messaging.operation.name", apiKey.ToString() } };
        if (error is not null) tags.Add("error.type", error);
        _duration.Record(duration.TotalSeconds, tags);
    }

    public void ConnectionOpened() => _connections.Add(1);

    public void ConnectionClosed(CloseReason reason)
    {
        if (reason is not (CloseReason.ConnectionLimit or CloseReason.ConnectionRate)) _connections.Add(-1);
        if (_closed.Enabled) _closed.Add(1, new TagList { { "reason", reason.ToString() } });
    }

    /// <summary>Notes the end of a SASL exchange.</summary>
    /// <param name="mechanism">One that is offered; empty before one was chosen.</param>
    /// <param name="failure">Null = the client is known now.</param>
    public void Authenticated(string mechanism, SaslRefusal? failure)
    {
        if (!_authentications.Enabled) return;
        TagList tags = new() { { "mechanism", mechanism } };
        if (failure is { } reason) tags.Add("error.type", reason.ToString());
        _authentications.Add(1, tags);
    }

    public void Dispose() => _meter.Dispose();
}
