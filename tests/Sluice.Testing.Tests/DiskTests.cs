using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Protocol;
using ErrorCode = Sluice.Protocol.ErrorCode;

namespace Sluice.Testing.Tests;

public class DiskTests
{
    [Fact]
    public async Task A_producer_waits_for_room_on_a_full_disk_and_nothing_is_lost_or_doubled()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders"));
        using IProducer<string, string> producer = Clients.Producer(broker, static config => config.EnableIdempotence = true);
        await producer.SendAsync("orders", "before");
        broker.Disk.Fill();

        Task<DeliveryResult<string, string>> waiting = producer.SendAsync("orders", "while full");
        await broker.Requests.WaitForAsync(static request => request is { Api: ApiKey.Produce, Error: ErrorCode.KafkaStorageError }, Clients.Deadline, count: 3);
        waiting.IsCompleted.ShouldBeFalse();
        broker.Disk.RefusedCount.ShouldBeGreaterThanOrEqualTo(3);
        broker.Disk.Free();

        (await waiting).Offset.Value.ShouldBe(1);
        (await broker.Topic("orders").ReadAllAsync()).Select(static record => record.Value).ShouldBe(["before", "while full"]);
    }

    [Fact]
    public async Task A_topic_cannot_be_made_on_a_full_disk_and_can_afterwards()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        Confluent.Kafka.Admin.TopicSpecification orders = new() { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 };
        broker.Disk.Fill();

        (await Should.ThrowAsync<Confluent.Kafka.Admin.CreateTopicsException>(() => admin.CreateTopicsAsync([orders])))
            .Results[0].Error.Code.ShouldBe(Confluent.Kafka.ErrorCode.KafkaStorageError);
        broker.Disk.Free();
        await admin.CreateTopicsAsync([orders]);

        broker.TopicNames.ShouldBe(["orders"]);
    }

    [Fact]
    public async Task A_slow_disk_holds_an_acknowledgement_until_the_clock_has_moved()
    {
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTimeProvider(time));
        using IProducer<string, string> producer = Clients.Producer(broker);
        await producer.SendAsync("orders", "before");
        broker.Disk.SlowDown(TimeSpan.FromSeconds(2));

        Task<DeliveryResult<string, string>> waiting = producer.SendAsync("orders", "slow");
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (!broker.Requests.Snapshot().Any(static request => request is { Api: ApiKey.Produce, IsDone: false })) await Task.Delay(1, deadline.Token);
        (await broker.Topic("orders").EndOffsetsAsync()).ShouldBe([1]);
        waiting.IsCompleted.ShouldBeFalse();
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, deadline.Token);
        }

        (await waiting).Offset.Value.ShouldBe(1);
    }

    [Fact]
    public async Task What_waits_for_a_slow_disk_goes_on_when_it_is_fast_again()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders").WithTimeProvider(new FakeTimeProvider()));
        using IProducer<string, string> producer = Clients.Producer(broker);
        await producer.SendAsync("orders", "before");
        broker.Disk.SlowDown(TimeSpan.FromDays(1));
        Task<DeliveryResult<string, string>> waiting = producer.SendAsync("orders", "slow");
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (!broker.Requests.Snapshot().Any(static request => request is { Api: ApiKey.Produce, IsDone: false })) await Task.Delay(1, deadline.Token);

        broker.Disk.SpeedUp();

        (await waiting).Offset.Value.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broker_with_a_bad_disk_can_be_disposed(bool full)
    {
        SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders").WithTimeProvider(new FakeTimeProvider()));
        await broker.Topic("orders").ProduceAsync("k", "one");
        if (full) broker.Disk.Fill();
        else broker.Disk.SlowDown(TimeSpan.FromDays(1));

        await broker.DisposeAsync().AsTask().WaitAsync(Clients.Deadline);

        Directory.Exists(broker.DataDirectory).ShouldBeFalse();
    }
}
