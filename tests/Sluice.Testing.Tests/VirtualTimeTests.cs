using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Protocol;

namespace Sluice.Testing.Tests;

public class VirtualTimeTests
{
    [Fact]
    public async Task Retention_happens_when_the_test_moves_the_clock()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTimeProvider(time));
        await broker.Topic("orders").ProduceAsync("k", "old");

        using CancellationTokenSource deadline = new(Clients.Deadline);
        while ((await broker.Topic("orders").StartOffsetsAsync(deadline.Token)).Single() == 0)
        {
            time.Advance(TimeSpan.FromDays(8));
            await Task.Delay(1, deadline.Token);
        }

        (await broker.Topic("orders").ReadAllAsync()).ShouldBeEmpty();
        (await broker.Topic("orders").EndOffsetsAsync()).ShouldBe([1]);
    }

    [Fact]
    public async Task A_group_session_ends_when_the_test_moves_the_clock_and_the_member_joins_again()
    {
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTimeProvider(time));
        await broker.Topic("orders").ProduceAsync("k", "one");
        using IConsumer<string, string> consumer = Clients.Consumer(broker, "billing");
        consumer.Subscribe("orders");
        using CancellationTokenSource deadline = new(Clients.Deadline);
        consumer.Consume(deadline.Token).Message.Value.ShouldBe("one");
        broker.Requests.Clear();

        // The session timeout is 45 s by default.
        time.Advance(TimeSpan.FromSeconds(60));

        while (!broker.Requests.Snapshot().Any(static request => request is { Api: ApiKey.SyncGroup, Error: Protocol.ErrorCode.None }))
        {
            consumer.Consume(TimeSpan.FromMilliseconds(10));
            deadline.Token.ThrowIfCancellationRequested();
        }
        broker.Requests.Snapshot().ShouldContain(static request => request.Api == ApiKey.Heartbeat && request.Error == Protocol.ErrorCode.UnknownMemberId);
        consumer.Close();
    }

    [Fact]
    public async Task A_group_that_lags_is_waited_for_and_shown()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTimeProvider(new FakeTimeProvider()));
        for (int i = 0; i < 3; i++) await broker.Topic("orders").ProduceAsync("k", $"{i}");
        using IConsumer<string, string> consumer = Clients.Consumer(broker, "billing");
        consumer.Subscribe("orders");
        using CancellationTokenSource deadline = new(Clients.Deadline);
        ConsumeResult<string, string> first = consumer.Consume(deadline.Token);
        consumer.Commit(first);

        (await Should.ThrowAsync<TimeoutException>(() => broker.Group("billing").WaitForLagAsync(0, TimeSpan.FromMilliseconds(100)))).Message.ShouldStartWith(
            "After 0.1 s group 'billing' still lags by 2 records; at most 0 were wanted.\n  orders-0: committed 1 of 3, lag 2\nThe latest requests of clients:");

        consumer.Consume(deadline.Token);
        consumer.Commit(consumer.Consume(deadline.Token));
        await broker.Group("billing").WaitForLagAsync(0, Clients.Deadline);
        (await broker.Group("billing").OffsetsAsync()).ShouldBe(new Dictionary<(string, int), long> { [("orders", 0)] = 3 });
        consumer.Close();
    }

    [Fact]
    public async Task Moving_the_clock_returns_though_the_work_that_it_starts_waits_for_the_clock_itself()
    {
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTimeProvider(time));
        await broker.Topic("orders").ProduceAsync("k", "one");
        broker.Disk.SlowDown(TimeSpan.FromSeconds(2));

        // By then the broker writes checkpoints, to a disk that is slow by this clock.
        await Task.Run(() => time.Advance(TimeSpan.FromMinutes(1))).WaitAsync(TimeSpan.FromSeconds(20));
    }
}
