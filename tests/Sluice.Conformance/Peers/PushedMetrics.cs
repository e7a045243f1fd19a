using System.Diagnostics.Metrics;

namespace Sluice.Conformance.Peers;

/// <summary>Collects what clients push to the brokers of this process, as an exporter would. While there is one, clients are asked for metrics.</summary>
public sealed class PushedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly HashSet<(string Client, string Software, string Name)> _seen = [];

    public PushedMetrics()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Sluice.Clients") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument.Name, tags));
        _listener.Start();
    }

    /// <summary>Waits until a client's metrics are there.</summary>
    /// <param name="clientId">Of the client.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the client's software calls itself, and the names of its metrics, at least one.</returns>
    public async Task<(string Software, string[] Names)> WaitForAsync(string clientId, CancellationToken cancellationToken)
    {
        while (true)
        {
            (string Client, string Software, string Name)[] found;
            lock (_seen)
            {
                _listener.RecordObservableInstruments();
                found = [.. _seen.Where(seen => seen.Client == clientId)];
            }
            if (found.Length > 0) return (found[0].Software, [.. found.Select(static seen => seen.Name)]);
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Note(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string client = "", software = "";
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == "client_id") client = (string)tag.Value!;
            if (tag.Key == "client_software_name") software = (string)tag.Value!;
        }
        lock (_seen) _seen.Add((client, software, name));
    }
}
