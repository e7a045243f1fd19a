using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Protocol;

namespace Sluice.Testing.Tests;

public class InspectionTests
{
    [Fact]
    public async Task Connections_tell_who_is_there_and_can_be_dropped()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders"));
        broker.Connections.ShouldBeEmpty("the kit's own is left out");
        using IProducer<string, string> producer = Clients.Producer(broker, static config => config.ClientId = "shop");
        await producer.SendAsync("orders", "one");

        IReadOnlyList<BrokerConnection> connections = broker.Connections;
        connections.ShouldNotBeEmpty();
        connections.ShouldAllBe(static connection => connection.ClientId == "shop" && connection.ClientSoftware.StartsWith("confluent-kafka-dotnet") && connection.RequestsCount > 0);
        connections[0].ToString().ShouldContain("'shop'");
        foreach (BrokerConnection connection in connections) connection.Drop();

        await producer.SendAsync("orders", "two");
        broker.Connections.Select(static connection => connection.Id).ShouldNotContain(connections[^1].Id);
        (await broker.Topic("orders").ReadAllAsync()).Select(static record => record.Value).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task Transactions_are_shown_from_their_begin_to_their_end()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTimeProvider(time));
        (await broker.TransactionAsync("shop-1")).ShouldBeNull();
        using IProducer<string, string> producer = Clients.Producer(broker, static config => (config.TransactionalId, config.TransactionTimeoutMs) = ("shop-1", 30_000));
        producer.InitTransactions(Clients.Deadline);
        producer.BeginTransaction();
        await producer.SendAsync("orders", "one");

        BrokerTransaction open = (await broker.TransactionAsync("shop-1")).ShouldNotBeNull();
        (open.State, open.Timeout, open.StartedAt).ShouldBe(("Ongoing", TimeSpan.FromSeconds(30), time.GetUtcNow()));
        open.Partitions.ShouldBe([("orders", 0)]);
        (await broker.Topic("orders").ReadAllAsync()).Count.ShouldBe(1);
        (await broker.Topic("orders").ReadAllAsync(committedOnly: true)).ShouldBeEmpty();

        producer.CommitTransaction(Clients.Deadline);

        // As on Kafka, a commit is answered when it is decided; its markers follow.
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while ((await broker.TransactionAsync("shop-1"))!.State != "CompleteCommit") await Task.Delay(1, deadline.Token);
        (await broker.TransactionsAsync()).ShouldHaveSingleItem().TransactionalId.ShouldBe("shop-1");
        (await broker.Topic("orders").ReadAllAsync(committedOnly: true)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_is_aborted_when_the_test_moves_the_clock_and_its_producer_is_fenced()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTimeProvider(time));
        using IProducer<string, string> producer = Clients.Producer(broker, static config => (config.TransactionalId, config.TransactionTimeoutMs) = ("shop-1", 30_000));
        producer.InitTransactions(Clients.Deadline);
        producer.BeginTransaction();
        await producer.SendAsync("orders", "one");

        using CancellationTokenSource deadline = new(Clients.Deadline);
        while ((await broker.TransactionAsync("shop-1"))!.State != "CompleteAbort")
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(1, deadline.Token);
        }

        Should.Throw<KafkaException>(() => producer.CommitTransaction(Clients.Deadline)).Error.Code
            .ShouldBeOneOf(Confluent.Kafka.ErrorCode.Local_Fenced, Confluent.Kafka.ErrorCode.ProducerFenced, Confluent.Kafka.ErrorCode.InvalidProducerEpoch);
        (await broker.Topic("orders").ReadAllAsync(committedOnly: true)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_group_is_shown_with_its_members_and_what_they_have()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders", partitions: 2));
        (await broker.Group("billing").DescribeAsync()).ShouldBeNull();
        using IConsumer<string, string> consumer = Clients.Consumer(broker, "billing", static config => config.ClientId = "biller");
        consumer.Subscribe("orders");
        Task<BrokerGroupState> waiting = broker.Group("billing").WaitForMembersAsync(1, Clients.Deadline);
        while (!waiting.IsCompleted) consumer.Consume(TimeSpan.FromMilliseconds(10));

        BrokerGroupMember member = (await waiting).Members.ShouldHaveSingleItem();
        member.ClientId.ShouldBe("biller");
        member.Partitions.ShouldBe([("orders", 0), ("orders", 1)]);
        (await broker.GroupIdsAsync()).ShouldBe(["billing"]);
        (await Should.ThrowAsync<TimeoutException>(() => broker.Group("billing").WaitForMembersAsync(2, TimeSpan.FromMilliseconds(50)))).Message
            .ShouldStartWith($"After 0.05 s group 'billing' is Stable with 1 members; 2 were wanted.\n  {member.Id} of 'biller': orders-0, orders-1\nThe latest requests of clients:");
        consumer.Close();
        (await broker.Group("billing").WaitForMembersAsync(0, Clients.Deadline)).State.ShouldBe("Empty");
    }

    [Fact]
    public async Task A_wait_in_vain_says_what_there_was()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders", partitions: 2)
            .WithFault(Fault.On(ApiKey.Produce).Respond(Protocol.ErrorCode.TopicAuthorizationFailed)));
        (await Should.ThrowAsync<TimeoutException>(() => broker.Topic("orders").WaitForRecordsAsync(1, TimeSpan.FromMilliseconds(20)))).Message
            .ShouldBe("After 0.02 s topic 'orders' has 0 records; 1 were wanted.\nNo client has asked for anything: is its bootstrap.servers the broker's BootstrapServers?");
        await broker.Topic("orders").ProduceAsync("k", "by the kit", partition: 1);
        using IProducer<string, string> producer = Clients.Producer(broker);
        await Should.ThrowAsync<ProduceException<string, string>>(() => producer.SendAsync("orders", "one"));

        string message = (await Should.ThrowAsync<TimeoutException>(() => broker.Topic("orders").WaitForRecordsAsync(2, TimeSpan.FromMilliseconds(20)))).Message;

        message.ShouldStartWith("After 0.02 s topic 'orders' has 1 records; 2 were wanted.\n  orders-1: 1 records, the last at offset 0\nThe latest requests of clients:\n  #");
        message.ShouldContain("Produce v10 'rdkafka' orders: TOPIC_AUTHORIZATION_FAILED (fault: Produce: respond TOPIC_AUTHORIZATION_FAILED)");
        (await Should.ThrowAsync<TimeoutException>(() => broker.Requests.WaitForAsync(static request => request.Api == ApiKey.EndTxn, TimeSpan.FromMilliseconds(20)))).Message
            .ShouldStartWith("After 0.02 s 0 of 1 requests were seen.\nThe latest requests of clients:");
    }

    [Fact]
    public async Task A_client_that_waits_in_real_time_for_a_clock_that_stands_still_is_noticed()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options
            .WithTopic("orders")
            .WithTimeProvider(new FakeTimeProvider())
            .WithFault(Fault.On(ApiKey.Produce).Delay(TimeSpan.FromSeconds(1))));
        using IProducer<string, string> producer = Clients.Producer(broker, static config => config.ClientId = "shop");
        _ = producer.ProduceAsync("orders", new Message<string, string> { Value = "one" });

        TimeoutException late = await Should.ThrowAsync<TimeoutException>(() => broker.Topic("orders").WaitForRecordsAsync(1, TimeSpan.FromSeconds(4)));

        late.Message.ShouldContain("The broker's clock stood still meanwhile: what waits for it, waits until the test moves it.\n  #");
        late.Message.ShouldContain("while the broker's clock stood still. The client goes by the system's clock: move the broker's (Advance), or leave WithTimeProvider out.");
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (broker.Warnings.Count == 0) await Task.Delay(10, deadline.Token);
        broker.Warnings[0].ShouldContain("Produce v10 'shop' orders: being served (fault: Produce: delay by 00:00:01) has waited for ");
    }

    [Fact]
    public async Task The_tests_own_waits_say_that_the_clock_stands_still()
    {
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders")
            .WithTimeProvider(time)
            .WithFault(Fault.On(ApiKey.Produce).Delay(TimeSpan.FromSeconds(1))));
        using IProducer<string, string> producer = Clients.Producer(broker);
        using IConsumer<string, string> idle = Clients.Consumer(broker, "billing");
        idle.Assign(new TopicPartitionOffset("orders", 0, Offset.Beginning));
        idle.Consume(TimeSpan.Zero);
        await broker.Requests.WaitForAsync(static request => request.Api == ApiKey.ListOffsets, Clients.Deadline);
        broker.ThrowIfClockStandsStill();

        Task<DeliveryResult<string, string>> call = producer.SendAsync("orders", "one");
        (await Should.ThrowAsync<TimeoutException>(() => broker.WaitAsync(call, TimeSpan.FromSeconds(4)))).Message
            .ShouldSatisfyAllConditions(
                static message => message.ShouldStartWith("After 4 s what the test waits for has not ended.\nThe latest requests of clients:\n"),
                static message => message.ShouldContain("Produce v10 'rdkafka' orders: being served (fault: Produce: delay by 00:00:01) has waited for "));
        string told = Should.Throw<SluiceBrokerException>(broker.ThrowIfClockStandsStill).Message;
        told.ShouldContain("Produce v10");
        told.ShouldContain("move the broker's (Advance), or leave WithTimeProvider out.");
        told.ShouldNotContain("Fetch", Case.Sensitive, "a consumer that waits for records is no mistake");

        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (!call.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, deadline.Token);
        }
        (await broker.WaitAsync(call, Clients.Deadline)).Offset.Value.ShouldBe(0);
        broker.ThrowIfClockStandsStill();
    }

    [Fact]
    public async Task A_call_of_the_kit_that_waits_for_a_clock_that_stands_still_is_given_up_with_the_reason()
    {
        FakeTimeProvider time = new();
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTimeProvider(time).GivesUpAfter = TimeSpan.FromSeconds(1));
        broker.Disk.SlowDown(TimeSpan.FromSeconds(2));

        (await Should.ThrowAsync<SluiceBrokerException>(() => broker.Topic("orders").ProduceAsync("k", "one"))).Message
            .ShouldStartWith("The broker has not answered the test itself for 1 s of real time, while its clock stood still:");

        broker.Disk.SpeedUp();
        await broker.Topic("orders").ProduceAsync("k", "two");
        (await broker.Topic("orders").ReadAllAsync()).ShouldContain(static record => record.Value == "two");
    }
}
