using Confluent.Kafka;
using Sluice.Protocol;

namespace Sluice.Testing.Tests;

public class CorruptionTests
{
    private static readonly string s_value = new('a', 1000);

    [Fact]
    public async Task A_corrupt_answer_fails_the_record_that_was_written()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithSeed(7)
            .WithFault(Fault.On(ApiKey.Produce).CorruptResponse().Times(1)));
        using IProducer<string, string> producer = Clients.Producer(broker, static config => config.EnableIdempotence = true);

        (await Should.ThrowAsync<ProduceException<string, string>>(() => producer.SendAsync("orders", "one"))).Error.Code.ShouldBe(Confluent.Kafka.ErrorCode.Local_Underflow);

        (await broker.Topic("orders").ReadAllAsync()).Select(static record => record.Value).ShouldBe(["one"]);
        broker.Faults[0].ActedCount.ShouldBe(1);
    }

    [Fact]
    public async Task Corrupt_records_are_delivered_to_a_consumer_that_does_not_check_them()
    {
        await using SluiceBroker broker = await StartAsync();
        using IConsumer<string, string> consumer = Consumer(broker, checkCrcs: false);
        using CancellationTokenSource deadline = new(Clients.Deadline);

        ConsumeResult<string, string> consumed = consumer.Consume(deadline.Token);

        consumed.Message.Value.Count(static letter => letter != 'a').ShouldBe(1);
        (await broker.Topic("orders").ReadAllAsync()).Select(static record => record.Value).ShouldBe([s_value]);
    }

    [Fact]
    public async Task Corrupt_records_are_an_error_to_a_consumer_that_checks_them_which_then_begins_anew()
    {
        await using SluiceBroker broker = await StartAsync();
        using IConsumer<string, string> consumer = Consumer(broker, checkCrcs: true);
        using CancellationTokenSource deadline = new(Clients.Deadline);

        ConsumeException refused = Should.Throw<ConsumeException>(() => consumer.Consume(deadline.Token));

        refused.Error.Code.ShouldBe(Confluent.Kafka.ErrorCode.Local_BadMsg);
        refused.Error.Reason.ShouldContain("failed CRC32C check");
        ConsumeResult<string, string>? consumed = null;
        while (consumed is null)
        {
            try
            {
                consumed = consumer.Consume(deadline.Token);
            }
            catch (ConsumeException alsoRefused) when (alsoRefused.Error.IsLocalError)
            {
                // librdkafka goes on within the batch, and reports what it takes for a further one.
            }
        }
        consumed.Message.Value.ShouldBe(s_value);
    }

    [Fact]
    public async Task Fetches_without_records_are_not_counted_as_corrupted()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithFault(Fault.On(ApiKey.Fetch).CorruptRecords().Times(1)));
        using IConsumer<string, string> consumer = Consumer(broker, checkCrcs: false);
        using CancellationTokenSource deadline = new(Clients.Deadline);
        consumer.Consume(TimeSpan.Zero).ShouldBeNull();
        await broker.Requests.WaitForAsync(static request => request.Api == ApiKey.Fetch, Clients.Deadline);
        broker.Faults[0].ActedCount.ShouldBe(0);

        await broker.Topic("orders").ProduceAsync("k", s_value);

        consumer.Consume(deadline.Token).Message.Value.ShouldNotBe(s_value);
        broker.Faults[0].ActedCount.ShouldBe(1);
    }

    [Fact]
    public void Records_are_corrupted_in_fetches_only()
    {
        Should.Throw<InvalidOperationException>(static () => Fault.On(ApiKey.Produce).CorruptRecords()).Message.ShouldContain("Fault.On(ApiKey.Fetch)");
    }

    private static async Task<SluiceBroker> StartAsync()
    {
        SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithFault(Fault.On(ApiKey.Fetch).CorruptRecords().Times(1)));
        await broker.Topic("orders").ProduceAsync("k", s_value);
        return broker;
    }

    private static IConsumer<string, string> Consumer(SluiceBroker broker, bool checkCrcs)
    {
        IConsumer<string, string> consumer = Clients.Consumer(broker, "billing", config => config.CheckCrcs = checkCrcs);
        consumer.Assign(new TopicPartitionOffset("orders", 0, Offset.Beginning));
        return consumer;
    }
}
