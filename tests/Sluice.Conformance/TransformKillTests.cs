using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>Consume, transform, produce, while SIGKILL strikes the broker and the programs that do it.</summary>
public sealed class TransformKillTests : IDisposable
{
    private const int PartitionsCount = 4;
    private const int WorkersCount = 2;
    private const int RecordsPerRound = 500;

    private readonly TemporaryFolder _data = new("transform");
    private readonly int _port = FreePorts.Find();
    private readonly Random _random = new(Volume.Seed);
    private readonly List<TransformProcess> _workers = [];
    private SluiceProcess _broker = null!;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task What_is_consumed_transformed_and_produced_in_transactions_is_there_exactly_once_after_kills()
    {
        int killsCount = Volume.IsLong ? 100 : 5;
        TestContext.Current.TestOutputHelper?.WriteLine($"SLUICE_SEED={Volume.Seed}");
        _broker = await StartBrokerAsync();
        try
        {
            string servers = _broker.BootstrapServers;
            using (IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build())
            {
                await admin.CreateTopicsAsync(new[] { "input", "output" }.Select(static name => new TopicSpecification { Name = name, NumPartitions = PartitionsCount, ReplicationFactor = 1 }));
            }
            for (int index = 0; index < WorkersCount; index++) _workers.Add(await StartWorkerAsync(index));
            using ConfluentProducer input = new(servers, "input", PartitionsCount, CompressionType.None, static config => config.EnableIdempotence = true);
            for (int kill = 0; kill < killsCount; kill++)
            {
                input.Send(kill * RecordsPerRound, (kill + 1) * RecordsPerRound, TestContext.Current.CancellationToken);
                await Task.Delay(_random.Next(300, 2500), TestContext.Current.CancellationToken);
                await KillAsync(_random.Next(1 + WorkersCount));
            }
            input.Flush(Volume.Patience);
            input.Failures.ShouldBeEmpty();
            int expectedCount = killsCount * RecordsPerRound;
            await UntilCommittedAsync(servers, expectedCount);
            foreach (TransformProcess worker in _workers) (await worker.StopAsync()).ShouldBe(0);

            List<string> output = TransactionalClients.ReadAll(servers, "output", PartitionsCount, IsolationLevel.ReadCommitted);
            IEnumerable<string> expected = input.Acknowledged.Select(static record => TransformWorker.Value(ExpectedRecord.Partition(record.Key, PartitionsCount), record.Value));
            output.Order().ShouldBe(expected.Order(), Problems());
            output.Count.ShouldBe(expectedCount);
        }
        finally
        {
            foreach (TransformProcess worker in _workers) await worker.DisposeAsync();
            await _broker.DisposeAsync();
        }
    }

    // 0 = the broker, else a worker.
    private async Task KillAsync(int victim)
    {
        if (victim == 0)
        {
            await _broker.KillAsync();
            await _broker.DisposeAsync();
            _broker = await StartBrokerAsync();
            return;
        }
        await _workers[victim - 1].KillAsync();
        await _workers[victim - 1].DisposeAsync();
        _workers[victim - 1] = await StartWorkerAsync(victim - 1);
    }

    private Task<SluiceProcess> StartBrokerAsync() => SluiceProcess.StartAsync(_data.Path, _port, TransactionalClients.BrokerSettings);

    private Task<TransformProcess> StartWorkerAsync(int index) => TransformProcess.StartAsync(_broker.BootstrapServers, $"worker{index}");

    private string Problems() => $"seed {Volume.Seed}\n{string.Join('\n', _workers.Select(static worker => worker.Output))}";

    private async Task UntilCommittedAsync(string servers, long count)
    {
        using CancellationTokenSource deadline = new(Volume.Patience);
        using IConsumer<byte[], byte[]> group = ConfluentConsumer.Open(servers, static config =>
        {
            config.GroupId = TransformWorker.Group;
            config.IsolationLevel = IsolationLevel.ReadCommitted;
        });
        TopicPartition[] partitions = [.. Enumerable.Range(0, PartitionsCount).Select(static partition => new TopicPartition("input", partition))];
        for (long committed = -1; committed < count;)
        {
            deadline.IsCancellationRequested.ShouldBeFalse($"{committed} of {count} were done, {Problems()}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
            committed = group.Committed(partitions, TimeSpan.FromSeconds(60)).Sum(static offset => Math.Max(0, offset.Offset.Value));
        }
    }
}
