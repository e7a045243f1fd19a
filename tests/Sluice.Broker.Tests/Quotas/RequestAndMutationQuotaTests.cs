using Sluice.Broker.Requests;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Quotas;

public sealed class RequestAndMutationQuotaTests
{
    [Fact]
    public async Task A_client_whose_requests_cost_too_much_time_is_held_back_for_a_sample_at_most()
    {
        // Each request of the client keeps its thread busy for 300 ms of the broker's clock.
        Busy busy = new();
        await using TestBroker broker = await TestBroker.StartAsync(options =>
        {
            busy.Time = (Microsoft.Extensions.Time.Testing.FakeTimeProvider)options.Time;
            options.Interceptor = busy;
        });
        KafkaConnection admin = await broker.ConnectAsync("admin");
        await admin.LimitAsync("client-id=app", "request_percentage", 5);
        int[] throttles = new int[3];
        for (int i = 0; i < throttles.Length; i++) throttles[i] = await DescribeAsync(broker);

        // 30 % in the first ten seconds are 3 %; the second makes it 5.8 % of 10.3 s; and so on.
        throttles[0].ShouldBe(0);
        throttles[1].ShouldBe(1000);
        throttles[2].ShouldBe(1000);
        (await admin.SendAsync(new DescribeClusterRequest())).ThrottleTimeMs.ShouldBe(0);
    }

    [Fact]
    public async Task Waiting_for_records_costs_no_time()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection admin = await broker.ConnectAsync("admin");
        TestTopic topic = await admin.CreateTopicAsync("events");
        await admin.LimitAsync("client-id=app", "request_percentage", 0.001);
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        request.MaxWaitMs = 5000;
        Task<FetchResponse> waiting = (await broker.ConnectAsync("app")).SendAsync(request);
        await broker.UntilParkedAsync();
        broker.Time.Advance(TimeSpan.FromMilliseconds(5000));
        FetchResponse answer = await waiting;
        answer.ThrottleTimeMs.ShouldBe(0);
        answer.Single().ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task What_exceeds_the_rate_of_changes_is_refused_part_by_part_and_allowed_again_later()
    {
        await using TestBroker broker = await TestBroker.StartAsync("controller.quota.window.num=2");
        KafkaConnection admin = await broker.ConnectAsync("admin");
        await admin.CreateTopicAsync("there", 3);
        await admin.LimitAsync("client-id=app", "controller_mutation_rate", 2);

        // The bucket holds 4: "a" overdraws it, so "b" must wait for (5 - 4) / 2 seconds.
        CreateTopicsResponse created = await (await broker.ConnectAsync("app")).SendAsync(Create(("a", 5), ("b", 1), ("there", 1)));
        created.Topics.Select(static topic => topic.ErrorCode).ShouldBe([ErrorCode.None, ErrorCode.ThrottlingQuotaExceeded, ErrorCode.TopicAlreadyExists]);
        created.Topics[1].ErrorMessage.ShouldNotBeNullOrEmpty();
        created.ThrottleTimeMs.ShouldBe(500);
        CreatePartitionsResponse added = await (await broker.ConnectAsync("app")).SendAsync(new CreatePartitionsRequest { Topics = { new() { Name = "there", Count = 4, Assignments = null } } });
        (added.Results[0].ErrorCode, added.ThrottleTimeMs).ShouldBe((ErrorCode.ThrottlingQuotaExceeded, 500));
        DeleteTopicsResponse deleted = await (await broker.ConnectAsync("app")).SendAsync(new DeleteTopicsRequest { Topics = { new() { Name = "there" } } });
        (deleted.Responses[0].ErrorCode, deleted.ThrottleTimeMs).ShouldBe((ErrorCode.ThrottlingQuotaExceeded, 500));
        (await admin.SendAsync(new MetadataRequest { Topics = null })).Topics.Select(static topic => topic.Name).Order(StringComparer.Ordinal).ShouldBe(["a", "there"]);

        broker.Time.Advance(TimeSpan.FromMilliseconds(500));
        CreateTopicsResponse later = await (await broker.ConnectAsync("app")).SendAsync(Create(("b", 1)));
        (later.Topics[0].ErrorCode, later.ThrottleTimeMs).ShouldBe((ErrorCode.None, 0));
    }

    [Fact]
    public async Task An_old_client_gets_what_it_asked_for_and_is_held_back()
    {
        await using TestBroker broker = await TestBroker.StartAsync("controller.quota.window.num=2");
        await (await broker.ConnectAsync("admin")).LimitAsync("client-id=app", "controller_mutation_rate", 2);
        CreateTopicsResponse created = await (await broker.ConnectAsync("app")).SendAsync(Create(("a", 5), ("b", 1)), version: 5);
        created.Topics.Select(static topic => topic.ErrorCode).ShouldBe([ErrorCode.None, ErrorCode.None]);
        created.ThrottleTimeMs.ShouldBe(1000);
        DeleteTopicsResponse deleted = await (await broker.ConnectAsync("app")).SendAsync(new DeleteTopicsRequest { TopicNames = ["a"] }, version: 4);
        (deleted.Responses[0].ErrorCode, deleted.ThrottleTimeMs).ShouldBe((ErrorCode.None, 3500));
    }

    // On a connection of its own, and as its only request: the one before is not read from again while the clock stands still.
    private static async Task<int> DescribeAsync(TestBroker broker)
    {
        byte[]? answer = await (await broker.ConnectRawAsync()).ExchangeAsync(RawConnection.Frame(ApiKey.DescribeCluster, 0, new DescribeClusterRequest(), clientId: "app"));
        return RawConnection.Read<DescribeClusterResponse>(answer.ShouldNotBeNull(), 0).ThrottleTimeMs;
    }

    private static CreateTopicsRequest Create(params (string Name, int Partitions)[] topics)
    {
        CreateTopicsRequest request = new();
        foreach ((string name, int partitions) in topics) request.Topics.Add(new() { Name = name, NumPartitions = partitions, ReplicationFactor = -1 });
        return request;
    }

    private sealed class Busy : IRequestInterceptor
    {
        public Microsoft.Extensions.Time.Testing.FakeTimeProvider? Time { get; set; }

        public async ValueTask InterceptAsync(InterceptedRequest request, CancellationToken cancellationToken)
        {
            if (request.Context.ClientId == "app" && request.Context.ApiKey == ApiKey.DescribeCluster) Time!.Advance(TimeSpan.FromMilliseconds(300));
            await request.RunAsync(cancellationToken);
        }
    }
}
