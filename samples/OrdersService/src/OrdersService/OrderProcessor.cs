using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace OrdersService;

/// <summary>Makes an invoice of every order, exactly once: invoice and offset are committed in one transaction.</summary>
/// <remarks>
/// An order that cannot be read, or paid for after some attempts, becomes a dead letter. Whatever goes wrong with Kafka ends the session with it; the next
/// session begins at the last committed offset, and what the old one left open is aborted.
/// </remarks>
public sealed class OrderProcessor(IOptions<KafkaOptions> options, IPaymentGateway payments, ILogger<OrderProcessor> logger) : BackgroundService
{
    private const int AttemptsMax = 3;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    // Consume blocks its thread.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                RunSession(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (KafkaException failure)
            {
                logger.LogWarning("Begins anew after: {Reason}", failure.Error.Reason);
                stopping.WaitHandle.WaitOne(RetryAfter);
            }
        }
    }

    private void RunSession(CancellationToken stopping)
    {
        using IProducer<string, string> producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = options.Value.BootstrapServers,
            ClientId = "orders-processor",
            TransactionalId = $"orders-processor-{options.Value.InstanceId}",
            LingerMs = 0,
        }).SetLogHandler(Log).Build();
        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = options.Value.BootstrapServers,
            ClientId = $"orders-processor-{options.Value.InstanceId}",
            GroupId = "billing",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        }).SetLogHandler(Log).Build();
        TimeSpan timeout = options.Value.Timeout;
        producer.InitTransactions(timeout);
        consumer.Subscribe(Topics.Orders);
        try
        {
            while (true)
            {
                ConsumeResult<string, string> order = consumer.Consume(stopping);
                producer.BeginTransaction();
                (string topic, Message<string, string> result) = Process(order, stopping);
                producer.Produce(topic, result);
                producer.SendOffsetsToTransaction([new TopicPartitionOffset(order.TopicPartition, order.Offset + 1)], consumer.ConsumerGroupMetadata, timeout);
                producer.CommitTransaction(timeout);
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    private void Log(IClient client, LogMessage message) => logger.LogDebug("{Client}: {Message}", client.Name, message.Message);

    private (string Topic, Message<string, string> Result) Process(ConsumeResult<string, string> record, CancellationToken stopping)
    {
        Order? order;
        try
        {
            order = JsonSerializer.Deserialize<Order>(record.Message.Value);
        }
        catch (JsonException unreadable)
        {
            return DeadLetter(record, unreadable.Message);
        }
        if (order is not { Id: not null, Customer: not null }) return DeadLetter(record, "no order");

        for (int attempt = 1; ; attempt++)
        {
            try
            {
                payments.ChargeAsync(order, stopping).GetAwaiter().GetResult();
                Invoice invoice = new(order.Id, order.Customer, order.Amount);
                return (Topics.Invoices, new Message<string, string> { Key = record.Message.Key, Value = JsonSerializer.Serialize(invoice) });
            }
            catch (HttpRequestException failure) when (attempt == AttemptsMax)
            {
                return DeadLetter(record, failure.Message);
            }
            catch (HttpRequestException)
            {
                stopping.WaitHandle.WaitOne(RetryAfter * attempt);
                stopping.ThrowIfCancellationRequested();
            }
        }
    }

    private static (string Topic, Message<string, string> Result) DeadLetter(ConsumeResult<string, string> record, string reason) =>
        (Topics.DeadLetters, new Message<string, string>
        {
            Key = record.Message.Key,
            Value = record.Message.Value,
            Headers = new Headers { { "reason", Encoding.UTF8.GetBytes(reason) } },
        });
}
