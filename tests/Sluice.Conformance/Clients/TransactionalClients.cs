using Confluent.Kafka;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance.Clients;

/// <summary>librdkafka's transactional producer, and consumers that look at what it left.</summary>
public static class TransactionalClients
{
    /// <summary>Settings of a broker that is killed again and again: few shards, which load sooner, and groups that do not wait for more members.</summary>
    public static IReadOnlyList<(string Name, string Value)> BrokerSettings { get; } =
        [("transaction.state.log.num.partitions", "4"), ("offsets.topic.num.partitions", "4"), ("group.initial.rebalance.delay.ms", "100")];

    /// <summary>Makes a producer that has yet to call <c>InitTransactions</c>.</summary>
    public static IProducer<string, string> OpenProducer(string bootstrapServers, string transactionalId, int timeoutMs = 60_000)
    {
        ProducerConfig config = new()
        {
            BootstrapServers = bootstrapServers,
            TransactionalId = transactionalId,
            TransactionTimeoutMs = timeoutMs,
            MessageTimeoutMs = timeoutMs,
            LingerMs = 1,
            ReconnectBackoffMaxMs = 500,
            // When every broker is gone librdkafka forgets the brokers that it has learnt of, yet keeps one of them as the group's coordinator,
            // and sendOffsetsToTransaction then waits for it for ever (confluentinc/librdkafka#5511, and #5456 for the timeout that it ignores).
            MetadataRecoveryStrategy = MetadataRecoveryStrategy.None,
        };
        return new ProducerBuilder<string, string>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    }

    /// <summary>Reads every partition from its start to its end, without a group.</summary>
    public static List<string> ReadAll(string bootstrapServers, string topic, int partitionsCount, IsolationLevel isolation)
    {
        using CancellationTokenSource deadline = new(Volume.Patience);
        ConsumerConfig config = new()
        {
            BootstrapServers = bootstrapServers,
            GroupId = "reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Error,
            IsolationLevel = isolation,
            CheckCrcs = true,
        };
        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, partitionsCount).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        List<string> values = [];
        for (int openCount = partitionsCount; openCount > 0;)
        {
            ConsumeResult<string, string> result = consumer.Consume(deadline.Token);
            if (result.IsPartitionEOF) openCount--;
            else values.Add(result.Message.Value);
        }
        consumer.Close();
        return values;
    }
}
