using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Configs;

public class DescribeConfigsTests
{
    private const sbyte OfTopic = 1;
    private const sbyte OfBroker = 2;
    private const sbyte OfCluster = 3;
    private const sbyte OfStart = 4;
    private const sbyte OfDefault = 5;

    [Fact]
    public async Task A_topic_is_described_completely_with_where_each_setting_comes_from()
    {
        await using TestBroker broker = await TestBroker.StartAsync("log.retention.hours=10");
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events", 1, ("max.message.bytes", "5000"));
        (await connection.AlterBrokerAsync("", "log.retention.ms", "7200000")).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.AlterBrokerAsync("1", "message.max.bytes", "7000")).ErrorCode.ShouldBe(ErrorCode.None);

        DescribeConfigsResponse.DescribeConfigsResult result = await connection.DescribeAsync(ConfigCalls.Topic, "events");
        result.ErrorCode.ShouldBe(ErrorCode.None);
        result.Configs.Select(static config => config.Name).ShouldBe(TopicConfigKeys.Table.Keys.Where(static key => !key.IsHidden).Select(static key => key.Name));
        result.Configs.ShouldAllBe(static config => !config.ReadOnly && !config.IsSensitive && !string.IsNullOrEmpty(config.Documentation) && config.ConfigType != 0);

        DescribeConfigsResponse.DescribeConfigsResourceResult size = result.Configs.Single(static config => config.Name == "max.message.bytes");
        (size.Value, size.ConfigSource).ShouldBe(("5000", OfTopic));
        size.Synonyms.Select(static synonym => (synonym.Name, synonym.Value, synonym.Source)).ShouldBe(
        [
            ("max.message.bytes", "5000", OfTopic), ("message.max.bytes", "7000", OfBroker), ("message.max.bytes", "1048588", OfDefault),
        ]);
        DescribeConfigsResponse.DescribeConfigsResourceResult retention = result.Configs.Single(static config => config.Name == "retention.ms");
        (retention.Value, retention.ConfigSource).ShouldBe(("7200000", OfCluster));
        retention.Synonyms.Select(static synonym => (synonym.Name, synonym.Value, synonym.Source)).ShouldBe(
        [
            ("log.retention.ms", "7200000", OfCluster), ("log.retention.hours", "10", OfStart), ("log.retention.hours", "168", OfDefault),
        ]);
    }

    [Fact]
    public async Task A_broker_is_described_completely_and_the_cluster_by_what_was_set()
    {
        await using TestBroker broker = await TestBroker.StartAsync("num.partitions=3");
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.AlterBrokerAsync("", "message.max.bytes", "7000")).ErrorCode.ShouldBe(ErrorCode.None);

        DescribeConfigsResponse.DescribeConfigsResult own = await connection.DescribeAsync(ConfigCalls.Broker, "1");
        own.Configs.Select(static config => config.Name).ShouldBe(BrokerConfigKeys.Table.Keys.Where(static key => !key.IsHidden).Select(static key => key.Name));
        Find(own, "num.partitions").ShouldBe(("3", OfStart));
        Find(own, "message.max.bytes").ShouldBe(("7000", OfCluster));
        Find(own, "fetch.max.bytes").ShouldBe(("57671680", OfDefault));
        own.Configs.Where(static config => config.IsSensitive).ShouldAllBe(static config => config.Value == null);
        own.Configs.Single(static config => config.Name == "node.id").ReadOnly.ShouldBeTrue();

        DescribeConfigsResponse.DescribeConfigsResult cluster = await connection.DescribeAsync(ConfigCalls.Broker, "");
        cluster.Configs.ShouldHaveSingleItem();
        Find(cluster, "message.max.bytes").ShouldBe(("7000", OfCluster));

        static (string?, sbyte) Find(DescribeConfigsResponse.DescribeConfigsResult result, string name)
        {
            DescribeConfigsResponse.DescribeConfigsResourceResult config = result.Configs.Single(config => config.Name == name);
            return (config.Value, config.ConfigSource);
        }
    }

    [Theory]
    [InlineData(ConfigCalls.Topic, "unknown", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(ConfigCalls.Topic, "a/b", ErrorCode.InvalidTopicException)]
    [InlineData(ConfigCalls.Topic, "", ErrorCode.InvalidTopicException)]
    [InlineData(ConfigCalls.Broker, "2", ErrorCode.InvalidRequest)]
    [InlineData(ConfigCalls.Broker, "one", ErrorCode.InvalidRequest)]
    [InlineData((sbyte)0, "x", ErrorCode.InvalidRequest)]
    [InlineData((sbyte)99, "x", ErrorCode.InvalidRequest)]
    public async Task What_is_not_there_is_told_with_a_reason(sbyte type, string name, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        DescribeConfigsResponse.DescribeConfigsResult result = await connection.DescribeAsync(type, name);
        (result.ErrorCode, result.ResourceType, result.ResourceName).ShouldBe((error, type, name));
        result.ErrorMessage.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Settings_that_nobody_knows_are_left_out()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        (await connection.DescribeAsync(ConfigCalls.Topic, "events", "no.such", "retention.ms")).Configs.ShouldHaveSingleItem().Name.ShouldBe("retention.ms");
    }
}
