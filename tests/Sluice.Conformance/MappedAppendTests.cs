using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>What librdkafka's producer sends to a broker that receives it straight into the log is what its consumer reads.</summary>
public sealed class MappedAppendTests
{
    private const int PartitionsCount = 3;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Records_are_received_straight_into_the_log_and_read_back_byte_for_byte(bool idempotent)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the mapped append is Linux's");
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Volume.Patience);
        await using InProcessBroker broker = await InProcessBroker.StartAsync([("log.append", "mapped")]);
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        TopicSpecification topic = new() { Name = "records", NumPartitions = PartitionsCount, ReplicationFactor = 1, Configs = new() { ["segment.bytes"] = "3000000" } };
        await admin.CreateTopicsAsync([topic]);
        using ConfluentProducer producer = new(broker.BootstrapServers, "records", PartitionsCount, CompressionType.None, config =>
        {
            config.EnableIdempotence = idempotent;
            config.LingerMs = 50;
            config.BatchSize = 200_000;
        });
        producer.Send(0, Volume.RecordsCount, deadline.Token);
        producer.Flush(Volume.Patience);
        producer.Failures.ShouldBeEmpty();
        broker.Server.ReceivedInPlaceBytes.ShouldBeGreaterThan(0);

        // Every record's checksum and bytes are checked where they are read.
        IReadOnlyList<IReadOnlyList<(long Offset, int Index)>> read =
            ConfluentConsumer.ReadAll(broker.BootstrapServers, "records", PartitionsCount, deadline.Token);
        for (int partition = 0; partition < PartitionsCount; partition++)
        {
            read[partition].Select(static record => record.Index)
                .ShouldBe(Enumerable.Range(0, Volume.RecordsCount).Where(index => ExpectedRecord.Partition(index, PartitionsCount) == partition));
        }
    }
}
