#pragma warning disable CA1050 // As in a test project of its own, which has no namespace.
#region first-test
using Confluent.Kafka;
using Sluice.Testing;
using Xunit;

public class FirstTest
{
    [Fact]
    public async Task A_record_arrives()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options.WithTopic("orders", partitions: 6));
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build();

        await producer.ProduceAsync("orders", new Message<string, string> { Key = "ada", Value = "12.50" });

        BrokerRecord record = Assert.Single(await broker.Topic("orders").ReadAllAsync());
        Assert.Equal("12.50", record.Value);
    }
}
#endregion
