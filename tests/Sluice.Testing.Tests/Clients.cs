using Confluent.Kafka;

namespace Sluice.Testing.Tests;

/// <summary>Real clients, quiet ones.</summary>
internal static class Clients
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static IProducer<string, string> Producer(SluiceBroker broker, Action<ProducerConfig>? change = null)
    {
        ProducerConfig config = new() { BootstrapServers = broker.BootstrapServers, LingerMs = 0, RetryBackoffMs = 10, RetryBackoffMaxMs = 20, ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 50 };
        change?.Invoke(config);
        return new ProducerBuilder<string, string>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    }

    public static Task<DeliveryResult<string, string>> SendAsync(this IProducer<string, string> producer, string topic, string value) =>
        producer.ProduceAsync(topic, new Message<string, string> { Key = "k", Value = value }).WaitAsync(Deadline);

    public static IConsumer<string, string> Consumer(SluiceBroker broker, string group, Action<ConsumerConfig>? change = null, Action<Error>? onError = null)
    {
        ConsumerConfig config = new()
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            RetryBackoffMs = 10,
            RetryBackoffMaxMs = 20,
            ReconnectBackoffMs = 10,
            ReconnectBackoffMaxMs = 50,
        };
        change?.Invoke(config);
        return new ConsumerBuilder<string, string>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler((_, error) => onError?.Invoke(error)).Build();
    }
}
