using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Client;

namespace Sluice.Testing.Tests;

public class QuotaTests
{
    [Fact]
    public async Task A_producer_over_its_quota_is_held_by_the_brokers_clock_and_let_go_when_the_test_moves_it()
    {
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders")
            .WithTimeProvider(time)
            .WithQuota("producer_byte_rate", 1000, clientId: "shop"));
        using IProducer<string, string> producer = Clients.Producer(broker, static config => (config.ClientId, config.CompressionType) = ("shop", CompressionType.None));

        // 20 times as much as a second allows: answered at once, and the connection not read again for about ten seconds.
        (await producer.SendAsync("orders", new string('a', 20_000))).Offset.Value.ShouldBe(0);
        Task<DeliveryResult<string, string>> held = producer.SendAsync("orders", "held back");

        // The test's own calls are answered meanwhile, and show that nothing came.
        for (int look = 0; look < 20; look++) (await broker.Topic("orders").EndOffsetsAsync()).ShouldBe([1]);
        held.IsCompleted.ShouldBeFalse();
        TimeSpan moved = await AdvanceUntilAsync(time, held);

        (await held).Offset.Value.ShouldBe(1);
        moved.ShouldBeGreaterThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_quota_of_everybody_does_not_hold_the_tests_own_calls_back()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithTimeProvider(new FakeTimeProvider())
            .WithQuota("producer_byte_rate", 1)
            .WithQuota("consumer_byte_rate", 1)
            .WithQuota("request_percentage", 0.01));
        for (int i = 0; i < 3; i++) await broker.Topic("orders").ProduceAsync("k", new string('a', 10_000)).WaitAsync(Clients.Deadline);

        (await broker.Topic("orders").ReadAllAsync().WaitAsync(Clients.Deadline)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Connections_that_come_too_fast_wait_for_the_clock_of_the_broker()
    {
        const int Count = 15;
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTimeProvider(time)
            .WithSetting("max.connection.creation.rate", "1"));
        KafkaClientOptions options = new() { ClientId = "crowd", ConnectTimeout = Clients.Deadline, RequestTimeout = Clients.Deadline };
        BrokerEndpoint address = BrokerEndpoint.ParseList(broker.BootstrapServers)[0];

        Task<KafkaConnection>[] connecting = [.. Enumerable.Range(0, Count).Select(_ => KafkaConnection.ConnectAsync(address, options))];

        // One a second, measured over ten: ten at once.
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (connecting.Count(static connection => connection.IsCompletedSuccessfully) < 10) await Task.Delay(5, deadline.Token);
        connecting.Count(static connection => connection.IsCompleted).ShouldBeLessThan(Count);
        TimeSpan moved = await AdvanceUntilAsync(time, Task.WhenAll(connecting));

        moved.ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        foreach (KafkaConnection connection in await Task.WhenAll(connecting)) await connection.DisposeAsync();
    }

    /// <summary>Moves the clock, half a second after the other, until the task ends.</summary>
    /// <returns>By how much.</returns>
    private static async Task<TimeSpan> AdvanceUntilAsync(FakeTimeProvider time, Task task)
    {
        using CancellationTokenSource deadline = new(Clients.Deadline);
        DateTimeOffset startedAt = time.GetUtcNow();
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Delay(2, deadline.Token);
        }
        return time.GetUtcNow() - startedAt;
    }
}
