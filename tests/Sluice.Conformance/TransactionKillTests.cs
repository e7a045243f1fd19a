using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>SIGKILL under transactions: all of a transaction is there or nothing of it, and what was acknowledged is.</summary>
public sealed class TransactionKillTests : IDisposable
{
    private const int TopicsCount = 8;
    private const int ProducersCount = 4;

    private readonly TemporaryFolder _data = new("transactions");
    private readonly int _port = FreePorts.Find();
    private readonly Random _random = new(Volume.Seed);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Many_transactions_over_many_topics_survive_kills_as_a_whole_or_not_at_all()
    {
        int killsCount = Volume.IsLong ? 200 : 6;
        TestContext.Current.TestOutputHelper?.WriteLine($"SLUICE_SEED={Volume.Seed}");
        await using (SluiceProcess first = await StartAsync())
        {
            using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = first.BootstrapServers }).Build();
            await admin.CreateTopicsAsync(Enumerable.Range(0, TopicsCount).Select(static topic => new TopicSpecification { Name = $"t{topic}", NumPartitions = 2, ReplicationFactor = 1 }));
            await first.StopAsync();
        }
        TopicPartition[] targets = [.. Enumerable.Range(0, 2 * TopicsCount).Select(static index => new TopicPartition($"t{index / 2}", index % 2))];
        SluiceProcess broker = await StartAsync();
        TransactionalLoad[] loads = [.. Enumerable.Range(0, ProducersCount).Select(index => new TransactionalLoad(broker.BootstrapServers, $"tx{index}", targets, Volume.Seed + index))];
        using CancellationTokenSource stop = new();
        Task[] running = [.. loads.Select(load => Task.Factory.StartNew(() => load.Run(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        for (int kill = 0; kill < killsCount; kill++)
        {
            await Task.Delay(_random.Next(300, 2500), TestContext.Current.CancellationToken);
            await broker.KillAsync();
            await broker.DisposeAsync();
            broker = await StartAsync();
        }
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(Volume.Patience, TestContext.Current.CancellationToken);

        await using SluiceProcess last = broker;
        foreach (TransactionalLoad load in loads) load.Committed.Count.ShouldBeGreaterThan(killsCount, "a producer that goes on after kills");
        loads.Sum(static load => load.Aborted.Count).ShouldBeGreaterThan(0);
        TransactionalCheck.Run(last.BootstrapServers, loads, $"seed {Volume.Seed}");
        foreach (TransactionalLoad load in loads) load.Dispose();
    }

    private Task<SluiceProcess> StartAsync() => SluiceProcess.StartAsync(_data.Path, _port, TransactionalClients.BrokerSettings);
}
