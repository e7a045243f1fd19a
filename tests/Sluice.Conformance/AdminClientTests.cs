using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Conformance.Peers;

namespace Sluice.Conformance;

/// <summary>librdkafka's admin client.</summary>
public sealed class AdminClientTests : IAsyncLifetime
{
    private InProcessBroker? _broker;
    private IAdminClient? _admin;

    private IAdminClient Admin => _admin!;

    public async ValueTask InitializeAsync()
    {
        _broker = await InProcessBroker.StartAsync();
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _broker.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_broker is not null) await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Topics_are_created_described_and_deleted()
    {
        await Admin.CreateTopicsAsync(
        [
            new TopicSpecification { Name = "one", NumPartitions = 3, ReplicationFactor = 1 },
            new TopicSpecification { Name = "two", NumPartitions = 1, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "1000000" } },
        ]);
        DescribeTopicsResult described = await Admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(["one", "two"]), new DescribeTopicsOptions { IncludeAuthorizedOperations = true });
        described.TopicDescriptions.Select(static topic => (topic.Name, topic.Partitions.Count)).ShouldBe([("one", 3), ("two", 1)]);
        described.TopicDescriptions[0].Partitions.ShouldAllBe(static partition => partition.Leader!.Id == 1 && partition.Replicas.Count == 1 && partition.ISR.Count == 1);
        Confluent.Kafka.Metadata metadata = Admin.GetMetadata(TimeSpan.FromSeconds(10));
        metadata.Topics.Select(static topic => topic.Topic).Order().ShouldBe(["one", "two"]);

        CreateTopicsException again = await Should.ThrowAsync<CreateTopicsException>(() => Admin.CreateTopicsAsync([new TopicSpecification { Name = "one", NumPartitions = 1, ReplicationFactor = 1 }]));
        again.Results[0].Error.Code.ShouldBe(ErrorCode.TopicAlreadyExists);

        await Admin.DeleteTopicsAsync(["one"]);
        Admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(static topic => topic.Topic).ShouldBe(["two"]);
        DeleteTopicsException missing = await Should.ThrowAsync<DeleteTopicsException>(() => Admin.DeleteTopicsAsync(["one"]));
        missing.Results[0].Error.Code.ShouldBe(ErrorCode.UnknownTopicOrPart);
    }

    [Fact]
    public async Task Partitions_are_added_and_all_of_them_are_told()
    {
        await Create("grow", partitions: 2);
        await Admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "grow", IncreaseTo = 5 }]);
        TopicMetadata grown = Admin.GetMetadata("grow", TimeSpan.FromSeconds(10)).Topics.Single();
        grown.Partitions.Select(static partition => partition.PartitionId).Order().ShouldBe([0, 1, 2, 3, 4]);
        grown.Partitions.ShouldAllBe(static partition => partition.Leader == 1 && !partition.Error.IsError);

        CreatePartitionsException fewer = await Should.ThrowAsync<CreatePartitionsException>(() => Admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "grow", IncreaseTo = 3 }]));
        fewer.Results[0].Error.Code.ShouldBe(ErrorCode.InvalidPartitions);
    }

    [Fact]
    public async Task Settings_are_described_completely_and_changed()
    {
        await Create("settings");
        ConfigResource topic = new() { Type = ResourceType.Topic, Name = "settings" };
        DescribeConfigsResult before = (await Admin.DescribeConfigsAsync([topic])).Single();
        before.Entries.Count.ShouldBeGreaterThan(25);
        foreach (string name in new[] { "cleanup.policy", "compression.type", "max.message.bytes", "retention.ms", "segment.bytes", "message.timestamp.type", "min.insync.replicas" })
            before.Entries.ShouldContainKey(name);
        before.Entries["retention.ms"].Value.ShouldBe("604800000");
        before.Entries["retention.ms"].IsDefault.ShouldBeTrue();

        await Admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [topic] =
            [
                new ConfigEntry { Name = "retention.ms", Value = "1000000", IncrementalOperation = AlterConfigOpType.Set },
                new ConfigEntry { Name = "cleanup.policy", Value = "compact", IncrementalOperation = AlterConfigOpType.Append },
            ],
        });
        DescribeConfigsResult after = (await Admin.DescribeConfigsAsync([topic])).Single();
        after.Entries["retention.ms"].Value.ShouldBe("1000000");
        after.Entries["retention.ms"].Source.ShouldBe(ConfigSource.DynamicTopicConfig);
        after.Entries["cleanup.policy"].Value.ShouldBe("delete,compact");

        DescribeConfigsResult ofBroker = (await Admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Broker, Name = "1" }])).Single();
        ofBroker.Entries.Count.ShouldBeGreaterThan(100);
        ofBroker.Entries["log.segment.bytes"].Value.ShouldBe("1073741824");
    }

    [Fact]
    public async Task Records_are_deleted_and_offsets_listed()
    {
        await Create("records");
        using (IProducer<Null, string> producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = _broker!.BootstrapServers }).Build())
        {
            for (int i = 0; i < 10; i++) await producer.ProduceAsync("records", new Message<Null, string> { Value = $"{i}" }, TestContext.Current.CancellationToken);
        }
        TopicPartition partition = new("records", 0);
        (await Offset(partition, OffsetSpec.Latest())).ShouldBe(10);
        (await Offset(partition, OffsetSpec.Earliest())).ShouldBe(0);

        List<DeleteRecordsResult> deleted = await Admin.DeleteRecordsAsync([new TopicPartitionOffset(partition, 4)]);
        deleted[0].Offset.Value.ShouldBe(4);
        (await Offset(partition, OffsetSpec.Earliest())).ShouldBe(4);
        (await Offset(partition, OffsetSpec.ForTimestamp(0))).ShouldBe(4);
        (await Offset(partition, OffsetSpec.MaxTimestamp())).ShouldBeInRange(4, 9);

        DeleteRecordsException beyond = await Should.ThrowAsync<DeleteRecordsException>(() => Admin.DeleteRecordsAsync([new TopicPartitionOffset(partition, 11)]));
        beyond.Results[0].Error.Code.ShouldBe(ErrorCode.OffsetOutOfRange);
    }

    [Fact]
    public async Task The_cluster_is_described()
    {
        DescribeClusterResult cluster = await Admin.DescribeClusterAsync();
        cluster.ClusterId.ShouldBe(_broker!.Server.ClusterId);
        cluster.Controller!.Id.ShouldBe(1);
        cluster.Nodes.Single().Port.ShouldBe(_broker.Port);
    }

    private Task Create(string topic, int partitions = 1) =>
        Admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]);

    private async Task<long> Offset(TopicPartition partition, OffsetSpec spec)
    {
        ListOffsetsResult result = await Admin.ListOffsetsAsync([new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }]);
        return result.ResultInfos.Single().TopicPartitionOffsetError.Offset.Value;
    }
}
