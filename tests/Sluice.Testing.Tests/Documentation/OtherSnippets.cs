using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Protocol;
using ErrorCode = Sluice.Protocol.ErrorCode;

namespace Sluice.Testing.Tests.Documentation;

// The other code that docs/testing-your-app.md shows.
public class OtherSnippets
{
    // The loop that the page shows has no end of its own.
    [Fact(Timeout = 120_000)]
    public async Task Clock()
    {
        #region clock
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders", partitions: 1, ("retention.ms", "604800000"))
            .WithTimeProvider(time));
        await broker.Topic("orders").ProduceAsync("ada", "old");

        while ((await broker.Topic("orders").StartOffsetsAsync())[0] == 0)
        {
            time.Advance(TimeSpan.FromDays(8));   // retention looks every five minutes, and then waits a minute to remove
            await Task.Delay(1);
        }

        Assert.Empty(await broker.Topic("orders").ReadAllAsync());
        #endregion
    }

    [Fact]
    public async Task Clock_stands_still()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders")
            .WithTimeProvider(time)
            .WithFault(Fault.On(ApiKey.Produce).Delay(TimeSpan.FromSeconds(1))));
        using var producer = Clients.Producer(broker);
        TimeSpan seconds = TimeSpan.FromSeconds(4);
        var late = await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            #region clock-stands-still
            await broker.WaitAsync(producer.SendAsync("orders", "one"), seconds);
            #endregion
        });
        late.Message.ShouldContain("while the broker's clock stood still");
    }

    [Fact]
    public async Task Inspection()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        using var producer = Clients.Producer(broker, config => (config.ClientId, config.TransactionalId) = ("shop", "shop-1"));
        producer.InitTransactions(Clients.Deadline);
        producer.BeginTransaction();
        await producer.SendAsync("orders", "one");
        #region inspection
        // Records, with or without what transactions have not committed.
        IReadOnlyList<BrokerRecord> all = await broker.Topic("orders").WaitForRecordsAsync(1, TimeSpan.FromSeconds(30));
        IReadOnlyList<BrokerRecord> committed = await broker.Topic("orders").ReadAllAsync(committedOnly: true);

        // Transactions, connections, and every request with its error and the fault that acted on it.
        Assert.Equal("Ongoing", (await broker.TransactionAsync("shop-1"))?.State);
        Assert.All(broker.Connections, connection => Assert.Equal("shop", connection.ClientId));
        Assert.Contains(broker.Requests.Snapshot(), request => request.Api == ApiKey.Produce && request.Error == ErrorCode.None);
        #endregion
        all.Count.ShouldBe(1);
        committed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Groups()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        await broker.Topic("orders").ProduceAsync("ada", "one");
        using CancellationTokenSource stop = new();
        Task application = Task.Run(() => Consume(broker, stop.Token));
        #region groups
        BrokerGroupState group = await broker.Group("billing").WaitForMembersAsync(1, TimeSpan.FromSeconds(30));
        Assert.Equal([("orders", 0)], group.Members[0].Partitions);
        await broker.Group("billing").WaitForLagAsync(0, TimeSpan.FromSeconds(30));   // all is consumed and committed
        #endregion
        await stop.CancelAsync();
        await application.WaitAsync(Clients.Deadline);
    }

    private static void Consume(SluiceBroker broker, CancellationToken stop)
    {
        using var consumer = Clients.Consumer(broker, "billing");
        consumer.Subscribe("orders");
        while (!stop.IsCancellationRequested)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(20)) is { } result) consumer.Commit(result);
        }
        consumer.Close();
    }
}
