using Sluice.Broker.Network;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Quotas;

public sealed class ByteRateTests
{
    [Fact]
    public async Task A_producer_above_its_rate_is_answered_at_once_and_read_from_again_when_the_time_is_over()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.LimitAsync("client-id=app", "producer_byte_rate", 100);
        byte[] frame = RawConnection.Frame(ApiKey.Produce, 9, BrokerCalls.ProduceRequest(topic, acks: -1, (0, new Records(Batches.OfSize(5000)))), clientId: "app");
        RawConnection app = await broker.ConnectRawAsync();

        // Nothing was counted before, so the rate is measured over ten seconds.
        ProduceResponse first = RawConnection.Read<ProduceResponse>((await app.ExchangeAsync(frame)).ShouldNotBeNull(), 9);
        int throttleMs = (int)Math.Floor((((frame.Length / 10.0) - 100) / 100 * 10_000) + 0.5);
        first.ThrottleTimeMs.ShouldBe(throttleMs);
        first.Responses[0].PartitionResponses[0].ErrorCode.ShouldBe(ErrorCode.None);

        await app.SendFrameAsync(frame);
        Task<byte[]?> second = app.ReceiveAsync();
        (await admin.EndOffsetAsync(topic)).ShouldBe(1);
        for (int elapsedMs = 0; elapsedMs < throttleMs - 1000; elapsedMs += 1000)
        {
            broker.Time.Advance(TimeSpan.FromSeconds(1));
            await admin.SendAsync(new DescribeClusterRequest());
        }
        second.IsCompleted.ShouldBeFalse();
        await broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(500), () => Task.FromResult(second.IsCompleted));
        (await second).ShouldNotBeNull();
        (await admin.EndOffsetAsync(topic)).ShouldBe(2);
    }

    [Fact]
    public async Task Who_has_no_quota_is_not_counted_and_without_any_quota_nobody_is()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        (await admin.ThrottledProduceAsync(topic, 100_000)).ShouldBe(0);
        broker.Server.Quotas.IsInUse.ShouldBeFalse();
        broker.Server.Quotas.SensorCount.ShouldBe(0);

        await admin.LimitAsync("client-id=other", "producer_byte_rate", 1);
        (await admin.ThrottledProduceAsync(topic, 100_000)).ShouldBe(0);
        broker.Server.Quotas.IsInUse.ShouldBeTrue();
        broker.Server.Quotas.SensorCount.ShouldBe(0);

        await (await broker.ConnectAsync("other")).ThrottledProduceAsync(topic, 10);
        broker.Server.Quotas.SensorCount.ShouldBe(1);
        await admin.LimitAsync("client-id=other", "producer_byte_rate", null);
        broker.Server.Quotas.IsInUse.ShouldBeFalse();
        broker.Server.Quotas.SensorCount.ShouldBe(0);
    }

    [Fact]
    public async Task Connections_of_one_client_id_share_its_rate_and_others_have_their_own()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.LimitAsync("client-id=", "producer_byte_rate", 1000);
        (await (await broker.ConnectAsync("a")).ThrottledProduceAsync(topic, 9000)).ShouldBe(0);
        (await (await broker.ConnectAsync("b")).ThrottledProduceAsync(topic, 9000)).ShouldBe(0);
        (await (await broker.ConnectAsync("a")).ThrottledProduceAsync(topic, 9000)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_user_shares_one_rate_whatever_its_clients_are_called()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.LimitAsync("user=ANONYMOUS", "producer_byte_rate", 1000);
        await admin.LimitAsync("client-id=", "producer_byte_rate", 1_000_000);
        (await (await broker.ConnectAsync("a")).ThrottledProduceAsync(topic, 9000)).ShouldBe(0);
        (await (await broker.ConnectAsync("b")).ThrottledProduceAsync(topic, 9000)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_throttled_connection_notices_that_its_client_has_gone()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.LimitAsync("client-id=app", "producer_byte_rate", 1);
        KafkaConnection app = await broker.ConnectAsync("app");
        (await app.ThrottledProduceAsync(topic, 100_000)).ShouldBeGreaterThan(60_000);
        await app.DisposeAsync();
        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => Task.FromResult(broker.Log.ClosedCount(CloseReason.ClientClosed) == 1));
        broker.Time.GetUtcNow().ShouldBeLessThan(DateTimeOffset.FromUnixTimeMilliseconds(TestBroker.StartMs).AddMinutes(5));
    }

    [Fact]
    public async Task A_throttled_connection_does_not_hold_up_a_stop()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.LimitAsync("client-id=app", "producer_byte_rate", 1);
        (await (await broker.ConnectAsync("app")).ThrottledProduceAsync(topic, 100_000)).ShouldBeGreaterThan(60_000);
        await broker.StopAsync();
        broker.Log.ClosedCount(CloseReason.Shutdown).ShouldBe(2);
    }

    [Fact]
    public async Task A_producer_that_wants_no_answer_is_held_back_all_the_same()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.LimitAsync("client-id=app", "producer_byte_rate", 100);
        RawConnection app = await broker.ConnectRawAsync();
        byte[] frame = RawConnection.Frame(ApiKey.Produce, 9, BrokerCalls.ProduceRequest(topic, acks: 0, (0, new Records(Batches.OfSize(5000)))), clientId: "app");
        await app.SendFrameAsync(frame);
        await app.SendFrameAsync(RawConnection.Frame(ApiKey.DescribeCluster, 0, new DescribeClusterRequest(), clientId: "app"));
        Task<byte[]?> answer = app.ReceiveAsync();
        while (await admin.EndOffsetAsync(topic) == 0) await Task.Yield();
        for (int i = 0; i < 30; i++)
        {
            broker.Time.Advance(TimeSpan.FromSeconds(1));
            await admin.SendAsync(new DescribeClusterRequest());
        }
        answer.IsCompleted.ShouldBeFalse();
        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => Task.FromResult(answer.IsCompleted));
        (await answer).ShouldNotBeNull();
    }

    [Theory]
    [InlineData((short)4)]
    [InlineData((short)12)]
    [InlineData((short)18)]
    public async Task A_consumer_above_its_rate_gets_an_empty_answer_and_later_its_records(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.AppendAsync(topic, Batches.OfSize(8000));
        await admin.AppendAsync(topic, Batches.OfSize(8000));
        await admin.LimitAsync("client-id=app", "consumer_byte_rate", 1000);

        FetchResponse first = await (await broker.ConnectAsync("app")).SendAsync(BrokerCalls.FetchRequest(topic, (0, 0)), version);
        first.ThrottleTimeMs.ShouldBe(0);
        Batches.Read(first.Single().Records).Count.ShouldBe(1);
        FetchResponse second = await (await broker.ConnectAsync("app")).SendAsync(BrokerCalls.FetchRequest(topic, (0, 1)), version);
        second.ErrorCode.ShouldBe(ErrorCode.None);
        second.Responses.Count.ShouldBe(0);
        second.ThrottleTimeMs.ShouldBeGreaterThan(5000);

        // What was not sent is not counted, so it comes once the first answer has left the window: here after the second wait.
        FetchResponse last = second;
        for (int i = 0; i < 2; i++)
        {
            last.ThrottleTimeMs.ShouldBeGreaterThan(0);
            broker.Time.Advance(TimeSpan.FromMilliseconds(last.ThrottleTimeMs));
            last = await (await broker.ConnectAsync("app")).SendAsync(BrokerCalls.FetchRequest(topic, (0, 1)), version);
        }
        last.ThrottleTimeMs.ShouldBe(0);
        Batches.Read(last.Single().Records).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_fetch_session_goes_on_after_an_empty_answer_and_a_new_one_is_not_made_by_it()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        FetchRequest create = BrokerCalls.FetchRequest(topic, (0, 0));
        create.SessionEpoch = 0;
        int sessionId = (await (await broker.ConnectAsync("app")).SendAsync(create)).SessionId;
        sessionId.ShouldBeGreaterThan(0);
        await admin.AppendAsync(topic, Batches.OfSize(8000));
        await admin.LimitAsync("client-id=app", "consumer_byte_rate", 100);

        FetchResponse throttled = await Incremental(1);
        (throttled.ErrorCode, throttled.SessionId, throttled.Responses.Count).ShouldBe((ErrorCode.None, sessionId, 0));
        throttled.ThrottleTimeMs.ShouldBeGreaterThan(0);
        FetchResponse notMade = await (await broker.ConnectAsync("app")).SendAsync(create);
        (notMade.ErrorCode, notMade.SessionId, notMade.Responses.Count).ShouldBe((ErrorCode.None, 0, 0));

        await admin.LimitAsync("client-id=app", "consumer_byte_rate", null);
        FetchResponse after = await Incremental(2);
        (after.SessionId, after.ThrottleTimeMs).ShouldBe((sessionId, 0));
        Batches.Read(after.Single().Records).Count.ShouldBe(1);
        after.Single().HighWatermark.ShouldBe(1);

        async Task<FetchResponse> Incremental(int epoch) =>
            await (await broker.ConnectAsync("app")).SendAsync(new FetchRequest { MaxBytes = int.MaxValue, MinBytes = 1, SessionId = sessionId, SessionEpoch = epoch });
    }

    [Fact]
    public async Task Quotas_are_kept_over_a_restart_and_their_windows_are_settings()
    {
        await using TestBroker broker = await TestBroker.StartAsync("quota.window.num=3", "quota.window.size.seconds=2");
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.LimitAsync("user= client-id=app", "producer_byte_rate", 1000);
        await admin.LimitAsync("user=alice", "request_percentage", 12.5);
        await admin.LimitAsync("ip=10.1.2.3", "connection_creation_rate", 5);
        string[] quotas = ["ip=10.1.2.3: connection_creation_rate=5", "user= client-id=app: producer_byte_rate=1000", "user=alice: request_percentage=12.5"];
        (await admin.QuotasAsync()).ShouldBe(quotas);

        await broker.RestartAsync();
        admin = await broker.ConnectAsync("admin");
        (await admin.QuotasAsync()).ShouldBe(quotas);
        // Two samples of two seconds carry 4000 bytes.
        (await (await broker.ConnectAsync("app")).ThrottledProduceAsync(topic, 3500)).ShouldBe(0);
        (await (await broker.ConnectAsync("app")).ThrottledProduceAsync(topic, 3500)).ShouldBeInRange(3000, 4500);
    }
}
