using System.Globalization;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// What retention leaves. Batches lie further apart in time than segment.ms, so that each has a segment of its own.
internal static class RetentionScenarios
{
    private static readonly (string, string) SegmentPerBatch = ("segment.ms", "10000");

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Fetch, "What retention by size leaves", async s =>
        {
            byte[] sample = s.Batch(2, valueBytes: 1000);
            foreach ((string name, int bytes, long start) in new[]
            {
                ("two-and-a-half", sample.Length * 5 / 2, 4L), ("two", sample.Length * 2, 6L), ("less-than-one", sample.Length - 1, 8L), ("none", 0, 10L), ("all", sample.Length * 5, 0L),
            })
            {
                Topic topic = await s.Topic(name, 1, SegmentPerBatch, ("retention.ms", "-1"), ("retention.bytes", bytes.ToString(CultureInfo.InvariantCulture)));
                for (int batch = 0; batch < 5; batch++) await s.Append(topic, s.Batch(2, valueBytes: 1000, startMs: -1_000_000 + (batch * 100_000)));
                await Settling.UntilStart(s, topic, start);
                await Settling.Compare(s, topic, 10, name, 1_000_000, 800_000, 799_999, 600_000, 599_000, 1);
                foreach (long offset in new[] { 0, start - 1 }) await s.Send(Reading.From(topic, offset), 12, $"{name}, from {offset}");
            }
        }) { HasRestlessBrokers = true },
        new(ApiKey.Fetch, "What retention by time leaves", async s =>
        {
            // A segment that has expired stays behind one that has not.
            foreach ((string name, long[] starts, long start) in new[]
            {
                ("ascending", new long[] { -1_000_000, -900_000, -700_000, -300_000, -1000 }, 6L),
                ("one-young", [-1_000_000, -100_000, -700_000, -60_000, -1000], 2L),
                ("all-old", [-1_000_000, -900_000, -800_000, -700_000, -650_000], 10L),
            })
            {
                Topic topic = await s.Topic(name, 1, SegmentPerBatch, ("retention.ms", "600000"), ("retention.bytes", "-1"));
                foreach (long startMs in starts) await s.Append(topic, s.Batch(2, startMs: startMs));
                await Settling.UntilStart(s, topic, start);
                await s.Append(topic, s.Batch(2, startMs: -500));
                await Settling.Compare(s, topic, 12, name, 1_000_000, 700_000, 300_000, 100_000, 60_000, 999);
            }
        }) { HasRestlessBrokers = true },
        new(ApiKey.DeleteRecords, "What is left when the deleted records' files are gone", async s =>
        {
            Topic topic = await s.Topic("t", 1, SegmentPerBatch);
            byte[][] batches = [.. Enumerable.Range(0, 4).Select(batch => s.Batch(3, startMs: -1_000_000 + (batch * 100_000)))];
            foreach (byte[] batch in batches) await s.Append(topic, batch);
            // Of a log of which nothing is left Kafka keeps the last segment.
            foreach ((long below, int batchesLeft) in new[] { (2L, 4), (3, 3), (7, 2), (12, 1) })
            {
                await s.DeleteRecordsBelow(topic, below);
                await UntilSize(s, topic, batches[^batchesLeft..].Sum(static batch => batch.Length));
                await Settling.Compare(s, topic, 12, $"below {below}", 1_000_000, 999_000, 900_000, 798_000, 700_000);
            }
            byte[] next = s.Batch(2, startMs: -500_000);
            await s.Append(topic, next);
            // While the deleted segment before it is there, Kafka finds no record by a time that is in it.
            await UntilSize(s, topic, next.Length);
            await Settling.Compare(s, topic, 14, "appended after that", 1_000_000, 500_000, 499_000, 498_000);
        }) { HasRestlessBrokers = true },
    ];

    private static async Task UntilSize(Session s, Topic topic, long bytes)
    {
        long size = -1;
        await s.WaitUntil(() => $"{topic.Name} takes {bytes} bytes or less; it takes {size}", async () =>
        {
            DescribeLogDirsResponse response = await s.Ask(new DescribeLogDirsRequest { Topics = new() { new() { Topic = topic.Name, Partitions = [0] } } }, version: 4);
            size = response.Results[0].Topics[0].Partitions[0].PartitionSize;
            return size <= bytes;
        });
    }
}
