using Confluent.Kafka;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>An idempotent producer on a bad network: every record once, in order, and no error that is none.</summary>
public sealed class IdempotenceTests(ITestOutputHelper output)
{
    private const int PartitionsCount = 3;
    private const int RecordsCount = 20_000;

    [Fact]
    public async Task Requests_that_are_lost_repeated_and_late_leave_every_record_once_and_in_order()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using FaultyProxy proxy = new(seed);
        await using SluiceProcess broker = await SluiceProcess.StartAsync(settings: [("advertised.listeners", $"PLAINTEXT://{proxy.BootstrapServers}")]);
        proxy.BrokerPort = broker.Port;
        using (IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = proxy.BootstrapServers }).Build())
            await admin.CreateTopicsAsync([new() { Name = "records", NumPartitions = PartitionsCount, ReplicationFactor = 1 }]);

        using ConfluentProducer producer = new(proxy.BootstrapServers, "records", PartitionsCount, CompressionType.None, static config =>
        {
            config.EnableIdempotence = true;
            config.MaxInFlight = 5;
            config.BatchNumMessages = 20;
            config.LingerMs = 1;
            config.RetryBackoffMs = 5;
            config.ReconnectBackoffMs = 5;
            config.ReconnectBackoffMaxMs = 20;
            config.MessageTimeoutMs = 120_000;
        });
        proxy.FaultPercent = 5;
        producer.Send(0, RecordsCount, TestContext.Current.CancellationToken);
        producer.Flush(Volume.Patience);
        proxy.FaultPercent = 0;

        output.WriteLine($"{proxy.Counts}");
        proxy.Counts.ShouldSatisfyAllConditions(
            counts => counts.LostAnswers.ShouldBePositive(),
            counts => counts.LostRequests.ShouldBePositive(),
            counts => counts.Repeated.ShouldBePositive(),
            counts => counts.Delayed.ShouldBePositive());
        producer.Failures.ShouldBeEmpty();
        producer.Acknowledged.Count.ShouldBe(RecordsCount);
        IReadOnlyList<IReadOnlyList<(long Offset, int Index)>> read = ConfluentConsumer.ReadAll(proxy.BootstrapServers, "records", PartitionsCount, TestContext.Current.CancellationToken);
        read.Sum(static partition => partition.Count).ShouldBe(RecordsCount, "none twice");
        foreach (IReadOnlyList<(long Offset, int Index)> partition in read)
        {
            partition.Select(static record => record.Index).ShouldBeInOrder();
            partition.ShouldAllBe(record => producer.Acknowledged[record.Index] == record.Offset || producer.Acknowledged[record.Index] == Offset.Unset);
        }
    }
}
