using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Topics;

public class ListOffsetsTests
{
    public static TheoryData<short> Versions() => [.. Enumerable.Range(1, 11).Select(static version => (short)version)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Special_timestamps_are_answered_from_the_version_that_brought_them(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, Batches.At(broker.NowMs, "a", "b", "c"));
        await connection.AppendAsync(topic, Batches.At(broker.NowMs - 5000, "d"));
        await connection.DeleteRecordsAsync(topic, 1);

        int leaderEpoch = version >= 4 ? 0 : -1;
        await ShouldBeAsync(-1, 1, (ErrorCode.None, 4, -1, leaderEpoch));
        await ShouldBeAsync(-2, 1, (ErrorCode.None, 1, -1, leaderEpoch));
        await ShouldBeAsync(-3, 7, (ErrorCode.None, 2, broker.NowMs + 2, leaderEpoch));
        await ShouldBeAsync(-4, 8, (ErrorCode.None, 1, -1, leaderEpoch));
        await ShouldBeAsync(-5, 9, (ErrorCode.None, -1, -1, -1));
        await ShouldBeAsync(-6, 11, (ErrorCode.None, -1, -1, -1));
        await ShouldBeAsync(-7, short.MaxValue, default);
        await ShouldBeAsync(long.MinValue, short.MaxValue, default);

        async Task ShouldBeAsync(long timestamp, short firstVersion, (ErrorCode, long, long, int) expected)
        {
            ListOffsetsResponse.ListOffsetsPartitionResponse answer = await connection.ListOffsetsAsync(topic, timestamp, version: version);
            (answer.ErrorCode, answer.Offset, answer.Timestamp, answer.LeaderEpoch).ShouldBe(
                version < firstVersion ? (ErrorCode.UnsupportedVersion, -1, -1, -1) : expected, $"timestamp {timestamp}");
        }
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Zstd)]
    public async Task A_timestamp_finds_the_record_not_the_batch(CompressionType compression)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        // Stamped one millisecond after the other, from the beginning of the clock on.
        await connection.AppendAsync(topic, Batches.Compressed(compression, [.. Enumerable.Range(0, 100).Select(static i => $"{i}")]));
        await connection.AppendAsync(topic, Batches.At(broker.NowMs + 1000, "later"));

        (await FindAsync(broker.NowMs - 1000)).ShouldBe((0L, broker.NowMs));
        (await FindAsync(broker.NowMs)).ShouldBe((0L, broker.NowMs));
        (await FindAsync(broker.NowMs + 57)).ShouldBe((57L, broker.NowMs + 57));
        (await FindAsync(broker.NowMs + 100)).ShouldBe((100L, broker.NowMs + 1000));
        (await FindAsync(broker.NowMs + 1001)).ShouldBe((-1L, -1L));
        (await FindAsync(0)).ShouldBe((0L, broker.NowMs));

        await connection.DeleteRecordsAsync(topic, 60);
        (await FindAsync(broker.NowMs + 57)).ShouldBe((60L, broker.NowMs + 60), "what was deleted is not found");

        async Task<(long, long)> FindAsync(long timestamp)
        {
            ListOffsetsResponse.ListOffsetsPartitionResponse answer = await connection.ListOffsetsAsync(topic, timestamp);
            answer.ErrorCode.ShouldBe(ErrorCode.None);
            return (answer.Offset, answer.Timestamp);
        }
    }

    [Fact]
    public async Task An_empty_partition_has_ends_and_no_records()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        (await connection.OffsetAsync(topic, -1)).ShouldBe(0);
        (await connection.OffsetAsync(topic, -2)).ShouldBe(0);
        (await connection.OffsetAsync(topic, -3)).ShouldBe(-1);
        (await connection.OffsetAsync(topic, 0)).ShouldBe(-1);
    }

    [Fact]
    public async Task Unknown_partitions_repeated_partitions_and_foreign_epochs_are_told_each_for_itself()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 3);
        ListOffsetsRequest request = BrokerCalls.ListOffsetsRequest(topic, -1, partition: 0);
        foreach ((int index, int epoch) in new[] { (1, -1), (1, -1), (2, 5), (3, -1) })
        {
            ListOffsetsRequest.ListOffsetsPartition partition = request.Topics[0].Partitions.Add();
            partition.PartitionIndex = index;
            partition.CurrentLeaderEpoch = epoch;
            partition.Timestamp = -1;
        }
        ListOffsetsResponse response = await connection.SendAsync(request);
        response.Topics.ShouldHaveSingleItem().Partitions.Select(static partition => partition.ErrorCode).ShouldBe(
        [
            ErrorCode.None, ErrorCode.InvalidRequest, ErrorCode.UnknownLeaderEpoch, ErrorCode.UnknownTopicOrPartition,
        ]);
    }

    [Theory]
    [InlineData(0, ErrorCode.None, 0, 2)]
    [InlineData(1, ErrorCode.None, -1, -1)]
    public async Task The_end_of_a_leader_epoch_is_known_up_to_the_present_one(int epoch, ErrorCode error, int answeredEpoch, long endOffset)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a", "b");
        OffsetForLeaderEpochRequest request = new() { ReplicaId = -1 };
        OffsetForLeaderEpochRequest.OffsetForLeaderTopic asked = request.Topics.Add();
        asked.Topic = topic.Name;
        asked.Partitions.Add().LeaderEpoch = epoch;
        OffsetForLeaderEpochResponse.EpochEndOffset answer =
            (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();
        (answer.ErrorCode, answer.LeaderEpoch, answer.EndOffset).ShouldBe((error, answeredEpoch, endOffset));
    }
}
