using Confluent.Kafka;
using Sluice.Client;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;
using Sluice.Protocol.Messages;

namespace Sluice.Conformance;

/// <summary>librdkafka pushes its metrics when it is asked for them (KIP-714).</summary>
public sealed class TelemetryTests
{
    private const sbyte ClientMetrics = 16;

    [Fact]
    public async Task A_producer_and_a_consumer_push_what_they_are_asked_for()
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Volume.Patience);
        using PushedMetrics pushed = new();
        await using InProcessBroker broker = await InProcessBroker.StartAsync();
        await SubscribeAsync(broker, "org.apache.kafka.producer", deadline.Token);
        ProducerConfig producing = new() { BootstrapServers = broker.BootstrapServers, ClientId = "pushing-producer", EnableMetricsPush = true };
        using IProducer<Null, string> producer = new ProducerBuilder<Null, string>(producing).Build();
        await producer.ProduceAsync("measured", new Message<Null, string> { Value = "a" }, deadline.Token);
        (string software, string[] names) = await pushed.WaitForAsync("pushing-producer", deadline.Token);
        software.ShouldContain("confluent-kafka-dotnet");
        names.ShouldAllBe(static name => name.StartsWith("org.apache.kafka.producer.", StringComparison.Ordinal));

        await SubscribeAsync(broker, "*", deadline.Token);
        ConsumerConfig consuming = new() { BootstrapServers = broker.BootstrapServers, ClientId = "pushing-consumer", GroupId = "g", AutoOffsetReset = AutoOffsetReset.Earliest, EnableMetricsPush = true };
        using IConsumer<Null, string> consumer = new ConsumerBuilder<Null, string>(consuming).Build();
        consumer.Subscribe("measured");
        consumer.Consume(deadline.Token).Message.Value.ShouldBe("a");
        (_, names) = await pushed.WaitForAsync("pushing-consumer", deadline.Token);
        names.ShouldContain(static name => name.StartsWith("org.apache.kafka.consumer.", StringComparison.Ordinal));
        consumer.Close();
    }

    private static async Task SubscribeAsync(InProcessBroker broker, string metrics, CancellationToken cancellationToken)
    {
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(new BrokerEndpoint("127.0.0.1", broker.Port), new KafkaClientOptions(), cancellationToken);
        IncrementalAlterConfigsRequest request = new() { Resources = { new() { ResourceType = ClientMetrics, ResourceName = "all" } } };
        request.Resources[0].Configs.Add(new() { Name = "metrics", Value = metrics });
        request.Resources[0].Configs.Add(new() { Name = "interval.ms", Value = "200" });
        IncrementalAlterConfigsResponse response = await connection.SendAsync(request, cancellationToken: cancellationToken);
        response.Responses.ShouldHaveSingleItem().ErrorCode.ShouldBe(Sluice.Protocol.ErrorCode.None);
    }
}
