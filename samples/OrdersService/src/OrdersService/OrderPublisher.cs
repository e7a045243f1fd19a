using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace OrdersService;

/// <summary>Puts orders into Kafka, the orders of a customer in one partition.</summary>
public sealed class OrderPublisher : IDisposable
{
    private readonly IProducer<string, string> _producer;
    private readonly ILogger _logger;

    public OrderPublisher(IOptions<KafkaOptions> options, ILogger<OrderPublisher> logger)
    {
        _logger = logger;
        _producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = options.Value.BootstrapServers,
            ClientId = "orders-publisher",
            EnableIdempotence = true,
            MessageTimeoutMs = 10_000,
        }).SetLogHandler((client, message) => logger.LogDebug("{Client}: {Message}", client.Name, message.Message)).Build();
    }

    /// <returns>False if Kafka did not take it in time.</returns>
    public async Task<bool> PublishAsync(Order order, CancellationToken cancellationToken)
    {
        try
        {
            Message<string, string> message = new() { Key = order.Customer, Value = JsonSerializer.Serialize(order) };
            await _producer.ProduceAsync(Topics.Orders, message, cancellationToken);
            return true;
        }
        catch (ProduceException<string, string> refused)
        {
            _logger.LogError("Order {OrderId} was not published: {Reason}", order.Id, refused.Error.Reason);
            return false;
        }
    }

    public void Dispose() => _producer.Dispose();
}
