using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Differential.Scenarios;

internal static class ListOffsetsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.ListOffsets, "Every special timestamp in every version", async s =>
        {
            Topic topic = await s.Topic();
            foreach (int count in new[] { 3, 1, 4 }) await s.Append(topic, s.Batch(count));
            foreach (short version in Session.Versions(ApiKey.ListOffsets))
            {
                for (long timestamp = 0; timestamp >= -8; timestamp--) await s.Send(At(topic, timestamp), version, $"timestamp {timestamp}");
                await s.Send(At(topic, long.MinValue), version, "lowest timestamp");
            }
        }),
        new(ApiKey.ListOffsets, "An empty log", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.ListOffsets))
            {
                foreach (long timestamp in new long[] { 0, s.NowMs, -1, -2, -3, -4, -5, -6 })
                    await s.Send(At(topic, timestamp), version, timestamp == s.NowMs ? "now" : $"timestamp {timestamp}");
            }
        }),
        new(ApiKey.ListOffsets, "A timestamp finds the record, not its batch", async s =>
        {
            foreach (CompressionType codec in Enum.GetValues<CompressionType>())
            {
                Topic topic = await s.Topic($"{codec}".ToLowerInvariant());
                await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 4, Compression = codec, StartMs = -1_000_000 }));
                await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 4, Compression = codec, StartMs = -900_000 }));
                await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 4, Compression = codec, StartMs = -950_000 }));
                foreach (short version in new short[] { 1, 4, 7, 11 })
                {
                    foreach (long beforeMs in new[] { 2_000_000, 1_000_000, 999_999, 998_000, 997_000, 996_999, 950_000, 949_500, 900_000, 899_999, 897_000, 896_999, 1 })
                        await s.Send(At(topic, s.NowMs - beforeMs), version, $"{codec}, {beforeMs} ms before");
                    await s.Send(At(topic, long.MaxValue), version, $"{codec}, end of time");
                }
            }
        }),
        new(ApiKey.ListOffsets, "Timestamps that run backwards", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 4, StepMs = -1000 }));
            await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 4, StartMs = -2_000_000 }));
            foreach (long beforeMs in new[] { 3_000_000, 2_000_000, 1_999_000, 1_003_000, 1_002_500, 1_001_000, 1_000_000, 999_999 })
                await s.Send(At(topic, s.NowMs - beforeMs), 7, $"{beforeMs} ms before");
            await s.Send(At(topic, -3), 7, "highest");
        }),
        new(ApiKey.ListOffsets, "The highest timestamp", async s =>
        {
            foreach (CompressionType codec in new[] { CompressionType.None, CompressionType.Gzip })
            {
                Topic topic = await s.Topic($"{codec}".ToLowerInvariant());
                await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 3, Compression = codec }));
                await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 3, Compression = codec, StartMs = -500_000, StepMs = -1000 }));
                await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 3, Compression = codec, StartMs = -500_000, StepMs = 0 }));
                await s.Append(topic, s.Batch(new BatchOptions { RecordsCount = 3, Compression = codec }));
                foreach (short version in new short[] { 7, 8, 11 }) await s.Send(At(topic, -3), version, $"{codec}");
            }
        }),
        new(ApiKey.ListOffsets, "After records were deleted", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(4));
            await s.Append(topic, s.Batch(4, startMs: -900_000));
            await s.DeleteRecordsBelow(topic, 2);
            foreach (short version in new short[] { 1, 4, 11 })
            {
                foreach (long timestamp in new long[] { -1, -2, 0, s.NowMs - 1_000_000, s.NowMs - 999_000, s.NowMs - 998_000 })
                    await s.Send(At(topic, timestamp), version, timestamp <= 0 ? $"timestamp {timestamp}" : $"{s.NowMs - timestamp} ms before");
                if (version >= 8) await s.Send(At(topic, -4), version, "local start");
            }
            await s.DeleteRecordsBelow(topic, -1);
            foreach (long timestamp in new long[] { -1, -2, -3, -4, 0, s.NowMs - 1_000_000 })
                await s.Send(At(topic, timestamp), 11, timestamp <= 0 ? $"all deleted, timestamp {timestamp}" : "all deleted, the first batch");
        }),
        new(ApiKey.ListOffsets, "Broker's timestamps", async s =>
        {
            Topic topic = await s.Topic("append", 1, ("message.timestamp.type", "LogAppendTime"));
            await s.Append(topic, s.Batch(4));
            await s.Send(At(topic, s.NowMs - 1_000_000), 7, "of the producer");
            await s.Send(At(topic, s.NowMs + 10_000_000), 7, "later");
            await s.Send(At(topic, -3), 7, "highest");
        }),
        new(ApiKey.ListOffsets, "Topics and partitions that do not exist, and partitions named twice", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            foreach (short version in Session.Versions(ApiKey.ListOffsets))
            {
                await s.Send(At(topic with { Name = s.Name("missing") }, -1), version, "unknown topic");
                await s.Send(At(topic with { Name = "a b" }, -1), version, "impossible topic");
                foreach (int partition in new[] { 2, -1, int.MaxValue }) await s.Send(At(topic, -1, partition), version, $"partition {partition}");
                ListOffsetsRequest twice = At(topic, -1);
                twice.Topics[0].Partitions.Add(new() { PartitionIndex = 0, Timestamp = -2 });
                twice.Topics[0].Partitions.Add(new() { PartitionIndex = 1, Timestamp = -2 });
                await s.Send(twice, version, "one partition twice");
                twice = At(topic, -1);
                twice.Topics.Add(At(topic, -2).Topics[0]);
                await s.Send(twice, version, "one topic twice");
                await s.Send(new ListOffsetsRequest { ReplicaId = -1 }, version, "nothing");
            }
        }),
        new(ApiKey.ListOffsets, "Isolation, epochs and callers", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(3));
            foreach (short version in Session.Versions(ApiKey.ListOffsets))
            {
                foreach (int replica in new[] { -1, -2, -3, 0, 1, 7 })
                {
                    ListOffsetsRequest request = At(topic, -1);
                    request.ReplicaId = replica;
                    await s.Send(request, version, $"replica {replica}");
                }
                if (version < 2) continue;
                foreach (sbyte isolation in new sbyte[] { 1, 2, -1 })
                {
                    ListOffsetsRequest request = At(topic, -1);
                    request.IsolationLevel = isolation;
                    await s.Send(request, version, $"isolation {isolation}");
                }
                if (version < 4) continue;
                foreach (int epoch in new[] { -2, -1, 0, 1, int.MaxValue })
                {
                    ListOffsetsRequest request = At(topic, -1);
                    request.Topics[0].Partitions[0].CurrentLeaderEpoch = epoch;
                    await s.Send(request, version, $"epoch {epoch}");
                }
            }
        }),
    ];

    private static ListOffsetsRequest At(Topic topic, long timestamp, int partition = 0) => new()
    {
        ReplicaId = -1,
        Topics = { new() { Name = topic.Name, Partitions = { new() { PartitionIndex = partition, Timestamp = timestamp } } } },
        TimeoutMs = 5000,
    };
}
