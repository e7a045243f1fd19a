using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Fetching;

public class LongPollTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task A_fetch_at_the_end_is_answered_by_the_next_append()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        Task<FetchResponse> waiting = await StartAsync(broker, Request(topic, minBytes: 1, (0, 0), (1, 0)));
        await connection.AppendAsync(topic, Batches.Of("a"), partition: 1);

        FetchResponse response = await waiting;
        response.Responses[0].Partitions.Count.ShouldBe(2);
        Batches.Values(response.Responses[0].Partitions[1].Records).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_fetch_that_finds_enough_does_not_wait()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        byte[] batch = Batches.Of("a");
        await connection.AppendAsync(topic, batch);
        Batches.Values((await connection.SendAsync(Request(topic, minBytes: batch.Length, (0, 0)))).Single().Records).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Too_few_bytes_wait_for_more()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        byte[] batch = Batches.Of("a");
        await connection.AppendAsync(topic, batch);
        Task<FetchResponse> waiting = await StartAsync(broker, Request(topic, minBytes: batch.Length * 3, (0, 0)));
        await connection.AppendAsync(topic, batch);
        await connection.SendAsync(new DescribeClusterRequest());
        waiting.IsCompleted.ShouldBeFalse();

        await connection.AppendAsync(topic, batch);
        Batches.BaseOffsets((await waiting).Single().Records).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task The_deadline_answers_with_what_there_is()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        Task<FetchResponse> waiting = await StartAsync(broker, Request(topic, minBytes: 100_000, (0, 0)));
        broker.Time.Advance(Wait - TimeSpan.FromMilliseconds(1));
        await connection.SendAsync(new DescribeClusterRequest());
        waiting.IsCompleted.ShouldBeFalse();

        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(1), () => Task.FromResult(waiting.IsCompleted));
        Batches.Values((await waiting).Single().Records).ShouldBe(["a"]);
    }

    [Fact]
    public async Task An_empty_fetch_is_answered_empty_at_its_deadline()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        Task<FetchResponse> waiting = await StartAsync(broker, Request(topic, minBytes: 1, (0, 0)));
        await broker.AdvanceUntilAsync(Wait, () => Task.FromResult(waiting.IsCompleted));
        FetchResponse.PartitionData data = (await waiting).Single();
        (data.ErrorCode, data.Records.SizeBytes, data.HighWatermark).ShouldBe((ErrorCode.None, 0, 0L));
    }

    [Theory]
    [InlineData((short)12, ErrorCode.UnknownTopicOrPartition)]
    [InlineData((short)13, ErrorCode.UnknownTopicId)]
    public async Task Deleting_the_topic_answers_the_fetches_that_wait_for_it(short version, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        Task<FetchResponse> waiting = await StartAsync(broker, Request(topic, minBytes: 1, (0, 0)), version);
        (await connection.DeleteTopicAsync("events")).ShouldBe(ErrorCode.None);
        (await waiting).Single().ErrorCode.ShouldBe(error);
    }

    [Fact]
    public async Task An_error_in_one_partition_is_answered_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchResponse response = await connection.SendAsync(Request(topic, minBytes: 1, (0, 0), (1, 0)));
        response.Responses[0].Partitions[1].ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);
    }

    [Fact]
    public async Task Deleting_records_beyond_the_offset_waited_for_is_told_at_the_latest_with_the_next_append()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a", "b", "c");
        Task<FetchResponse> waiting = await StartAsync(broker, Request(topic, minBytes: 100_000, (0, 1)));
        (await connection.DeleteRecordsAsync(topic, 3)).LowWatermark.ShouldBe(3);
        await connection.AppendAsync(topic, "d");
        (await waiting).Single().ErrorCode.ShouldBe(ErrorCode.OffsetOutOfRange);
    }

    [Fact]
    public async Task Many_fetches_wait_for_one_partition_and_all_are_answered()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        for (int round = 0; round < 3; round++)
        {
            List<Task<FetchResponse>> waiting = [];
            for (int i = 0; i < 20; i++) waiting.Add(await StartAsync(broker, Request(topic, minBytes: 1, (0, round))));
            await connection.AppendAsync(topic, $"round {round}");
            foreach (FetchResponse response in await Task.WhenAll(waiting)) Batches.Values(response.Single().Records).ShouldBe([$"round {round}"]);
        }
    }

    [Fact]
    public async Task One_connection_waits_again_and_again()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection producer = await broker.ConnectAsync();
        KafkaConnection consumer = await broker.ConnectAsync();
        TestTopic topic = await producer.CreateTopicAsync("events");
        for (int i = 0; i < 300; i++)
        {
            Task<FetchResponse> waiting = consumer.SendAsync(Request(topic, minBytes: 1, (0, i)));
            // Sometimes before the fetch is parked, sometimes after: neither may lose the append.
            if (i % 3 == 0) await producer.SendAsync(new DescribeClusterRequest());
            await producer.AppendAsync(topic, $"{i}");
            Batches.Values((await waiting.WaitAsync(TestBroker.Deadline, TestContext.Current.CancellationToken)).Single().Records).ShouldBe([$"{i}"]);
        }
    }

    [Fact]
    public async Task Nothing_asked_for_is_answered_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        FetchRequest request = new() { MaxWaitMs = 1_000_000, MinBytes = 1 };
        (await connection.SendAsync(request)).Responses.Count.ShouldBe(0);
    }

    private static FetchRequest Request(TestTopic topic, int minBytes, params (int, long)[] partitions)
    {
        FetchRequest request = BrokerCalls.FetchRequest(topic, partitions);
        request.MinBytes = minBytes;
        request.MaxWaitMs = (int)Wait.TotalMilliseconds;
        return request;
    }

    /// <summary>Sends a fetch on a connection of its own, and returns when it is parked.</summary>
    private static async Task<Task<FetchResponse>> StartAsync(TestBroker broker, FetchRequest request, short? version = null)
    {
        KafkaConnection connection = await broker.ConnectAsync();
        int before = broker.Server.WaitingFetchCount;
        Task<FetchResponse> waiting = connection.SendAsync(request, version);
        await broker.UntilParkedAsync(before);
        return waiting;
    }
}
