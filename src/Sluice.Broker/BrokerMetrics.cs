using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sluice.Broker.Network;
using Sluice.Protocol;

namespace Sluice.Broker;

/// <summary>Instruments of the meter <c>Sluice.Broker</c>. Tags come from closed sets.</summary>
internal sealed class BrokerMetrics : IDisposable
{
    private readonly Meter _meter = new("Sluice.Broker");
    private readonly Counter<long> _requests;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _closed;

    public BrokerMetrics()
    {
        _requests = _meter.CreateCounter<long>("sluice.broker.requests", "{request}", "Requests read, by API.");
        _connections = _meter.CreateUpDownCounter<long>("sluice.broker.connections.active", "{connection}", "Connections open now.");
        _closed = _meter.CreateCounter<long>("sluice.broker.connections.closed", "{connection}", "Connections that ended, by reason.");
    }

    public void RequestReceived(ApiKey apiKey)
    {
        if (_requests.Enabled) _requests.Add(1, new KeyValuePair<string, object?>("api", apiKey.ToString()));
    }

    public void ConnectionOpened() => _connections.Add(1);

    public void ConnectionClosed(CloseReason reason)
    {
        if (reason != CloseReason.ConnectionLimit) _connections.Add(-1);
        if (_closed.Enabled) _closed.Add(1, new TagList { { "reason", reason.ToString() } });
    }

    public void Dispose() => _meter.Dispose();
}
