using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Differential.Scenarios;

internal static class FetchScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Fetch, "Every offset of a log of three batches", async s =>
        {
            Topic topic = await s.Topic();
            foreach (int count in new[] { 3, 1, 4 }) await s.Append(topic, s.Batch(count));
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                foreach (long offset in new long[] { 0, 1, 2, 3, 4, 7, 8, 9, 1000, long.MaxValue, -1, -2, long.MinValue })
                    await s.Send(Reading.From(topic, offset), version, $"offset {offset}");
            }
        }),
        new(ApiKey.Fetch, "An empty log", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                await s.Send(Reading.From(topic, 0), version, "offset 0");
                await s.Send(Reading.From(topic, 1), version, "offset 1");
            }
        }),
        new(ApiKey.Fetch, "Below a log start that was raised", async s =>
        {
            Topic topic = await s.Topic();
            foreach (int count in new[] { 3, 3, 3 }) await s.Append(topic, s.Batch(count));
            await s.DeleteRecordsBelow(topic, 4);
            foreach (short version in new short[] { 4, 5, 11, 12, 18 })
            {
                foreach (long offset in new long[] { 0, 3, 4, 5, 6, 9 }) await s.Send(Reading.From(topic, offset), version, $"offset {offset}");
            }
        }),
        new(ApiKey.Fetch, "Topics and partitions that do not exist", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                await s.Send(Reading.From(topic with { Name = s.Name("missing"), Id = ProduceScenarios.UnknownId }, 0), version, "unknown topic");
                await s.Send(Reading.From(topic with { Name = "a b", Id = Uuid.Zero }, 0), version, "impossible topic");
                foreach (int partition in new[] { 2, -1, int.MaxValue }) await s.Send(Reading.From(topic, 0, partition), version, $"partition {partition}");
            }
        }),
        new(ApiKey.Fetch, "Good and bad partitions in one request", async s =>
        {
            Topic one = await s.Topic("one", 2);
            Topic two = await s.Topic("two");
            await s.Append(one, s.Batch(2), partition: 1);
            await s.Append(two, s.Batch(3));
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                FetchRequest request = Reading.From(one, 0, partition: 1);
                request.MaxWaitMs = 5000;
                request.MinBytes = 1 << 20;
                request.Topics.Add(Reading.From(two, 1).Topics[0]);
                request.Topics.Add(Reading.From(two with { Name = s.Name("missing"), Id = ProduceScenarios.UnknownId }, 0).Topics[0]);
                request.Topics.Add(Reading.From(one, 5).Topics[0]);
                await s.Send(request, version, "an error is answered at once");
            }
        }),
        new(ApiKey.Fetch, "Nothing asked for", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                await s.Send(new FetchRequest { MaxWaitMs = 5000, MinBytes = 1 }, version, "no topics");
                await s.Send(new FetchRequest { MaxWaitMs = 5000, MinBytes = 1, Topics = { new() { Topic = topic.Name, TopicId = topic.Id } } }, version, "no partitions");
            }
        }),
        new(ApiKey.Fetch, "The same partition twice in one request", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(3));
            await s.Append(topic, s.Batch(3));
            foreach (short version in new short[] { 4, 7, 12, 13, 18 })
            {
                FetchRequest request = Reading.From(topic, 0);
                request.Topics[0].Partitions.Add(new() { Partition = 0, FetchOffset = 3, PartitionMaxBytes = 1000 });
                await s.Send(request, version, "in one topic");
                request = Reading.From(topic, 0);
                request.Topics.Add(Reading.From(topic, 3).Topics[0]);
                await s.Send(request, version, "in two topics");
            }
        }),
        new(ApiKey.Fetch, "Leader epochs", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(3));
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                if (version >= 9)
                {
                    foreach (int epoch in new[] { -2, -1, 0, 1, int.MaxValue })
                    {
                        FetchRequest request = Reading.From(topic, 0);
                        request.Topics[0].Partitions[0].CurrentLeaderEpoch = epoch;
                        await s.Send(request, version, $"current epoch {epoch}");
                    }
                }
                if (version < 12) continue;
                foreach (int epoch in new[] { -2, 0, 1, int.MaxValue })
                {
                    foreach (long offset in new long[] { 0, 3, 4 })
                    {
                        FetchRequest request = Reading.From(topic, offset);
                        request.Topics[0].Partitions[0].LastFetchedEpoch = epoch;
                        await s.Send(request, version, $"last fetched epoch {epoch}, offset {offset}");
                    }
                }
            }
        }),
        new(ApiKey.Fetch, "Committed and uncommitted", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(3));
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                foreach (sbyte isolation in new sbyte[] { 0, 1, 2, -1, 127 })
                {
                    FetchRequest request = Reading.From(topic, 0);
                    request.IsolationLevel = isolation;
                    await s.Send(request, version, $"isolation {isolation}");
                }
            }
        }),
        new(ApiKey.Fetch, "Callers that are not consumers", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(3));
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                foreach (int replica in new[] { -2, -3, 1, 7 })
                {
                    FetchRequest request = Reading.From(topic, 0);
                    if (version < 15) request.ReplicaId = replica;
                    else request.ReplicaState = new() { ReplicaId = replica, ReplicaEpoch = -1 };
                    await s.Send(request, version, $"replica {replica}");
                }
            }
        }),
        new(ApiKey.Fetch, "What a consumer says of itself", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(3));
            foreach (short version in Session.Versions(ApiKey.Fetch).Where(static version => version >= 11))
            {
                FetchRequest request = Reading.From(topic, 0);
                request.RackId = "rack";
                await s.Send(request, version, "a rack");
                request.Topics[0].Partitions[0].LogStartOffset = 77;
                await s.Send(request, version, "a log start offset");
                if (version < 12) continue;
                request.ClusterId = "another cluster";
                await s.Send(request, version, "another cluster");
                if (version < 17) continue;
                request.Topics[0].Partitions[0].ReplicaDirectoryId = ProduceScenarios.UnknownId;
                await s.Send(request, version, "a directory");
                if (version < 18) continue;
                request.Topics[0].Partitions[0].HighWatermark = 1;
                await s.Send(request, version, "a high watermark");
            }
        }),
        new(ApiKey.Fetch, "Topics stored with zstd", async s =>
        {
            Topic forced = await s.Topic("forced", 1, ("compression.type", "zstd"));
            Topic free = await s.Topic("free");
            await s.Append(forced, s.Batch(3));
            await s.Append(free, s.Batch(new BatchOptions { RecordsCount = 3, Compression = CompressionType.Zstd }));
            foreach (short version in Session.Versions(ApiKey.Fetch))
            {
                await s.Send(Reading.From(forced, 0), version, "by the topic's own setting");
                await s.Send(Reading.From(free, 0), version, "by the producer's choice");
            }
        }),
        new(ApiKey.Fetch, "A deleted topic that was made again is another topic", async s =>
        {
            Topic old = await s.Topic("again");
            await s.Append(old, s.Batch(3));
            await s.Delete(old);
            Topic made = await s.Topic("again");
            s.Note("same id", made.Id == old.Id);
            await s.Append(made, s.Batch(1));
            await s.WaitUntil("the old id is unknown", async () =>
                (await s.Ask(Reading.From(old, 0), 13)).Responses[0].Partitions[0].ErrorCode == ErrorCode.UnknownTopicId);
            await s.Send(Reading.From(old, 0), 12, "by name");
            await s.Send(Reading.From(old, 0), 13, "by the old id");
            await s.Send(Reading.From(made, 0), 13, "by the new id");
        }),
        new(ApiKey.Fetch, "A log of several segments is read segment by segment", async s =>
        {
            Topic topic = await s.Topic("segments", 1, ("segment.bytes", "1048576"), ("max.message.bytes", "2000000"));
            for (int i = 0; i < 5; i++) await s.Append(topic, s.Batch(1, valueBytes: 500_000));
            for (long offset = 0; offset <= 5; offset++) await s.Send(Reading.From(topic, offset), 12, $"offset {offset}");
        }),
    ];
}
