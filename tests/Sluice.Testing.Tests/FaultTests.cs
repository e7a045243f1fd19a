using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Protocol;
using ErrorCode = Sluice.Protocol.ErrorCode;

namespace Sluice.Testing.Tests;

public class FaultTests
{
    [Fact]
    public async Task A_producer_repeats_what_was_refused_with_a_retriable_error()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithFault(Fault.On(ApiKey.Produce).Topic("orders").Respond(ErrorCode.NotEnoughReplicas).Times(2)));
        using IProducer<string, string> producer = Clients.Producer(broker);

        (await producer.SendAsync("orders", "one")).Offset.Value.ShouldBe(0);

        broker.Requests.Snapshot().Where(static request => request.Api == ApiKey.Produce).Select(static request => request.Error)
            .ShouldBe([ErrorCode.NotEnoughReplicas, ErrorCode.NotEnoughReplicas, ErrorCode.None]);
        broker.Faults[0].ActedCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_producer_reports_what_was_refused_with_an_error_that_is_not_retriable()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithFault(Fault.On(ApiKey.Produce).Respond(ErrorCode.TopicAuthorizationFailed)));
        using IProducer<string, string> producer = Clients.Producer(broker);

        ProduceException<string, string> refused = await Should.ThrowAsync<ProduceException<string, string>>(() => producer.SendAsync("orders", "one"));

        refused.Error.Code.ShouldBe(Confluent.Kafka.ErrorCode.TopicAuthorizationFailed);
        (await broker.Topic("orders").ReadAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_dropped_before_the_effect_leaves_one_record()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithFault(Fault.On(ApiKey.Produce).DropBeforeEffect().Times(1)));
        using IProducer<string, string> producer = Clients.Producer(broker);

        await producer.SendAsync("orders", "one");

        (await broker.Topic("orders").ReadAllAsync()).Select(static record => record.Value).ShouldBe(["one"]);
        broker.Faults[0].ActedCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task A_connection_dropped_after_the_effect_doubles_the_record_of_a_producer_without_idempotence(bool idempotent, int recordsCount)
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithFault(Fault.On(ApiKey.Produce).DropAfterEffect().Times(1)));
        using IProducer<string, string> producer = Clients.Producer(broker, config => config.EnableIdempotence = idempotent);

        await producer.SendAsync("orders", "one");

        (await broker.Topic("orders").ReadAllAsync()).Count.ShouldBe(recordsCount);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task An_error_after_the_effect_doubles_the_record_of_a_producer_without_idempotence(bool idempotent, int recordsCount)
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithFault(Fault.On(ApiKey.Produce).RespondAfterEffect(ErrorCode.RequestTimedOut).Times(1)));
        using IProducer<string, string> producer = Clients.Producer(broker, config => config.EnableIdempotence = idempotent);

        await producer.SendAsync("orders", "one");

        (await broker.Topic("orders").ReadAllAsync()).Count.ShouldBe(recordsCount);
        broker.Faults[0].ActedCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_delayed_request_waits_for_the_clock_of_the_broker()
    {
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders")
            .WithTimeProvider(time)
            .WithFault(Fault.On(ApiKey.Produce).Delay(TimeSpan.FromSeconds(3)).Times(1)));
        using IProducer<string, string> producer = Clients.Producer(broker);

        Task<DeliveryResult<string, string>> waiting = producer.SendAsync("orders", "one");
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (broker.Faults[0].ActedCount == 0) await Task.Delay(1, deadline.Token);
        waiting.IsCompleted.ShouldBeFalse();
        (await broker.Topic("orders").EndOffsetsAsync()).ShouldBe([0]);
        while (!waiting.IsCompleted)
        {
            // Again and again: the delay may begin a moment after the fault was counted.
            time.Advance(TimeSpan.FromSeconds(3));
            await Task.Delay(1, deadline.Token);
        }

        (await waiting).Offset.Value.ShouldBe(0);
    }

    [Fact]
    public async Task A_consumer_fetches_again_after_a_retriable_error()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithFault(Fault.On(ApiKey.Fetch).Topic("orders").Respond(ErrorCode.NotLeaderOrFollower).Times(2)));
        await broker.Topic("orders").ProduceAsync("k", "one");
        using IConsumer<string, string> consumer = Clients.Consumer(broker, "billing");
        consumer.Assign(new TopicPartitionOffset("orders", 0, Offset.Beginning));

        using CancellationTokenSource deadline = new(Clients.Deadline);
        consumer.Consume(deadline.Token).Message.Value.ShouldBe("one");

        broker.Faults[0].ActedCount.ShouldBe(2);
    }

    [Fact]
    public void Chance_decides_in_the_same_way_under_the_same_seed()
    {
        SeenRequest request = new(1, DateTimeOffset.UnixEpoch, ApiKey.Produce, 9, "", 1, []);
        Fault fault = Fault.On(ApiKey.Produce).DropBeforeEffect().WithProbability(0.3);
        bool[] Decide(int seed)
        {
            InjectedFault injected = new(fault, seed);
            return [.. Enumerable.Range(0, 1000).Select(_ => injected.TryAct(request, out ulong _))];
        }

        Decide(7).ShouldBe(Decide(7));
        Decide(7).ShouldNotBe(Decide(8));
        Decide(7).Count(static acts => acts).ShouldBeInRange(240, 360);
    }

    [Fact]
    public async Task A_fault_that_could_never_act_is_refused()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders"));

        Should.Throw<SluiceBrokerException>(() => broker.AddFault(Fault.On(ApiKey.Produce).Topic("ordres").DropBeforeEffect()))
            .Message.ShouldBe("The broker has no topic 'ordres'; it has orders. WithTopic makes topics at the start.");
        Should.Throw<SluiceBrokerException>(() => broker.AddFault(Fault.On(ApiKey.Heartbeat).Topic("orders").DropBeforeEffect()))
            .Message.ShouldContain("name no topics");
    }
}
