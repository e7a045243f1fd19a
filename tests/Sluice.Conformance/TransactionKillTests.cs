using System.Globalization;
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

    private static readonly (string, string)[] s_settings =
        [("transaction.state.log.num.partitions", "4"), ("offsets.topic.num.partitions", "4"), ("group.initial.rebalance.delay.ms", "100")];

    private readonly TemporaryFolder _data = new("transactions");
    private readonly int _port = FreePorts.Find();
    private readonly Random _random = new(Seed);

    private static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Many_transactions_over_many_topics_survive_kills_as_a_whole_or_not_at_all()
    {
        int killsCount = Volume.IsLong ? 200 : 6;
        TestContext.Current.TestOutputHelper?.WriteLine($"SLUICE_SEED={Seed}");
        await using (SluiceProcess first = await StartAsync())
        {
            using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = first.BootstrapServers }).Build();
            await admin.CreateTopicsAsync(Enumerable.Range(0, TopicsCount).Select(static topic => new TopicSpecification { Name = $"t{topic}", NumPartitions = 2, ReplicationFactor = 1 }));
            await first.StopAsync();
        }
        TopicPartition[] targets = [.. Enumerable.Range(0, 2 * TopicsCount).Select(static index => new TopicPartition($"t{index / 2}", index % 2))];
        SluiceProcess broker = await StartAsync();
        TransactionalLoad[] loads = [.. Enumerable.Range(0, ProducersCount).Select(index => new TransactionalLoad(broker.BootstrapServers, $"tx{index}", targets, Seed + index))];
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
        for (int index = 0; index < ProducersCount; index++) EndOpenTransaction(last, $"tx{index}");
        HashSet<string> seen = ReadAll(last, IsolationLevel.ReadCommitted);
        HashSet<string> written = ReadAll(last, IsolationLevel.ReadUncommitted);
        for (int index = 0; index < ProducersCount; index++)
        {
            Check(last, loads[index], $"tx{index}", seen);
            CheckAborted(loads[index], $"tx{index}", written);
        }
        foreach (TransactionalLoad load in loads) load.Dispose();
    }

    private Task<SluiceProcess> StartAsync() => SluiceProcess.StartAsync(_data.Path, _port, s_settings);

    // A producer that starts under the id ends what the one before left open; nothing holds readers back any more.
    private static void EndOpenTransaction(SluiceProcess broker, string transactionalId)
    {
        using IProducer<string, string> producer = TransactionalClients.OpenProducer(broker.BootstrapServers, transactionalId);
        producer.InitTransactions(Volume.Patience);
    }

    private static HashSet<string> ReadAll(SluiceProcess broker, IsolationLevel isolation)
    {
        HashSet<string> seen = [];
        for (int topic = 0; topic < TopicsCount; topic++)
        {
            foreach (string value in TransactionalClients.ReadAll(broker.BootstrapServers, $"t{topic}", 2, isolation)) seen.Add(value).ShouldBeTrue($"{value} is there twice");
        }
        return seen;
    }

    // What was written and then aborted is there for those who do not care.
    private static void CheckAborted(TransactionalLoad load, string transactionalId, HashSet<string> written)
    {
        load.Aborted.ShouldNotBeEmpty();
        foreach (int transaction in load.Aborted)
        {
            Enumerable.Range(0, load.ValuesCount[transaction]).Count(index => written.Contains(TransactionalLoad.Value(transactionalId, transaction, index)))
                .ShouldBe(load.ValuesCount[transaction], $"{transactionalId}/{transaction} was acknowledged before it was aborted (seed {Seed})");
        }
    }

    private static void Check(SluiceProcess broker, TransactionalLoad load, string transactionalId, HashSet<string> seen)
    {
        foreach ((int transaction, int count) in load.ValuesCount)
        {
            int found = Enumerable.Range(0, count).Count(index => seen.Contains(TransactionalLoad.Value(transactionalId, transaction, index)));
            string what = $"{transactionalId}/{transaction}: {found} of {count} values (seed {Seed})";
            if (load.Committed.Contains(transaction)) found.ShouldBe(count, $"{what}, and its commit was acknowledged");
            else if (load.Unknown.Contains(transaction)) found.ShouldBeOneOf([0, count], what);
            else found.ShouldBe(0, $"{what}, and it was never committed");
        }

        // The group is not stuck, and has the offset of the last transaction that counts.
        using IConsumer<byte[], byte[]> group = ConfluentConsumer.Open(broker.BootstrapServers, config =>
        {
            config.GroupId = transactionalId;
            config.IsolationLevel = IsolationLevel.ReadCommitted;
        });
        int lastSeen = load.ValuesCount.Keys.Where(transaction => seen.Contains(TransactionalLoad.Value(transactionalId, transaction, 0))).Max();
        group.Committed([load.OffsetOf], TimeSpan.FromSeconds(30)).ShouldHaveSingleItem().Offset.Value.ShouldBe(lastSeen, $"the offset belongs to the transaction (seed {Seed})");
    }
}
