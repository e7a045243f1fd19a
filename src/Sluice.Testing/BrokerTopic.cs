using System.Text;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Client.Consuming;
using Sluice.Client.Producing;

namespace Sluice.Testing;

/// <summary>A topic of a broker, seen by the test: what is in it, and a way to put something in.</summary>
/// <remarks>Faults and pauses do not concern these calls. Safe for any thread.</remarks>
public sealed class BrokerTopic
{
    private readonly SluiceBroker _broker;

    internal BrokerTopic(SluiceBroker broker, string name)
    {
        _broker = broker;
        Name = name;
    }

    /// <summary>The topic's name.</summary>
    public string Name { get; }

    /// <summary>Writes a record, with the broker's time as its timestamp.</summary>
    /// <param name="key">As UTF-8; null = none.</param>
    /// <param name="value">As UTF-8; null = a tombstone in compacted topics.</param>
    /// <param name="partition">Null = by the key, as Kafka's clients choose it.</param>
    /// <param name="cancellationToken">Gives up waiting; the record may be written then.</param>
    /// <returns>The record's offset in its partition.</returns>
    /// <exception cref="SluiceBrokerException">There is no such topic.</exception>
    public Task<long> ProduceAsync(string? key, string? value, int? partition = null, CancellationToken cancellationToken = default)
    {
        OutgoingRecord record = new(Name, Bytes(key), Bytes(value), partition, _broker.Time.GetUtcNow().ToUnixTimeMilliseconds());
        return AskAsync((cluster, token) => WriteAsync(cluster, record, token), cancellationToken);
    }

    /// <summary>Reads everything that is in the topic now.</summary>
    /// <param name="committedOnly">True = as a consumer with <c>read_committed</c>: without what transactions aborted or have not ended yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By partition and offset.</returns>
    /// <exception cref="SluiceBrokerException">There is no such topic.</exception>
    public Task<IReadOnlyList<BrokerRecord>> ReadAllAsync(bool committedOnly = false, CancellationToken cancellationToken = default) =>
        AskAsync((cluster, token) => ReadAsync(cluster, committedOnly, token), cancellationToken);

    /// <summary>Waits until the topic has so many records.</summary>
    /// <param name="count">0 or more; more records are as good.</param>
    /// <param name="timeout">In real time, whatever the broker's clock does.</param>
    /// <param name="committedOnly">As for <see cref="ReadAllAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All that is in the topic then, by partition and offset.</returns>
    /// <exception cref="TimeoutException">There are fewer; the message shows each partition and the latest requests.</exception>
    /// <exception cref="SluiceBrokerException">There is no such topic.</exception>
    public async Task<IReadOnlyList<BrokerRecord>> WaitForRecordsAsync(
        int count, TimeSpan timeout, bool committedOnly = false, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Waiting waiting = new(_broker.Time, _broker.Requests, timeout);
        while (true)
        {
            IReadOnlyList<BrokerRecord> records = await ReadAllAsync(committedOnly, cancellationToken).ConfigureAwait(false);
            if (records.Count >= count) return records;
            if (waiting.IsOver)
            {
                throw waiting.Fail(
                    $"topic '{Name}' has {records.Count} {(committedOnly ? "committed " : "")}records; {count} were wanted",
                    [.. records.GroupBy(static record => record.Partition).Select(partition => $"{Name}-{partition.Key}: {partition.Count()} records, the last at offset {partition.Last().Offset}")]);
            }
            await waiting.PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The offset behind the last record of each partition, in ascending order of the partitions.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SluiceBrokerException">There is no such topic.</exception>
    public Task<IReadOnlyList<long>> EndOffsetsAsync(CancellationToken cancellationToken = default) => OffsetsAsync(OffsetQuery.Latest, cancellationToken);

    /// <summary>The offset of the first record that is still kept, of each partition, in ascending order of the partitions.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SluiceBrokerException">There is no such topic.</exception>
    public Task<IReadOnlyList<long>> StartOffsetsAsync(CancellationToken cancellationToken = default) => OffsetsAsync(OffsetQuery.Earliest, cancellationToken);

    private static ReadOnlyMemory<byte>? Bytes(string? text) => text is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(text);

    private static async Task<long> WriteAsync(KafkaCluster cluster, OutgoingRecord record, CancellationToken cancellationToken)
    {
        RecordProducer producer = await RecordProducer.StartAsync(cluster, new RecordProducerOptions { Linger = TimeSpan.Zero }, cancellationToken).ConfigureAwait(false);
        await using (producer.ConfigureAwait(false))
        {
            Delivery delivery = await producer.SendAsync(record, cancellationToken).ConfigureAwait(false);
            return delivery.Offset;
        }
    }

    private async Task<IReadOnlyList<BrokerRecord>> ReadAsync(KafkaCluster cluster, bool committedOnly, CancellationToken cancellationToken)
    {
        RecordConsumer consumer = new(cluster, new RecordConsumerOptions { IsolationLevel = committedOnly ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted });
        await using (consumer.ConfigureAwait(false))
        {
            await consumer.AssignAllAsync(Name, StartPosition.Beginning, cancellationToken).ConfigureAwait(false);
            List<BrokerRecord> records = [];
            await foreach (ConsumedRecord record in consumer.ReadAsync(cancellationToken).ConfigureAwait(false))
                records.Add(new BrokerRecord(record.Partition, record.Offset, DateTimeOffset.FromUnixTimeMilliseconds(record.TimestampMs), record.Key, record.Value));
            return [.. records.OrderBy(static record => record.Partition).ThenBy(static record => record.Offset)];
        }
    }

    private async Task<IReadOnlyList<long>> OffsetsAsync(OffsetQuery query, CancellationToken cancellationToken)
    {
        IReadOnlyList<PartitionOffset> offsets = await AskAsync(
            (cluster, token) => new AdminClient(cluster).ListOffsetsAsync(Name, query, cancellationToken: token), cancellationToken).ConfigureAwait(false);
        return [.. offsets.Select(static offset => offset.Offset)];
    }

    private Task<T> AskAsync<T>(Func<KafkaCluster, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        _broker.ThrowIfNoTopic(Name);
        return _broker.AskAsync(question, cancellationToken);
    }
}
