using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Configs;

public class AlterConfigsTests
{
    [Fact]
    public async Task A_topics_largest_batch_changes_at_once_and_the_change_survives_a_restart()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        (await connection.AlterTopicAsync("events", "max.message.bytes", "500")).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ProduceAsync(topic, Batches.OfSize(500))).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        await broker.RestartAsync();

        connection = await broker.ConnectAsync();
        (await connection.ProduceAsync(topic, Batches.OfSize(500))).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        (await connection.AlterTopicAsync("events", "max.message.bytes", null, ConfigCalls.Delete)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ProduceAsync(topic, Batches.OfSize(500))).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    public async Task A_brokers_default_reaches_the_topics_that_do_not_say_otherwise(string resource)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic plain = await connection.CreateTopicAsync("plain");
        TestTopic own = await connection.CreateTopicAsync("own", 1, ("max.message.bytes", "100000"));
        (await connection.AlterBrokerAsync(resource, "message.max.bytes", "500")).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ProduceAsync(plain, Batches.OfSize(500))).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        (await connection.ProduceAsync(own, Batches.OfSize(500))).ErrorCode.ShouldBe(ErrorCode.None);
        await broker.RestartAsync();

        connection = await broker.ConnectAsync();
        (await connection.ProduceAsync(plain, Batches.OfSize(500))).ErrorCode.ShouldBe(ErrorCode.MessageTooLarge);
        (await connection.AlterBrokerAsync(resource, "message.max.bytes", null, ConfigCalls.Delete)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.ProduceAsync(plain, Batches.OfSize(500))).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task The_kind_of_timestamps_changes_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        broker.Time.Advance(TimeSpan.FromMinutes(5));
        await connection.AppendAsync(topic, "a");
        await connection.AlterTopicAsync("events", "message.timestamp.type", "LogAppendTime");
        await connection.AppendAsync(topic, "b");
        await connection.AlterTopicAsync("events", "message.timestamp.type", "CreateTime");
        await connection.AppendAsync(topic, "c");
        Batches.Read((await connection.FetchAsync(topic, 0)).Records).Select(static record => record.TimestampMs).ShouldBe(
            [TestBroker.StartMs, broker.NowMs, TestBroker.StartMs]);
    }

    [Fact]
    public async Task Retention_follows_a_change_without_a_restart()
    {
        await using TestBroker broker = await TestBroker.StartAsync("connections.max.idle.ms=-1");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 1, ("segment.bytes", "1048576"));
        for (int i = 0; i < 3; i++) await connection.AppendAsync(topic, Batches.OfSize(600_000));
        broker.Time.Advance(TimeSpan.FromHours(1));
        await connection.AppendAsync(topic, Batches.At(broker.NowMs, "young"));
        (await connection.OffsetAsync(topic, -2)).ShouldBe(0);

        (await connection.AlterTopicAsync("events", "retention.ms", "1800000")).ErrorCode.ShouldBe(ErrorCode.None);
        await broker.AdvanceUntilAsync(TimeSpan.FromMinutes(1), async () => await connection.OffsetAsync(topic, -2) > 0);
        List<string?> left = await connection.ReadAllAsync(topic);
        left[^1].ShouldBe("young");
        left.Count.ShouldBeLessThan(4);
    }

    [Fact]
    public async Task Lists_are_added_to_and_taken_from()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        (await ChangeAsync("compact", ConfigCalls.Append)).ShouldBe("delete,compact");
        (await ChangeAsync("compact", ConfigCalls.Append)).ShouldBe("delete,compact");
        (await ChangeAsync("delete", ConfigCalls.Subtract)).ShouldBe("compact");
        (await ChangeAsync("delete", ConfigCalls.Subtract)).ShouldBe("compact");
        (await connection.AlterTopicAsync("events", "cleanup.policy", "shred", ConfigCalls.Append)).ErrorCode.ShouldBe(ErrorCode.InvalidConfig);
        (await connection.AlterTopicAsync("events", "retention.ms", "1", ConfigCalls.Append)).ErrorCode.ShouldBe(ErrorCode.InvalidConfig);

        async Task<string?> ChangeAsync(string value, sbyte operation)
        {
            (await connection.AlterTopicAsync("events", "cleanup.policy", value, operation)).ErrorCode.ShouldBe(ErrorCode.None);
            return (await connection.DescribeOneAsync(ConfigCalls.Topic, "events", "cleanup.policy")).Value;
        }
    }

    [Theory]
    [InlineData(ConfigCalls.Topic, "events", "remote.storage.enable", "true", ErrorCode.InvalidConfig)]
    [InlineData(ConfigCalls.Topic, "events", "retention.ms", "-2", ErrorCode.InvalidConfig)]
    [InlineData(ConfigCalls.Topic, "events", "retention.mss", "1", ErrorCode.InvalidConfig)]
    [InlineData(ConfigCalls.Topic, "events", "retention.ms", null, ErrorCode.InvalidRequest)]
    [InlineData(ConfigCalls.Topic, "unknown", "retention.ms", "1", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(ConfigCalls.Topic, "", "retention.ms", "1", ErrorCode.InvalidRequest)]
    [InlineData(ConfigCalls.Broker, "1", "node.id", "7", ErrorCode.InvalidRequest)]
    [InlineData(ConfigCalls.Broker, "", "log.dir", "/elsewhere", ErrorCode.InvalidRequest)]
    [InlineData(ConfigCalls.Broker, "1", "message.max.bytes", "many", ErrorCode.InvalidRequest)]
    [InlineData(ConfigCalls.Broker, "7", "message.max.bytes", "1000", ErrorCode.InvalidRequest)]
    [InlineData((sbyte)77, "x", "message.max.bytes", "1000", ErrorCode.InvalidRequest)]
    public async Task What_cannot_be_set_is_refused_with_a_reason(sbyte type, string resource, string name, string? value, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        IncrementalAlterConfigsResponse.AlterConfigsResourceResponse answer = await connection.AlterAsync(type, resource, name, value);
        (answer.ErrorCode, answer.ResourceType, answer.ResourceName).ShouldBe((error, type, resource));
        answer.ErrorMessage.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Only_validating_changes_nothing()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        (await connection.AlterAsync(ConfigCalls.Topic, "events", "retention.ms", "1000", validateOnly: true)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.AlterAsync(ConfigCalls.Topic, "events", "retention.ms", "x", validateOnly: true)).ErrorCode.ShouldBe(ErrorCode.InvalidConfig);
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "events", "retention.ms")).Value.ShouldBe("604800000");
    }

    [Fact]
    public async Task One_resource_that_fails_does_not_stop_the_others_but_is_changed_in_nothing()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("bad");
        await connection.CreateTopicAsync("good");
        IncrementalAlterConfigsRequest request = new();
        foreach (string name in new[] { "bad", "good" })
        {
            IncrementalAlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
            resource.ResourceType = ConfigCalls.Topic;
            resource.ResourceName = name;
            IncrementalAlterConfigsRequest.AlterableConfig sound = resource.Configs.Add();
            sound.Name = "retention.ms";
            sound.Value = "1000";
            if (name == "good") continue;
            IncrementalAlterConfigsRequest.AlterableConfig unsound = resource.Configs.Add();
            unsound.Name = "segment.ms";
            unsound.Value = "-5";
        }
        (await connection.SendAsync(request)).Responses.Select(static answer => answer.ErrorCode).ShouldBe([ErrorCode.InvalidConfig, ErrorCode.None]);
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "bad", "retention.ms")).Value.ShouldBe("604800000");
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "good", "retention.ms")).Value.ShouldBe("1000");
    }

    [Fact]
    public async Task The_older_way_replaces_all_settings()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events", 1, ("retention.ms", "1000"), ("segment.ms", "2000"));
        AlterConfigsRequest request = new();
        AlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
        resource.ResourceType = ConfigCalls.Topic;
        resource.ResourceName = "events";
        AlterConfigsRequest.AlterableConfig config = resource.Configs.Add();
        config.Name = "segment.ms";
        config.Value = "3000";
        (await connection.SendAsync(request)).Responses.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "events", "segment.ms")).Value.ShouldBe("3000");
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "events", "retention.ms")).Value.ShouldBe("604800000");
    }

    [Fact]
    public async Task A_resource_named_twice_is_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        IncrementalAlterConfigsRequest request = new();
        for (int i = 0; i < 2; i++)
        {
            IncrementalAlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
            resource.ResourceType = ConfigCalls.Topic;
            resource.ResourceName = "events";
            IncrementalAlterConfigsRequest.AlterableConfig config = resource.Configs.Add();
            config.Name = i == 0 ? "retention.ms" : "segment.ms";
            config.Value = "1000";
        }
        (await connection.SendAsync(request)).Responses.ShouldAllBe(static answer => answer.ErrorCode == ErrorCode.InvalidRequest);
    }

    [Fact]
    public async Task A_codec_set_later_holds_for_what_is_appended_later()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        await connection.AlterTopicAsync("events", "compression.type", "lz4");
        await connection.AppendAsync(topic, "b");
        FetchResponse.PartitionData data = await connection.FetchAsync(topic, 1);
        new RecordBatchView(data.Records.Bytes.Span).CompressionType.ShouldBe(CompressionType.Lz4);
        (await connection.ReadAllAsync(topic)).ShouldBe(["a", "b"]);
    }
}
