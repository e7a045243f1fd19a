using System.Text;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Client.Consuming;
using Sluice.Faults.Load;

namespace Sluice.Faults.Verification;

/// <summary>Reads a topic from its start to its end; every batch's checksum is compared on the way.</summary>
public static class TopicReader
{
    /// <summary>Reads it while nobody writes to it.</summary>
    /// <returns>By partition.</returns>
    public static async Task<IReadOnlyList<PartitionContent>> ReadAsync(KafkaCluster cluster, LoadTopic topic, CancellationToken cancellationToken)
    {
        AdminClient admin = new(cluster);
        List<FoundRecord>[] found = [.. Enumerable.Range(0, topic.PartitionsCount).Select(static _ => new List<FoundRecord>())];
        // Retention may go on removing segments while the rest is read.
        await using (RecordConsumer consumer = new(cluster, new RecordConsumerOptions { SkipDeleted = true, FetchWait = TimeSpan.FromMilliseconds(20) }))
        {
            await consumer.AssignAllAsync(topic.Name, StartPosition.Beginning, cancellationToken);
            await foreach (ConsumedRecord record in consumer.ReadAsync(cancellationToken))
            {
                found[record.Partition].Add(new FoundRecord(record.Offset, Encoding.ASCII.GetString(record.Key!.Value.Span), IndexOf(record)));
            }
        }

        IReadOnlyList<PartitionOffset> starts = await admin.ListOffsetsAsync(topic.Name, OffsetQuery.Earliest, cancellationToken: cancellationToken);
        IReadOnlyList<PartitionOffset> ends = await admin.ListOffsetsAsync(topic.Name, OffsetQuery.Latest, cancellationToken: cancellationToken);
        return [.. found.Select((records, partition) => new PartitionContent(starts[partition].Offset, ends[partition].Offset, records))];
    }

    private static long IndexOf(ConsumedRecord record)
    {
        if (record.Value is not { } value) return FoundRecord.Tombstone;
        long index = LoadRecord.IndexOf(value.Span);
        return index >= 0 ? index : FoundRecord.Unknown;
    }
}
