using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>What librdkafka's producer sends is what its consumer reads: all of it, in order, byte for byte.</summary>
public sealed class ProduceAndConsumeTests
{
    private const int PartitionsCount = 3;

    public static TheoryData<CompressionType> Codecs =>
        [CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task What_was_produced_is_consumed_also_after_a_restart(CompressionType codec)
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryFolder data = new("data");
        await using (SluiceProcess broker = await SluiceProcess.StartAsync(data.Path))
        {
            await CreateTopic(broker, "records");
            using ConfluentProducer producer = new(broker.BootstrapServers, "records", PartitionsCount, codec);
            producer.Send(0, Volume.RecordsCount, deadline.Token);
            producer.Flush(Volume.Patience);
            producer.Failures.ShouldBeEmpty();
            producer.Acknowledged.Count.ShouldBe(Volume.RecordsCount);
            ShouldBeComplete(ConfluentConsumer.ReadAll(broker.BootstrapServers, "records", PartitionsCount, deadline.Token));
            (await broker.StopAsync()).ShouldBe(0, broker.Output);
        }
        await using SluiceProcess again = await SluiceProcess.StartAsync(data.Path);
        ShouldBeComplete(ConfluentConsumer.ReadAll(again.BootstrapServers, "records", PartitionsCount, deadline.Token));
    }

    [Theory]
    [InlineData(CompressionType.None, true)]
    [InlineData(CompressionType.Zstd, false)]
    public async Task What_was_acknowledged_is_there_after_the_broker_was_killed_under_load(CompressionType codec, bool idempotent)
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryFolder data = new("data");
        int port = FreePorts.Find();
        SluiceProcess broker = await SluiceProcess.StartAsync(data.Path, port);
        await using SluiceProcess _ = broker;
        await CreateTopic(broker, "records");
        using ConfluentProducer producer = new(broker.BootstrapServers, "records", PartitionsCount, codec, config => config.EnableIdempotence = idempotent);
        // The last part is sent to nobody, so that the load cannot be over before the kill, however fast it goes.
        int sentToTheFirst = Volume.RecordsCount * 3 / 4;
        Task sending = Task.Run(() => producer.Send(0, sentToTheFirst, deadline.Token), deadline.Token);
        while (producer.Acknowledged.Count < Volume.RecordsCount / 4) await Task.Delay(1, deadline.Token);
        await broker.KillAsync();
        sending = sending.ContinueWith(
            _ => producer.Send(sentToTheFirst, Volume.RecordsCount, deadline.Token), deadline.Token, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

        await using SluiceProcess again = await SluiceProcess.StartAsync(data.Path, port);
        await sending;
        producer.Flush(Volume.Patience);
        producer.Failures.ShouldBeEmpty();
        producer.Acknowledged.Count.ShouldBe(Volume.RecordsCount);
        IReadOnlyList<IReadOnlyList<(long Offset, int Index)>> read = ConfluentConsumer.ReadAll(again.BootstrapServers, "records", PartitionsCount, deadline.Token);
        foreach ((int index, long offset) in producer.Acknowledged)
            read[ExpectedRecord.Partition(index, PartitionsCount)][(int)offset].ShouldBe((offset, index));
        if (idempotent) ShouldBeComplete(read);
    }

    // Every partition holds every third index, ascending, from offset 0 on without a gap.
    private static void ShouldBeComplete(IReadOnlyList<IReadOnlyList<(long Offset, int Index)>> read)
    {
        for (int partition = 0; partition < PartitionsCount; partition++)
        {
            IReadOnlyList<(long Offset, int Index)> records = read[partition];
            records.Count.ShouldBe((Volume.RecordsCount - partition + PartitionsCount - 1) / PartitionsCount, $"partition {partition}");
            for (int i = 0; i < records.Count; i++)
            {
                if (records[i] != (i, (i * PartitionsCount) + partition)) Assert.Fail($"partition {partition} holds record {records[i].Index} at offset {records[i].Offset}, place {i}");
            }
        }
    }

    private static async Task CreateTopic(SluiceProcess broker, string topic)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = PartitionsCount, ReplicationFactor = 1 }]);
    }

    private static CancellationTokenSource Deadline()
    {
        CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Volume.Patience);
        return deadline;
    }
}
