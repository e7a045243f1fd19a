using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sluice.Protocol;
using Sluice.Testing;

namespace OrdersService.Tests;

public class OrdersTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_order_becomes_an_invoice()
    {
        await using SluiceBroker broker = await StartBrokerAsync();
        await using OrdersApp app = new(broker);

        HttpResponseMessage answer = await app.CreateClient().PostAsJsonAsync("/orders", new Order("o-1", "ada", 12.50m));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal([new Invoice("o-1", "ada", 12.50m)], await InvoicesAsync(broker, 1));
    }

    [Fact]
    public async Task Rebalance_instances_share_the_orders_and_one_that_stops_hands_its_share_over()
    {
        await using SluiceBroker broker = await StartBrokerAsync();
        await using OrdersApp stays = new(broker, "1");
        HttpClient client = stays.CreateClient();
        await using (OrdersApp leaves = new(broker, "2"))
        {
            leaves.CreateClient();
            BrokerGroupState group = await broker.Group("billing").WaitUntilAsync(
                static group => group.Members.Count == 2 && group.Members.All(static member => member.Partitions.Count > 0), Deadline);
            Assert.Equal(["orders-processor-1", "orders-processor-2"], group.Members.Select(static member => member.ClientId).Order());
            await PostAsync(client, 0, 20);
        }
        await PostAsync(client, 20, 20);

        Assert.Equal(40, (await InvoicesAsync(broker, 40)).Select(static invoice => invoice.OrderId).Distinct().Count());
        Assert.Equal(3, (await broker.Group("billing").WaitForMembersAsync(1, Deadline)).Members[0].Partitions.Count);
    }

    [Fact]
    public async Task Retry_an_order_is_taken_while_the_broker_refuses_for_a_moment()
    {
        await using SluiceBroker broker = await StartBrokerAsync(static options => options
            .WithFault(Fault.On(ApiKey.Produce).Topic(Topics.Orders).Respond(ErrorCode.NotEnoughReplicas).Times(3)));
        await using OrdersApp app = new(broker);

        HttpResponseMessage answer = await app.CreateClient().PostAsJsonAsync("/orders", new Order("o-1", "ada", 1));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(3, broker.Faults[0].ActedCount);
        Assert.Single(await InvoicesAsync(broker, 1));
    }

    [Fact]
    public async Task Retry_an_order_that_the_broker_refuses_for_good_is_answered_with_503()
    {
        await using SluiceBroker broker = await StartBrokerAsync(static options => options
            .WithFault(Fault.On(ApiKey.Produce).Topic(Topics.Orders).Respond(ErrorCode.TopicAuthorizationFailed)));
        await using OrdersApp app = new(broker);

        HttpResponseMessage answer = await app.CreateClient().PostAsJsonAsync("/orders", new Order("o-1", "ada", 1));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(await broker.Topic(Topics.Orders).ReadAllAsync());
    }

    [Fact]
    public async Task Retry_a_payment_that_fails_twice_is_made_and_one_that_fails_thrice_is_a_dead_letter()
    {
        await using SluiceBroker broker = await StartBrokerAsync();
        await using (OrdersApp app = new(broker, payments: new UnreliablePayments(failuresCount: 2)))
        {
            await PostAsync(app.CreateClient(), 0, 1);
            Assert.Single(await InvoicesAsync(broker, 1));
        }
        await using OrdersApp again = new(broker, payments: new UnreliablePayments(failuresCount: 3));

        await PostAsync(again.CreateClient(), 1, 1);

        BrokerRecord letter = Assert.Single(await broker.Topic(Topics.DeadLetters).WaitForRecordsAsync(1, Deadline, committedOnly: true));
        Assert.Contains("o-1", letter.Value);
        Assert.Single(await InvoicesAsync(broker, 1));
    }

    [Theory]
    [InlineData("{ this is no JSON")]
    [InlineData("null")]
    public async Task Poison_a_message_that_cannot_be_read_is_set_aside_and_holds_up_nobody(string poison)
    {
        await using SluiceBroker broker = await StartBrokerAsync();
        await broker.Topic(Topics.Orders).ProduceAsync("ada", poison);
        await using OrdersApp app = new(broker);

        await app.CreateClient().PostAsJsonAsync("/orders", new Order("o-1", "ada", 1));

        Assert.Single(await InvoicesAsync(broker, 1));
        Assert.Equal(poison, Assert.Single(await broker.Topic(Topics.DeadLetters).WaitForRecordsAsync(1, Deadline, committedOnly: true)).Value);
        await broker.Group("billing").WaitForLagAsync(0, Deadline);
    }

    [Fact]
    public async Task Restart_orders_go_on_when_the_broker_comes_back()
    {
        await using SluiceBroker broker = await StartBrokerAsync();
        await using OrdersApp app = new(broker);
        HttpClient client = app.CreateClient();
        await PostAsync(client, 0, 10);

        Task<HttpResponseMessage> waiting = Task.FromResult(new HttpResponseMessage());
        await broker.RestartAsync(whileDown: () =>
        {
            waiting = client.PostAsJsonAsync("/orders", new Order("o-10", "ada", 1));
            return Task.CompletedTask;
        });
        Assert.Equal(HttpStatusCode.Accepted, (await waiting).StatusCode);
        await PostAsync(client, 11, 10);

        Assert.Equal(21, (await InvoicesAsync(broker, 21)).Select(static invoice => invoice.OrderId).Distinct().Count());
    }

    [Fact]
    public async Task Exactly_once_no_invoice_is_lost_or_doubled_whatever_is_lost_on_the_way()
    {
        await using SluiceBroker broker = await StartBrokerAsync(static options => options
            .WithSeed(42)
            .WithFault(Fault.On(ApiKey.Produce).DropAfterEffect().WithProbability(0.1).Times(5))
            .WithFault(Fault.On(ApiKey.TxnOffsetCommit).DropAfterEffect().After(3).Times(2))
            .WithFault(Fault.On(ApiKey.EndTxn).DropBeforeEffect().After(5).Times(2))
            .WithFault(Fault.On(ApiKey.EndTxn).RespondAfterEffect(ErrorCode.CoordinatorNotAvailable).After(12).Times(2)));
        await using OrdersApp app = new(broker);

        await PostAsync(app.CreateClient(), 0, 40);

        await broker.Group("billing").WaitForLagAsync(0, Deadline);
        IReadOnlyList<Invoice> invoices = await InvoicesAsync(broker, 40);
        Assert.Equal(Enumerable.Range(0, 40).Select(static i => $"o-{i}").Order(), invoices.Select(static invoice => invoice.OrderId).Order());
        Assert.All(broker.Faults, static fault => Assert.True(fault.ActedCount > 0, fault.ToString()));
    }

    [Fact]
    public async Task Exactly_once_what_an_instance_left_open_when_it_died_is_not_seen()
    {
        await using SluiceBroker broker = await StartBrokerAsync();
        // The first transaction never ends: its instance waits for that in vain, and dies.
        broker.AddFault(Fault.On(ApiKey.EndTxn).Client("orders-processor").Delay(TimeSpan.FromMinutes(10)).Times(1));
        await using (OrdersApp dies = new(broker, timeout: "00:00:02"))
        {
            await PostAsync(dies.CreateClient(), 0, 1);
            Assert.Single(await broker.Topic(Topics.Invoices).WaitForRecordsAsync(1, Deadline));
        }
        Assert.Equal("Ongoing", (await broker.TransactionAsync("orders-processor-1"))?.State);
        Assert.Empty(await broker.Topic(Topics.Invoices).ReadAllAsync(committedOnly: true));

        // Its successor, by the same name, aborts what it left, and reads the order again.
        await using OrdersApp successor = new(broker);
        successor.CreateClient();

        Assert.Equal("o-0", Assert.Single(await InvoicesAsync(broker, 1)).OrderId);
    }

    private static Task<SluiceBroker> StartBrokerAsync(Action<SluiceBrokerOptions>? configure = null) => SluiceBroker.StartAsync(options =>
    {
        options.WithTopic(Topics.Orders, partitions: 3).WithTopic(Topics.Invoices).WithTopic(Topics.DeadLetters);
        configure?.Invoke(options);
    });

    private static async Task PostAsync(HttpClient client, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            HttpResponseMessage answer = await client.PostAsJsonAsync("/orders", new Order($"o-{i}", $"customer-{i % 7}", i));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }
    }

    /// <summary>Waits for so many invoices, and returns all that consumers would see.</summary>
    private static async Task<IReadOnlyList<Invoice>> InvoicesAsync(SluiceBroker broker, int count) =>
    [
        .. (await broker.Topic(Topics.Invoices).WaitForRecordsAsync(count, Deadline, committedOnly: true))
            .Select(static record => JsonSerializer.Deserialize<Invoice>(record.Value!)!),
    ];
}
