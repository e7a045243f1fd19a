using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;

namespace Sluice.Bench.Load.Comparing;

/// <summary>One of the brokers that are compared: runs, on a directory of its own, for all workloads that need no special start.</summary>
/// <param name="name">Its name in tables.</param>
/// <param name="start">How to start one.</param>
internal sealed class Contender(string name, LoadOptions start) : IAsyncDisposable
{
    private BrokerUnderTest? _broker;

    /// <summary>Its name in tables.</summary>
    public string Name => name;

    /// <summary>How to start another one of its kind.</summary>
    public LoadOptions StartOptions => start;

    /// <summary>The broker that runs.</summary>
    public BrokerUnderTest Broker => _broker ?? throw new InvalidOperationException("It has not been started.");

    /// <summary>Starts it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) => _broker = await BrokerUnderTest.OpenAsync(start, cancellationToken);

    /// <summary>Options of a load on the broker that runs.</summary>
    /// <param name="load">What the load is.</param>
    public LoadOptions Aim(LoadOptions load) => load with { Broker = null, Kafka = null, BrokerSettings = [], BootstrapServer = Broker.Endpoint.ToString(), BrokerProcessId = Broker.ProcessId };

    /// <summary>Ends it.</summary>
    public async Task StopAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _broker = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
