using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Fetching;

public class FetchSessionTests
{
    [Theory]
    [InlineData((short)7)]
    [InlineData((short)12)]
    [InlineData((short)13)]
    [InlineData((short)18)]
    public async Task An_incremental_fetch_tells_only_what_changed(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 3);
        await connection.AppendAsync(topic, Batches.Of("a"), partition: 0);

        FetchResponse full = await connection.SendAsync(Create(topic, (0, 0), (1, 0), (2, 0)), version);
        full.ErrorCode.ShouldBe(ErrorCode.None);
        full.SessionId.ShouldBeGreaterThan(0);
        full.Responses[0].Partitions.Select(static partition => partition.PartitionIndex).ShouldBe([0, 1, 2]);

        FetchRequest next = Incremental(full.SessionId, 1);
        next.Ask(topic, (0, 1));
        FetchResponse nothing = await connection.SendAsync(next, version);
        nothing.SessionId.ShouldBe(full.SessionId);
        nothing.Responses.Count.ShouldBe(0);

        await connection.AppendAsync(topic, Batches.Of("b"), partition: 2);
        FetchResponse changed = await connection.SendAsync(Incremental(full.SessionId, 2), version);
        FetchResponse.PartitionData data = changed.Single();
        data.PartitionIndex.ShouldBe(2);
        Batches.Values(data.Records).ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_log_start_that_moved_is_told()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a", "b");
        FetchResponse full = await connection.SendAsync(Create(topic, (0, 2)));
        await connection.DeleteRecordsAsync(topic, 1);
        (await connection.SendAsync(Incremental(full.SessionId, 1))).Single().LogStartOffset.ShouldBe(1);
        (await connection.SendAsync(Incremental(full.SessionId, 2))).Responses.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_forgotten_partition_is_not_read_any_more_and_a_new_one_is()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        FetchResponse full = await connection.SendAsync(Create(topic, (0, 0)));
        FetchRequest exchange = Incremental(full.SessionId, 1);
        exchange.Ask(topic, (1, 0));
        FetchRequest.ForgottenTopic forgotten = exchange.ForgottenTopicsData.Add();
        forgotten.TopicId = topic.Id;
        forgotten.Partitions.Add(0);
        (await connection.SendAsync(exchange)).Single().PartitionIndex.ShouldBe(1);

