using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>What operators ask about transactions, where it makes no sense.</summary>
public sealed class OperatorRequestTests
{
    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(5, -1, 0)]
    [InlineData(5, 0, -1)]
    public async Task Marker_of_nobody_is_refused_and_not_written(long producerId, short epoch, sbyte transactionVersion)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("t");
        WriteTxnMarkersResponse response = await connection.SendAsync(Marker(topic, producerId, epoch, transactionVersion, 0));
        response.Markers.ShouldHaveSingleItem().Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        (await connection.SendAsync(Marker(topic, producerId: 5, epoch: 0, transactionVersion: 0, 0)))
            .Markers.ShouldHaveSingleItem().Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.EndOffsetAsync(topic)).ShouldBe(1);
    }

    [Fact]
    public async Task Marker_for_no_partition_is_not_answered()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("t");
        (await connection.SendAsync(Marker(topic, 5, 0, 0))).Markers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("no/name", ErrorCode.InvalidTopicException)]
    [InlineData("", ErrorCode.InvalidTopicException)]
    [InlineData("absent", ErrorCode.UnknownTopicOrPartition)]
    public async Task Producers_of_a_topic_that_cannot_be_or_is_not_there_are_refused_with_a_text(string name, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using KafkaConnection connection = await broker.ConnectAsync();
        DescribeProducersRequest request = new() { Topics = { new() { Name = name, PartitionIndexes = [0] } } };
        DescribeProducersResponse.PartitionResponse answer =
            (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();
        answer.ErrorCode.ShouldBe(error);
        answer.ErrorMessage.ShouldNotBeNullOrEmpty();
    }

    private static WriteTxnMarkersRequest Marker(TestTopic topic, long producerId, short epoch, sbyte transactionVersion, params int[] partitions) => new()
    {
        Markers =
        {
            new()
            {
                ProducerId = producerId, ProducerEpoch = epoch, TransactionVersion = transactionVersion,
                Topics = { new() { Name = topic.Name, PartitionIndexes = [.. partitions] } },
            },
        },
    };
}
