using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Transfer;

namespace Sluice.Conformance;

/// <summary>The claim of the whole broker, measured with a real consumer: what is read does not pass through its memory.</summary>
public sealed class ZeroCopyTests
{
    private const int RecordsCount = 10_240;
    private const int ValueBytes = 10_240;

    [Fact]
    public async Task A_hundred_megabytes_are_consumed_by_sendfile()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sendfile is Linux's");
        await using InProcessBroker broker = await InProcessBroker.StartAsync();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "large", NumPartitions = 1, ReplicationFactor = 1 }]);
        using (IProducer<Null, byte[]> producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = broker.BootstrapServers, LingerMs = 20 }).Build())
        {
            byte[] value = new byte[ValueBytes];
            Random.Shared.NextBytes(value);
            for (int i = 0; i < RecordsCount; i++)
            {
                producer.Produce("large", new Message<Null, byte[]> { Value = value });
                if (i % 100 == 99) producer.Flush(TestContext.Current.CancellationToken);
            }
            producer.Flush(TestContext.Current.CancellationToken);
        }

        TransferCounters before = broker.Server.Transferred;
        long readBytes = 0;
        using (IConsumer<byte[], byte[]> consumer = ConfluentConsumer.Open(broker.BootstrapServers, static config => config.FetchMinBytes = 100_000))
        {
            consumer.Assign(new TopicPartitionOffset("large", 0, Offset.Beginning));
            while (consumer.Consume(TestContext.Current.CancellationToken) is { IsPartitionEOF: false } record) readBytes += record.Message.Value.Length;
        }
        TransferCounters after = broker.Server.Transferred;
        readBytes.ShouldBe((long)RecordsCount * ValueBytes);
        (after.SendFileBytes - before.SendFileBytes).ShouldBeGreaterThanOrEqualTo(readBytes);
        (after.CopyBytes - before.CopyBytes).ShouldBe(0, "bytes of files that were copied through memory");
        // Headers of answers only: a small fraction of a percent.
        (after.MemoryBytes - before.MemoryBytes).ShouldBeLessThan(readBytes / 200);
    }
}
