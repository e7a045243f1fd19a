using System.Globalization;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Sluice.Conformance.Clients;

/// <summary>Reads <c>input</c> as a member of a group, writes what it read to <c>output</c>, and commits its position, all in one transaction at a time.</summary>
public static class TransformWorker
{
    /// <summary>The group that all workers are in.</summary>
    public const string Group = "transform";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The program: works until SIGTERM; after every failure both clients are replaced, as a supervisor would restart it.</summary>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="transactionalId">Own to the worker.</param>
    /// <remarks>Prints a line for every failure: killed brokers and lost assignments are what this is about.</remarks>
    public static int Run(string bootstrapServers, string transactionalId)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        Console.WriteLine($"{transactionalId}: works");
        while (!stop.IsCancellationRequested)
        {
            try
            {
                RunOnce(bootstrapServers, transactionalId, stop.Token);
            }
            catch (KafkaException failure)
            {
                Console.WriteLine($"{transactionalId}: {failure.Error}");
            }
        }
        return 0;
    }

    /// <summary>What becomes of a record of <c>input</c>.</summary>
    public static string Value(int partitionIndex, long offset) => string.Create(CultureInfo.InvariantCulture, $"{partitionIndex}:{offset}");

    private static void RunOnce(string bootstrapServers, string transactionalId, CancellationToken stop)
    {
        using IProducer<string, string> producer = TransactionalClients.OpenProducer(bootstrapServers, transactionalId, timeoutMs: 20_000);
        producer.InitTransactions(Patience);
        ConsumerConfig config = new()
        {
            BootstrapServers = bootstrapServers,
            GroupId = Group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            SessionTimeoutMs = 6_000,
            HeartbeatIntervalMs = 500,
            ReconnectBackoffMaxMs = 500,
        };
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        consumer.Subscribe("input");
        try
        {
            while (!stop.IsCancellationRequested) RunTransaction(producer, consumer);
        }
        finally
        {
            consumer.Close();
        }
    }

    private static void RunTransaction(IProducer<string, string> producer, IConsumer<byte[], byte[]> consumer)
    {
        List<ConsumeResult<byte[], byte[]>> read = [];
        while (read.Count < 100 && consumer.Consume(read.Count == 0 ? 200 : 10) is { } result) read.Add(result);
        if (read.Count == 0) return;
        producer.BeginTransaction();
        foreach (ConsumeResult<byte[], byte[]> result in read)
        {
            string value = Value(result.Partition.Value, result.Offset.Value);
            producer.Produce("output", new Message<string, string> { Key = value, Value = value });
        }
        IEnumerable<TopicPartitionOffset> positions = read
            .GroupBy(static result => result.TopicPartition)
            .Select(static results => new TopicPartitionOffset(results.Key, results.Max(static result => result.Offset.Value) + 1));
        producer.SendOffsetsToTransaction(positions, consumer.ConsumerGroupMetadata, Patience);
        producer.CommitTransaction(Patience);
    }
}
