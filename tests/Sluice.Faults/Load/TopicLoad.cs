using Confluent.Kafka;

namespace Sluice.Faults.Load;

/// <summary>Keeps one topic under load with librdkafka's producer, through any number of restarts of the broker.</summary>
/// <remarks>The producer's own retries see each restart through; nothing here sends a record twice.</remarks>
public sealed class TopicLoad : IDisposable
{
    // Per partition. Enough for several requests in flight, few enough that a restart does not end in minutes of catching up.
    private const int OpenRecordsMax = 1500;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Random _random;
    private readonly Task _sending;
    private bool _isDisposed;

    public TopicLoad(string bootstrapServers, LoadTopic topic, int seed)
    {
        Topic = topic;
        _random = new Random(seed);
        Ledgers = [.. Enumerable.Range(0, topic.PartitionsCount).Select(partition => new PartitionLedger(topic.Name, partition))];
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            CompressionType = topic.Codec,
            Acks = topic.Acks,
            EnableIdempotence = topic.IsIdempotent,
            LingerMs = topic.LingerMs,
            BatchNumMessages = topic.BatchRecordsMax,
            MessageTimeoutMs = 180_000,
            ReconnectBackoffMs = 5,
            ReconnectBackoffMaxMs = 50,
            RetryBackoffMs = 5,
            RetryBackoffMaxMs = 50,
            SocketTimeoutMs = 60_000,
        }).SetLogHandler(static (_, _) => { }).SetErrorHandler((_, error) => OnError(error)).Build();
        _sending = Task.Run(SendAsync);
    }

    public LoadTopic Topic { get; }

    /// <summary>What is known of each partition.</summary>
    public IReadOnlyList<PartitionLedger> Ledgers { get; }

    /// <summary>The error that ended the producer; null while it lives.</summary>
    public string? FatalError { get; private set; }

    /// <summary>Sends nothing more.</summary>
    public async Task StopSendingAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
    }

    /// <summary>Waits until the fate of every record is known.</summary>
    /// <returns>Whether it is.</returns>
    public bool Drain(TimeSpan patience) => _producer.Flush(patience) == 0;

    /// <summary>Gives up whatever has no answer yet; the ledgers stay.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _stopping.Cancel();
        _sending.Wait();
        _producer.Dispose();
        _stopping.Dispose();
    }

    private async Task SendAsync()
    {
        using PeriodicTimer pace = new(Pace);
        try
        {
            while (await pace.WaitForNextTickAsync(_stopping.Token))
            {
                foreach (PartitionLedger ledger in Ledgers)
                {
                    for (int left = _random.Next(Topic.RecordsAtATime); left > 0 && ledger.OpenCount < OpenRecordsMax; left--) SendOne(ledger);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The load ends.
        }
        catch (KafkaException exception)
        {
            FatalError ??= exception.Message;
        }
    }

    private void SendOne(PartitionLedger ledger)
    {
        long index = ledger.Send();
        bool isTombstone = Topic.Promise == TopicPromise.LatestOfKey && LoadRecord.IsTombstone(index);
        Message<byte[], byte[]> message = new() { Key = LoadRecord.Key(index), Value = isTombstone ? null! : LoadRecord.Value(index) };
        _producer.Produce(new TopicPartition(Topic.Name, ledger.Partition), message, report =>
        {
            if (report.Error.IsError) ledger.Fail(index, report.Error.ToString());
            else ledger.Acknowledge(index, report.Offset.Value);
        });
    }

    private void OnError(Error error)
    {
        if (error.IsFatal) FatalError ??= error.Reason;
    }
}
