using System.Buffers.Binary;
using Confluent.Kafka;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance.Clients;

/// <summary>Reads assigned partitions with librdkafka's consumer, without a group, and checks every record against what was sent.</summary>
public static class ConfluentConsumer
{
    /// <summary>Reads every partition from its start to its end.</summary>
    /// <returns>By partition, the indexes of its records in the order of their offsets, each of which held exactly what its index stands for.</returns>
    public static IReadOnlyList<IReadOnlyList<(long Offset, int Index)>> ReadAll(string bootstrapServers, string topic, int partitionsCount, CancellationToken cancellationToken)
    {
        using IConsumer<byte[], byte[]> consumer = Open(bootstrapServers);
        consumer.Assign(Enumerable.Range(0, partitionsCount).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        List<(long Offset, int Index)>[] read = [.. Enumerable.Range(0, partitionsCount).Select(static _ => new List<(long, int)>())];
        int openCount = partitionsCount;
        while (openCount > 0)
        {
            ConsumeResult<byte[], byte[]> result = consumer.Consume(cancellationToken);
            if (result.IsPartitionEOF) openCount--;
            else read[result.Partition.Value].Add((result.Offset.Value, Check(result)));
        }
        consumer.Close();
        return read;
    }

    public static IConsumer<byte[], byte[]> Open(string bootstrapServers, Action<ConsumerConfig>? change = null)
    {
        ConsumerConfig config = new()
        {
            BootstrapServers = bootstrapServers,
            GroupId = "conformance",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Error,
            CheckCrcs = true,
        };
        change?.Invoke(config);
        return new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    }

    private static int Check(ConsumeResult<byte[], byte[]> result)
    {
        byte[] value = result.Message.Value;
        int index = BinaryPrimitives.ReadInt32BigEndian(value);
        string where = $"record {index} at {result.TopicPartitionOffset}";
        value.AsSpan().SequenceEqual(ExpectedRecord.Value(index)).ShouldBeTrue($"{where} has another value");
        result.Message.Key.AsSpan().SequenceEqual(ExpectedRecord.Key(index)).ShouldBeTrue($"{where} has another key");
        IReadOnlyList<(string Key, byte[]? Value)> headers = ExpectedRecord.Headers(index);
        result.Message.Headers.Count.ShouldBe(headers.Count, where);
        for (int i = 0; i < headers.Count; i++)
        {
            result.Message.Headers[i].Key.ShouldBe(headers[i].Key, where);
            result.Message.Headers[i].GetValueBytes().ShouldBe(headers[i].Value, where);
        }
        return index;
    }
}
