using System.Collections.Concurrent;
using Confluent.Kafka;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance.Clients;

/// <summary>Sends a workload with librdkafka's producer and remembers what was acknowledged.</summary>
public sealed class ConfluentProducer : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _topic;
    private readonly int _partitionsCount;
    private readonly ConcurrentQueue<string> _failures = new();

    public ConfluentProducer(string bootstrapServers, string topic, int partitionsCount, CompressionType codec, Action<ProducerConfig>? change = null)
    {
        _topic = topic;
        _partitionsCount = partitionsCount;
        ProducerConfig config = new()
        {
            BootstrapServers = bootstrapServers,
            CompressionType = codec,
            Acks = Acks.All,
            LingerMs = 5,
            QueueBufferingMaxMessages = 100_000,
            QueueBufferingMaxKbytes = 256 * 1024,
            MessageTimeoutMs = 60_000,
        };
        change?.Invoke(config);
        _producer = new ProducerBuilder<byte[], byte[]>(config).SetLogHandler(static (_, _) => { }).Build();
    }

    /// <summary>Offset of every acknowledged record, by its index.</summary>
    public ConcurrentDictionary<int, long> Acknowledged { get; } = new();

    /// <summary>Reports that were not acknowledgements.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Sends records <paramref name="from"/> to <paramref name="to"/> (exclusive), waiting for room in the queue.</summary>
    public void Send(int from, int to, CancellationToken cancellationToken)
    {
        for (int index = from; index < to; index++)
        {
            Message<byte[], byte[]> message = new() { Key = ExpectedRecord.Key(index), Value = ExpectedRecord.Value(index) };
            foreach ((string key, byte[]? value) in ExpectedRecord.Headers(index)) (message.Headers ??= []).Add(key, value);
            TopicPartition target = new(_topic, ExpectedRecord.Partition(index, _partitionsCount));
            int sent = index;
            while (!TryProduce(target, message, sent)) cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits until every record was acknowledged or given up.</summary>
    public void Flush(TimeSpan patience) => _producer.Flush(patience);

    public void Dispose() => _producer.Dispose();

    private bool TryProduce(TopicPartition target, Message<byte[], byte[]> message, int index)
    {
        try
        {
            _producer.Produce(target, message, report =>
            {
                if (report.Error.IsError) _failures.Enqueue($"{index}: {report.Error}");
                else Acknowledged[index] = report.Offset.Value;
            });
            return true;
        }
        catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
        {
            _producer.Poll(TimeSpan.FromMilliseconds(50));
            return false;
        }
    }
}