        await connection.AppendAsync(topic, Batches.Of("a"), partition: 0);
        await connection.AppendAsync(topic, Batches.Of("b"), partition: 1);
        FetchResponse.PartitionData data = (await connection.SendAsync(Incremental(full.SessionId, 2))).Single();
        data.PartitionIndex.ShouldBe(1);
    }

    [Fact]
    public async Task A_session_whose_last_partition_was_forgotten_is_gone()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchResponse full = await connection.SendAsync(Create(topic, (0, 0)));
        FetchRequest request = Incremental(full.SessionId, 1);
        FetchRequest.ForgottenTopic forgotten = request.ForgottenTopicsData.Add();
        forgotten.TopicId = topic.Id;
        forgotten.Partitions.Add(0);
        FetchResponse answer = await connection.SendAsync(request);
        (answer.ErrorCode, answer.SessionId, answer.Responses.Count).ShouldBe((ErrorCode.None, 0, 0));
        (await connection.SendAsync(Incremental(full.SessionId, 2))).ErrorCode.ShouldBe(ErrorCode.FetchSessionIdNotFound);
    }

    [Fact]
    public async Task Epochs_that_do_not_follow_each_other_are_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchResponse full = await connection.SendAsync(Create(topic, (0, 0)));
        (await connection.SendAsync(Incremental(full.SessionId, 2))).ErrorCode.ShouldBe(ErrorCode.InvalidFetchSessionEpoch);
        (await connection.SendAsync(Incremental(full.SessionId, 1))).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.SendAsync(Incremental(full.SessionId, 1))).ErrorCode.ShouldBe(ErrorCode.InvalidFetchSessionEpoch);
        (await connection.SendAsync(Incremental(full.SessionId, -2))).ErrorCode.ShouldBe(ErrorCode.InvalidFetchSessionEpoch);
        (await connection.SendAsync(Incremental(full.SessionId + 1, 2))).ErrorCode.ShouldBe(ErrorCode.FetchSessionIdNotFound);
        (await connection.SendAsync(Incremental(0, 1))).ErrorCode.ShouldBe(ErrorCode.FetchSessionIdNotFound);
        (await connection.SendAsync(Incremental(0, -2))).ErrorCode.ShouldBe(ErrorCode.FetchSessionIdNotFound);
    }

    [Fact]
    public async Task Topics_by_name_and_by_id_do_not_mix_in_a_session()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchResponse full = await connection.SendAsync(Create(topic, (0, 0)), version: 12);
        (await connection.SendAsync(Incremental(full.SessionId, 1), version: 13)).ErrorCode.ShouldBe(ErrorCode.FetchSessionTopicIdError);
    }

    [Fact]
    public async Task The_final_epoch_closes_the_session_and_is_answered_in_full()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        FetchResponse full = await connection.SendAsync(Create(topic, (0, 0)));
        FetchRequest close = BrokerCalls.FetchRequest(topic, (0, 0));
        close.SessionId = full.SessionId;
        close.SessionEpoch = -1;
        FetchResponse closed = await connection.SendAsync(close);
        closed.SessionId.ShouldBe(0);
        Batches.Values(closed.Single().Records).ShouldBe(["a"]);
        (await connection.SendAsync(Incremental(full.SessionId, 1))).ErrorCode.ShouldBe(ErrorCode.FetchSessionIdNotFound);
    }

    [Fact]
    public async Task Epoch_zero_with_an_id_begins_anew()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchResponse first = await connection.SendAsync(Create(topic, (0, 0)));
        FetchRequest again = Create(topic, (0, 0));
        again.SessionId = first.SessionId;
        FetchResponse second = await connection.SendAsync(again);
        second.SessionId.ShouldNotBe(first.SessionId);
        (await connection.SendAsync(Incremental(first.SessionId, 1))).ErrorCode.ShouldBe(ErrorCode.FetchSessionIdNotFound);
        (await connection.SendAsync(Incremental(second.SessionId, 1))).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_full_cache_answers_without_a_session()
    {
        await using TestBroker broker = await TestBroker.StartAsync("max.incremental.fetch.session.cache.slots=1");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        FetchResponse first = await connection.SendAsync(Create(topic, (0, 0)));
        first.SessionId.ShouldBeGreaterThan(0);
        FetchResponse second = await connection.SendAsync(Create(topic, (0, 0)));
        second.SessionId.ShouldBe(0);
        Batches.Values(second.Single().Records).ShouldBe(["a"]);

        broker.Time.Advance(TimeSpan.FromMinutes(2.1));
        (await connection.SendAsync(Create(topic, (0, 0)))).SessionId.ShouldBeGreaterThan(0);
        (await connection.SendAsync(Incremental(first.SessionId, 1))).ErrorCode.ShouldBe(ErrorCode.FetchSessionIdNotFound);
    }

    [Fact]
    public async Task A_session_outlives_its_connection()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchResponse full = await connection.SendAsync(Create(topic, (0, 0)));
        await connection.DisposeAsync();
        KafkaConnection other = await broker.ConnectAsync();
        await other.AppendAsync(topic, "a");
        Batches.Values((await other.SendAsync(Incremental(full.SessionId, 1))).Single().Records).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_topic_deleted_within_a_session_is_an_error_in_every_answer_until_it_is_forgotten()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchResponse full = await connection.SendAsync(Create(topic, (0, 0)));
        await connection.DeleteTopicAsync("events");
        (await connection.SendAsync(Incremental(full.SessionId, 1))).Single().ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
        (await connection.SendAsync(Incremental(full.SessionId, 2))).Single().ErrorCode.ShouldBe(ErrorCode.UnknownTopicId);
    }

    [Fact]
    public async Task A_busy_partition_does_not_starve_the_others()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 3);
        for (int partition = 0; partition < 3; partition++)
        {
            for (int i = 0; i < 3; i++) await connection.AppendAsync(topic, Batches.OfSize(1000), partition);
        }
        FetchRequest request = Create(topic, (0, 0), (1, 0), (2, 0));
        request.MaxBytes = 1;
        FetchResponse response = await connection.SendAsync(request);
        List<int> served = [];
        for (int epoch = 1; epoch <= 6; epoch++)
        {
            FetchRequest next = Incremental(response.SessionId, epoch);
            next.MaxBytes = 1;
            served.Add(WithRecords(await connection.SendAsync(next)));
        }
        served.ShouldBe([0, 1, 2, 0, 1, 2]);

        static int WithRecords(FetchResponse response) =>
            response.Responses.SelectMany(static topic => topic.Partitions).Single(static partition => partition.Records.SizeBytes > 0).PartitionIndex;
    }

    [Fact]
    public async Task An_incremental_fetch_waits_and_is_answered_by_an_append()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        KafkaConnection consumer = await broker.ConnectAsync();
        FetchResponse full = await consumer.SendAsync(Create(topic, (0, 0)));
        FetchRequest next = Incremental(full.SessionId, 1);
        next.MaxWaitMs = 1_000_000;
        Task<FetchResponse> waiting = consumer.SendAsync(next);
        await broker.UntilParkedAsync();
        (await connection.SendAsync(Incremental(full.SessionId, 2))).ErrorCode.ShouldBe(ErrorCode.InvalidFetchSessionEpoch, "the session is in use");
        await connection.AppendAsync(topic, "a");
        Batches.Values((await waiting).Single().Records).ShouldBe(["a"]);
    }

    private static FetchRequest Create(TestTopic topic, params (int, long)[] partitions)
    {
        FetchRequest request = BrokerCalls.FetchRequest(topic, partitions);
        request.SessionEpoch = 0;
        return request;
    }

    private static FetchRequest Incremental(int sessionId, int epoch) =>
        new() { SessionId = sessionId, SessionEpoch = epoch, MaxWaitMs = 0, MinBytes = 1, MaxBytes = int.MaxValue };
}
