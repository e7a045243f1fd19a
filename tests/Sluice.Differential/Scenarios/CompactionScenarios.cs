using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Differential.Scenarios;

// What compaction leaves. When a cleaner comes by is its own business, so each script waits until the records are those that it says.
internal static class CompactionScenarios
{
    // Each batch has a segment of its own; whatever is not in the last one is cleaned at once.
    private static readonly (string, string)[] Compacted = [("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0.001"), ("segment.ms", "10000")];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Fetch, "What compaction leaves of keys that are overwritten", async s =>
        {
            foreach (CompressionType codec in Enum.GetValues<CompressionType>())
            {
                string name = $"{codec}".ToLowerInvariant();
                Topic topic = await s.Topic(name, 1, Compacted);
                for (int count = 4; count > 0; count--)
                    await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = count, Compression = codec, ValueBytes = 10 * count, StartMs = -200_000 * count }));
                await Settling.UntilLeft(s, topic, 3, 6, 7, 8, 9);
                await Settling.Compare(s, topic, 10, name, 800_000, 797_000, 600_000, 598_000, 597_999, 400_000, 399_000, 200_000, 1);
            }
        }) { HasRestlessBrokers = true },
        new(ApiKey.Fetch, "What compaction leaves of tombstones", async s =>
        {
            foreach ((string name, string retentionMs, long[] left) in new[] { ("kept", "100000000", new long[] { 1, 2, 3, 4 }), ("not-kept", "0", [2, 3, 4]) })
            {
                Topic topic = await s.Topic(name, 1, [.. Compacted, ("delete.retention.ms", retentionMs)]);
                await s.Append(topic, s.Batch(new BatchOptions { StartMs = -500_000 }));
                await s.Append(topic, s.Batch(new BatchOptions { StartMs = -400_000, HasValues = false }));
                await s.Append(topic, s.Batch(new BatchOptions { StartMs = -300_000, FirstKey = 5 }));
                await Settling.UntilLeft(s, topic, 1, 2); // The first round that sees a tombstone only says until when it stays.
                await Settling.Compare(s, topic, 3, $"{name}, first round", 500_000, 400_000, 300_000);
                await s.Append(topic, s.Batch(new BatchOptions { StartMs = -200_000, FirstKey = 6 }));
                await s.Append(topic, s.Batch(new BatchOptions { StartMs = -100_000, FirstKey = 7 }));
                await Settling.UntilLeft(s, topic, left);
                await Settling.Compare(s, topic, 5, $"{name}, next round", 500_000, 400_000, 300_000, 100_000);
            }
        }) { HasRestlessBrokers = true },
        new(ApiKey.Fetch, "What compaction leaves above a log start within a batch", async s =>
        {
            Topic topic = await s.Topic("t", 1, [.. Compacted[1..], ("cleanup.policy", "compact,delete"), ("retention.ms", "-1")]);
            await s.Append(topic, s.Batch(4, startMs: -500_000));
            await s.Append(topic, s.Batch(2, startMs: -400_000));
            await s.DeleteRecordsBelow(topic, 3);
            await s.Append(topic, s.Batch(1, startMs: -300_000));
            await Settling.UntilLeft(s, topic, 3, 4, 5, 6);
            await s.Append(topic, s.Batch(1, startMs: -200_000));
            await Settling.UntilLeft(s, topic, 3, 5, 6, 7);
            await Settling.Compare(s, topic, 8, "compacted", 500_000, 497_000, 400_000, 399_000, 300_000);
        }) { HasRestlessBrokers = true },
        new(ApiKey.Fetch, "What both policies leave", async s =>
        {
            Topic topic = await s.Topic("t", 1, [.. Compacted[1..], ("cleanup.policy", "compact,delete"), ("retention.ms", "-1")]);
            await s.Append(topic, s.Batch(4, startMs: -1_000_000));
            await s.Append(topic, s.Batch(2, startMs: -500_000));
            await s.Append(topic, s.Batch(1, startMs: -1000));
            await Settling.UntilLeft(s, topic, 2, 3, 4, 5, 6);
            await Settling.Compare(s, topic, 7, "compacted", 1_000_000, 998_000, 500_000, 1000);
            await s.Ask(
                new IncrementalAlterConfigsRequest
                {
                    Resources = { new() { ResourceType = ConfigResources.Topic, ResourceName = topic.Name, Configs = { new() { Name = "retention.ms", Value = "100000" } } } },
                },
                version: 1);
            await Settling.UntilStart(s, topic, 6);
            await Settling.Compare(s, topic, 7, "expired", 1_000_000, 500_000, 1000);
        }) { HasRestlessBrokers = true },
        new(ApiKey.ListOffsets, "The newest record was compacted away", async s =>
        {
            // Its batch is the last of a producer, of which the header must stay.
            Topic topic = await s.Topic("t", 1, ("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0.001"), ("segment.bytes", "1048576"));
            await s.Append(topic, s.Batch(new BatchOptions { StartMs = -100_000, ProducerId = 4000, ProducerEpoch = 0, BaseSequence = 0 }));
            await s.Append(topic, s.Batch(new BatchOptions { StartMs = -200_000, ValueBytes = 600_000 }));
            await s.Append(topic, s.Batch(new BatchOptions { StartMs = -150_000, ValueBytes = 600_000, FirstKey = 1 }));
            await Settling.UntilLeft(s, topic, 1, 2);
            await Settling.Compare(s, topic, 3, "compacted", 200_000, 150_000, 149_999, 100_000);
        }) { HasRestlessBrokers = true },
    ];
}
