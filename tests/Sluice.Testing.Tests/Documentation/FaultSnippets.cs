using Confluent.Kafka;
using Sluice.Protocol;
using Error = Confluent.Kafka.ErrorCode;
using ErrorCode = Sluice.Protocol.ErrorCode;

namespace Sluice.Testing.Tests.Documentation;

// The code that docs/testing-your-app.md shows for each fault; what is claimed there of Confluent.Kafka is asserted here.
public class FaultSnippets
{
    [Fact]
    public async Task Respond()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithTopic("secrets"));
        using var producer = Clients.Producer(broker);
        #region respond
        // Retriable: unseen by the application.
        broker.AddFault(Fault.On(ApiKey.Produce).Topic("orders").Respond(ErrorCode.NotEnoughReplicas).Times(2));
        await producer.SendAsync("orders", "one");

        // Not retriable: the call fails at once.
        broker.AddFault(Fault.On(ApiKey.Produce).Topic("secrets").Respond(ErrorCode.TopicAuthorizationFailed));
        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(() => producer.SendAsync("secrets", "two"));
        Assert.Equal(Error.TopicAuthorizationFailed, refused.Error.Code);
        #endregion
        broker.Faults[0].ActedCount.ShouldBe(2);
    }

    [Fact]
    public async Task Respond_after_effect()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        #region respond-after
        broker.AddFault(Fault.On(ApiKey.Produce).RespondAfterEffect(ErrorCode.RequestTimedOut).Times(1));

        using var producer = Clients.Producer(broker, config => config.EnableIdempotence = false);
        await producer.SendAsync("orders", "one");

        Assert.Equal(2, (await broker.Topic("orders").ReadAllAsync()).Count);   // 1 with EnableIdempotence
        #endregion
    }

    [Fact]
    public async Task Delay()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        #region delay
        broker.AddFault(Fault.On(ApiKey.Produce).Delay(TimeSpan.FromSeconds(2)).Times(1));

        using var producer = Clients.Producer(broker, config => config.MessageTimeoutMs = 500);
        var late = await Assert.ThrowsAsync<ProduceException<string, string>>(() => producer.SendAsync("orders", "one"));

        Assert.Equal(Error.Local_MsgTimedOut, late.Error.Code);
        await broker.Topic("orders").WaitForRecordsAsync(1, TimeSpan.FromSeconds(30));   // written all the same
        #endregion
    }

    [Fact]
    public async Task Drop()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        #region drop
        broker.AddFault(Fault.On(ApiKey.Produce).DropBeforeEffect().Times(1));
        broker.AddFault(Fault.On(ApiKey.Produce).DropAfterEffect().Times(1));

        using var producer = Clients.Producer(broker, config => config.EnableIdempotence = true);
        await producer.SendAsync("orders", "one");   // sent three times, connected three times

        Assert.Single(await broker.Topic("orders").ReadAllAsync());
        #endregion
        broker.Faults.ShouldAllBe(static fault => fault.ActedCount == 1);
    }

    [Fact]
    public async Task Throttle()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        using var producer = Clients.Producer(broker);
        #region throttle
        broker.AddFault(Fault.On(ApiKey.Produce).Throttle(TimeSpan.FromSeconds(1)).Times(1));
        await producer.SendAsync("orders", "answered at once");

        long before = TimeProvider.System.GetTimestamp();
        await producer.SendAsync("orders", "served a second later");
        Assert.True(TimeProvider.System.GetElapsedTime(before) > TimeSpan.FromSeconds(0.5));
        #endregion
    }

    [Fact]
    public async Task Corrupt_response()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders").WithSeed(7));
        using var producer = Clients.Producer(broker);
        #region corrupt-response
        broker.AddFault(Fault.On(ApiKey.Produce).CorruptResponse().Times(1));

        var unreadable = await Assert.ThrowsAsync<ProduceException<string, string>>(() => producer.SendAsync("orders", "one"));

        Assert.Equal(Error.Local_Underflow, unreadable.Error.Code);
        Assert.Single(await broker.Topic("orders").ReadAllAsync());   // the effect is there
        #endregion
    }

    [Fact]
    public async Task Corrupt_records()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        #region corrupt-records
        await broker.Topic("orders").ProduceAsync("ada", new string('a', 1000));
        broker.AddFault(Fault.On(ApiKey.Fetch).CorruptRecords().Times(1));

        using var consumer = Clients.Consumer(broker, "billing", config => config.CheckCrcs = true);
        consumer.Subscribe("orders");
        var wrong = Assert.Throws<ConsumeException>(() => consumer.Consume(TimeSpan.FromSeconds(30)));

        Assert.Equal(Error.Local_BadMsg, wrong.Error.Code);   // without CheckCrcs: one wrong letter, delivered
        #endregion
    }

    [Fact]
    public async Task Disk_full()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        using var producer = Clients.Producer(broker);
        #region disk-full
        broker.Disk.Fill();
        Task<DeliveryResult<string, string>> waiting = producer.SendAsync("orders", "one");
        await broker.Requests.WaitForAsync(request => request.Error == ErrorCode.KafkaStorageError, TimeSpan.FromSeconds(30));
        Assert.False(waiting.IsCompleted);

        broker.Disk.Free();
        await waiting;
        #endregion
    }

    [Fact]
    public async Task Disk_slow()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        #region disk-slow
        broker.Disk.SlowDown(TimeSpan.FromSeconds(2));

        using var producer = Clients.Producer(broker, config => config.MessageTimeoutMs = 500);
        var late = await Assert.ThrowsAsync<ProduceException<string, string>>(() => producer.SendAsync("orders", "one"));
        broker.Disk.SpeedUp();

        Assert.Equal(Error.Local_MsgTimedOut, late.Error.Code);
        await broker.Topic("orders").WaitForRecordsAsync(1, TimeSpan.FromSeconds(30));   // written all the same
        #endregion
    }

    [Fact]
    public async Task Pause_and_restart()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders"));
        using var producer = Clients.Producer(broker);
        await producer.SendAsync("orders", "zero");
        #region pause
        broker.Pause();                                            // hangs: connections stay open
        Task<DeliveryResult<string, string>> waiting = producer.SendAsync("orders", "one");
        broker.Resume();
        await waiting;

        await broker.RestartAsync();                               // goes down, and comes back with the same data and port
        await producer.SendAsync("orders", "two");

        foreach (BrokerConnection connection in broker.Connections) connection.Drop();   // the network failed
        await producer.SendAsync("orders", "three");
        #endregion
        (await broker.Topic("orders").EndOffsetsAsync()).ShouldBe([4]);
    }

    [Fact]
    public async Task Chance()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders")
            #region chance
            .WithSeed(42)
            .WithFault(Fault.On(ApiKey.Produce).DropAfterEffect().WithProbability(0.2).After(3).Times(10))
            #endregion
        );
        using var producer = Clients.Producer(broker, config => config.EnableIdempotence = true);
        for (int i = 0; i < 30; i++) await producer.SendAsync("orders", $"{i}");
        broker.Faults[0].ActedCount.ShouldBeInRange(1, 10);
        (await broker.Topic("orders").EndOffsetsAsync()).ShouldBe([30]);
    }
}
