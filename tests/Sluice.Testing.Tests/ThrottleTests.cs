using System.Collections.Concurrent;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Protocol;

namespace Sluice.Testing.Tests;

public class ThrottleTests
{
    [Fact]
    public async Task A_throttled_connection_is_read_again_when_the_time_is_over()
    {
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders")
            .WithTimeProvider(time)
            .WithFault(Fault.On(ApiKey.Produce).Throttle(TimeSpan.FromSeconds(2)).Times(1)));
        ConcurrentQueue<string> statistics = [];
        ProducerConfig config = new() { BootstrapServers = broker.BootstrapServers, LingerMs = 0, StatisticsIntervalMs = 20 };
        using IProducer<string, string> producer = new ProducerBuilder<string, string>(config).SetStatisticsHandler((_, json) => statistics.Enqueue(json)).Build();

        (await producer.SendAsync("orders", "answered at once")).Offset.Value.ShouldBe(0);
        Task<DeliveryResult<string, string>> held = producer.SendAsync("orders", "held back");
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (!statistics.Any(static json => ThrottleMsOf(json) == 2000)) await Task.Delay(5, deadline.Token);
        held.IsCompleted.ShouldBeFalse();
        (await broker.Topic("orders").EndOffsetsAsync()).ShouldBe([1]);
        while (!held.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, deadline.Token);
        }

        (await held).Offset.Value.ShouldBe(1);
    }

    private static double ThrottleMsOf(string statistics)
    {
        using JsonDocument document = JsonDocument.Parse(statistics);
        return document.RootElement.GetProperty("brokers").EnumerateObject().Max(static broker => broker.Value.GetProperty("throttle").GetProperty("max").GetDouble());
    }
}
