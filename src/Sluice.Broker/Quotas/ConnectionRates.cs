using System.Collections.Concurrent;
using System.Net;
using Sluice.Broker.Network;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Quotas;

/// <summary>How fast new connections may come: over all listeners, on each of them, and from each address.</summary>
/// <remarks>
/// On a listener where they come too fast the next one is accepted later, so that the kernel's backlog holds the crowd back. A connection from an
/// address that is too fast itself is not served: it stays open for as long as it is to wait, and is closed then. Any thread.
/// </remarks>
internal sealed class ConnectionRates(BrokerSettings settings, ClientQuotas quotas)
{
    /// <summary>Most addresses that are remembered.</summary>
    private const int AddressesMax = 10_000;

    /// <summary>Most connections that are kept open only to be closed later.</summary>
    private const int ParkedMax = 1000;

    private readonly QuotaWindow _window = QuotaWindow.ForClients(settings);
    private readonly RateSensor _ofBroker = new(QuotaWindow.ForClients(settings));
    private readonly ConcurrentDictionary<string, RateSensor> _byListener = new(StringComparer.Ordinal);
    private readonly QuotaSensors<IPAddress> _byAddress = new(AddressesMax);
    private int _parkedCount;

    /// <summary>Connections that wait to be closed.</summary>
    public int ParkedCount => Volatile.Read(ref _parkedCount);

    /// <summary>Counts a connection that was accepted.</summary>
    /// <param name="listener">Name of its listener.</param>
    /// <param name="limits">The limits now.</param>
    /// <returns>Milliseconds to wait before it is served and the next one accepted; at most one sample.</returns>
    public int Record(string listener, ConnectionLimits limits)
    {
        int ofListenerMax = limits.CreationRateMaxOn(listener);
        if (limits.CreationRateMax == int.MaxValue && ofListenerMax == int.MaxValue) return 0;
        long nowMs = quotas.NowMs;
        RateSensor ofListener = _byListener.GetOrAdd(listener, static (_, window) => new RateSensor(window), _window);
        return Capped(Math.Max(Record(_ofBroker, nowMs, limits.CreationRateMax), Record(ofListener, nowMs, ofListenerMax)));
    }

    /// <summary>Counts a connection of an address.</summary>
    /// <returns>0 if it may be served; else milliseconds after which it is to be closed, at most one sample, and it was not counted.</returns>
    public int Record(IPAddress address)
    {
        if (quotas.Table.FindAddress(address) is not { } limit) return 0;
        long nowMs = quotas.NowMs;
        RateSensor sensor = _byAddress.Get(QuotaTable.Plain(address), nowMs, () => new RateSensor(_window));
        int throttleMs = sensor.Record(nowMs, 1, limit);
        if (throttleMs > 0) sensor.Add(nowMs, -1);
        return Capped(throttleMs);
    }

    /// <summary>Waits, unless too many wait already.</summary>
    public async Task ParkAsync(int ms, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _parkedCount) > ParkedMax) return;
            await Task.Delay(TimeSpan.FromMilliseconds(ms), time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The broker stops: the connection is closed a little sooner.
        }
        finally
        {
            Interlocked.Decrement(ref _parkedCount);
        }
    }

    private static int Record(RateSensor sensor, long nowMs, int limit)
    {
        // A limit of 0, which Kafka allows here, lets one connection through per sample.
        if (limit > 0) return sensor.Record(nowMs, 1, limit);
        sensor.Add(nowMs, 1);
        return int.MaxValue;
    }

    private int Capped(int ms) => (int)Math.Min(_window.SampleMs, ms);
}
