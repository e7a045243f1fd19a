using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Client;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;
using TopicPartition = Confluent.Kafka.TopicPartition;

namespace Sluice.Conformance;

/// <summary>Places where brokers of this kind have gone wrong before.</summary>
public sealed class TrapTests : IAsyncLifetime
{
    private InProcessBroker? _broker;

    private InProcessBroker Broker => _broker!;

    public async ValueTask InitializeAsync() => _broker = await InProcessBroker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }

    [Fact]
    public async Task A_fetch_from_the_middle_of_a_batch_returns_the_whole_batch_and_the_consumer_starts_in_its_middle()
    {
        await Create("batches");
        await ProduceBatch("batches", [.. Enumerable.Range(0, 10).Select(static i => (100_000L + i, $"{i}"))]);

        await using KafkaConnection connection = await Connect();
        FetchResponse response = await connection.SendAsync(
            new FetchRequest { Topics = { new() { Topic = "batches", Partitions = { new() { FetchOffset = 7, PartitionMaxBytes = 1 << 20 } } } } },
            version: 12,
            TestContext.Current.CancellationToken);
        ReadOnlyMemory<byte> records = response.Responses[0].Partitions[0].Records.Bytes;
        RecordBatchView batch = new(records.Span);
        batch.SizeBytes.ShouldBe(records.Length);
        (batch.BaseOffset, batch.LastOffset, batch.RecordsCount).ShouldBe((0, 9, 10));

        using IConsumer<byte[], byte[]> consumer = ConfluentConsumer.Open(Broker.BootstrapServers);
        consumer.Assign(new TopicPartitionOffset("batches", 0, 7));
        consumer.Consume(TestContext.Current.CancellationToken).Offset.Value.ShouldBe(7);
    }

    [Theory]
    [InlineData(Confluent.Kafka.CompressionType.None)]
    [InlineData(Confluent.Kafka.CompressionType.Gzip)]
    public async Task Offsets_for_times_find_the_record_and_not_the_start_of_its_batch(Confluent.Kafka.CompressionType codec)
    {
        await Create("times");
        long startMs = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeMilliseconds();
        await ProduceBatch("times", [.. Enumerable.Range(0, 100).Select(i => (startMs + (i * 1000), $"{i}"))], codec);
        using IConsumer<byte[], byte[]> consumer = ConfluentConsumer.Open(Broker.BootstrapServers);
        foreach ((long afterMs, long offset) in new (long, long)[] { (-1, 0), (0, 0), (1, 1), (37_000, 37), (37_001, 38), (98_500, 99), (99_000, 99) })
        {
            TopicPartitionTimestamp asked = new("times", 0, new Timestamp(startMs + afterMs, Confluent.Kafka.TimestampType.CreateTime));
            consumer.OffsetsForTimes([asked], TimeSpan.FromSeconds(10)).Single().Offset.Value.ShouldBe(offset, $"{afterMs} ms");
        }
        TopicPartitionTimestamp late = new("times", 0, new Timestamp(startMs + 99_001, Confluent.Kafka.TimestampType.CreateTime));
        consumer.OffsetsForTimes([late], TimeSpan.FromSeconds(10)).Single().Offset.ShouldBe(Offset.End);
    }

    [Fact]
    public async Task A_batch_above_max_message_bytes_is_refused_and_one_below_is_not()
    {
        await Create("small", new() { ["max.message.bytes"] = "5000" });
        using IProducer<Null, byte[]> producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = Broker.BootstrapServers }).Build();
        await producer.ProduceAsync("small", new Message<Null, byte[]> { Value = new byte[4000] }, TestContext.Current.CancellationToken);
        ProduceException<Null, byte[]> refused = await Should.ThrowAsync<ProduceException<Null, byte[]>>(
            () => producer.ProduceAsync("small", new Message<Null, byte[]> { Value = new byte[6000] }, TestContext.Current.CancellationToken));
        refused.Error.Code.ShouldBe(ErrorCode.MsgSizeTooLarge);
    }

    [Fact]
    public async Task A_deleted_and_recreated_topic_has_a_new_id_and_the_old_one_is_refused()
    {
        Protocol.Uuid oldId = await Create("again");
        await ProduceBatch("again", [(1000, "old")]);
        using IAdminClient admin = Admin();
        await admin.DeleteTopicsAsync(["again"]);
        Protocol.Uuid newId = await Create("again");
        newId.ShouldNotBe(oldId);

        await using KafkaConnection connection = await Connect();
        FetchResponse byOldId = await Fetch(connection, oldId);
        byOldId.Responses[0].Partitions[0].ErrorCode.ShouldBe(Protocol.ErrorCode.UnknownTopicId);
        FetchResponse byNewId = await Fetch(connection, newId);
        byNewId.Responses[0].Partitions[0].ErrorCode.ShouldBe(Protocol.ErrorCode.None);
        byNewId.Responses[0].Partitions[0].HighWatermark.ShouldBe(0);
        ProduceResponse produced = await connection.SendAsync(
            new ProduceRequest { Acks = -1, TimeoutMs = 1000, TopicData = { new() { TopicId = oldId, PartitionData = { new() { Records = new Records(Batch([(1000, "x")])) } } } } },
            version: 13,
            TestContext.Current.CancellationToken);
        produced.Responses[0].PartitionResponses[0].ErrorCode.ShouldBe(Protocol.ErrorCode.UnknownTopicId);
    }

    [Fact]
    public async Task A_new_topic_is_usable_as_soon_as_its_creation_is_answered()
    {
        await using KafkaConnection connection = await Connect();
        for (int i = 0; i < 50; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"new-{i}");
            await Create(name);
            ProduceResponse produced = await connection.SendAsync(
                new ProduceRequest { Acks = -1, TimeoutMs = 1000, TopicData = { new() { Name = name, PartitionData = { new() { Records = new Records(Batch([(1000, "x")])) } } } } },
                version: 12,
                TestContext.Current.CancellationToken);
            produced.Responses[0].PartitionResponses[0].ErrorCode.ShouldBe(Protocol.ErrorCode.None, name);
        }
    }

    private static byte[] Batch(IReadOnlyList<(long TimestampMs, string Value)> records, Protocol.Records.CompressionType codec = Protocol.Records.CompressionType.None)
    {
        RecordBatchBuilder builder = new() { CompressionType = codec };
        foreach ((long timestampMs, string value) in records) builder.Append(timestampMs, NullableBytes.Null, System.Text.Encoding.UTF8.GetBytes(value));
        return builder.Build().ToArray();
    }

    private static Task<FetchResponse> Fetch(KafkaConnection connection, Protocol.Uuid topicId) => connection.SendAsync(
        new FetchRequest { Topics = { new() { TopicId = topicId, Partitions = { new() { PartitionMaxBytes = 1 << 20 } } } } },
        version: 13,
        TestContext.Current.CancellationToken);

    private async Task ProduceBatch(
        string topic, IReadOnlyList<(long TimestampMs, string Value)> records, Confluent.Kafka.CompressionType codec = Confluent.Kafka.CompressionType.None)
    {
        await using KafkaConnection connection = await Connect();
        Protocol.Records.CompressionType ofBatch = codec == Confluent.Kafka.CompressionType.Gzip ? Protocol.Records.CompressionType.Gzip : Protocol.Records.CompressionType.None;
        ProduceResponse response = await connection.SendAsync(
            new ProduceRequest { Acks = -1, TimeoutMs = 1000, TopicData = { new() { Name = topic, PartitionData = { new() { Records = new Records(Batch(records, ofBatch)) } } } } },
            version: 12,
            TestContext.Current.CancellationToken);
        response.Responses[0].PartitionResponses[0].ErrorCode.ShouldBe(Protocol.ErrorCode.None);
    }

    private async Task<Protocol.Uuid> Create(string topic, Dictionary<string, string>? configs = null)
    {
        using IAdminClient admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1, Configs = configs }]);
        await using KafkaConnection connection = await Connect();
        MetadataResponse metadata = await connection.SendAsync(new MetadataRequest { Topics = new() { new() { Name = topic } } }, version: 12, TestContext.Current.CancellationToken);
        return metadata.Topics[0].TopicId;
    }

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Broker.BootstrapServers }).Build();

    private Task<KafkaConnection> Connect() => KafkaConnection.ConnectAsync(new BrokerEndpoint("127.0.0.1", Broker.Port), cancellationToken: TestContext.Current.CancellationToken);
}
