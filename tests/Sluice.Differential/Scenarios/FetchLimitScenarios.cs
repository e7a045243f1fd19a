using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class FetchLimitScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Fetch, "Limits on one partition cut bytes, not batches", async s =>
        {
            Topic topic = await s.Topic();
            for (int i = 0; i < 5; i++) await s.Append(topic, s.Batch(3, valueBytes: 100));
            foreach (short version in new short[] { 4, 7, 12, 18 })
            {
                foreach (int bytes in new[] { -1, 0, 1, 61, 400, 500, 501, 900, 1500, 5000, int.MaxValue })
                {
                    FetchRequest request = Reading.From(topic, 4);
                    request.Topics[0].Partitions[0].PartitionMaxBytes = bytes;
                    await s.Send(request, version, $"{bytes} bytes of a partition");
                    request = Reading.From(topic, 4);
                    request.MaxBytes = bytes;
                    await s.Send(request, version, $"{bytes} bytes in all");
                    request.MaxBytes = request.Topics[0].Partitions[0].PartitionMaxBytes = bytes;
                    await s.Send(request, version, $"{bytes} bytes both");
                }
            }
        }),
        new(ApiKey.Fetch, "Limits over several partitions follow the request's order", async s =>
        {
            Topic one = await s.Topic("one", 3);
            Topic two = await s.Topic("two");
            for (int partition = 0; partition < 3; partition++)
            {
                for (int i = 0; i < 3; i++) await s.Append(one, s.Batch(2, valueBytes: 200), partition);
            }
            await s.Append(two, s.Batch(2, valueBytes: 3000));
            foreach (short version in new short[] { 4, 12, 13, 18 })
            {
                foreach ((int all, int each) in new[] { (1, 1), (600, 100), (600, 600), (1000, 600), (2000, 600), (5000, 1000), (50_000, 1), (50_000, 0), (0, 0) })
                {
                    foreach (bool largeFirst in new[] { false, true })
                    {
                        FetchRequest request = new() { MaxBytes = all };
                        FetchRequest.FetchTopic small = new() { Topic = one.Name, TopicId = one.Id };
                        foreach (int partition in new[] { 2, 0, 1 }) small.Partitions.Add(new() { Partition = partition, PartitionMaxBytes = each });
                        FetchRequest.FetchTopic large = new() { Topic = two.Name, TopicId = two.Id, Partitions = { new() { PartitionMaxBytes = each } } };
                        request.Topics.Add(largeFirst ? large : small);
                        request.Topics.Add(largeFirst ? small : large);
                        await s.Send(request, version, $"{all} in all, {each} each, {(largeFirst ? "large" : "small")} first");
                    }
                }
            }
        }),
        new(ApiKey.Fetch, "Empty partitions first leave room for the one with data", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 3);
            await s.Append(topic, s.Batch(2, valueBytes: 1000), partition: 2);
            foreach (short version in new short[] { 4, 18 })
            {
                FetchRequest request = new() { MaxBytes = 10 };
                FetchRequest.FetchTopic asked = new() { Topic = topic.Name, TopicId = topic.Id };
                for (int partition = 0; partition < 3; partition++) asked.Partitions.Add(new() { Partition = partition, PartitionMaxBytes = 10 });
                request.Topics.Add(asked);
                await s.Send(request, version, "ten bytes");
            }
        }),
        new(ApiKey.Fetch, "Waiting for data ends with an append", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in new short[] { 4, 12, 18 })
            {
                long end = await s.Append(topic, s.Batch(1)) + 1;
                FetchRequest request = Reading.From(topic, end);
                request.MaxWaitMs = 10_000;
                request.MinBytes = 1;
                Task<FetchResponse?> waiting = s.Send(request, version, "woken");
                await s.Append(topic, s.Batch(2));
                await waiting;
            }
        }),
        new(ApiKey.Fetch, "Waiting for more bytes than come ends with the time", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(2));
            foreach (short version in new short[] { 4, 12, 18 })
            {
                FetchRequest request = Reading.From(topic, 0);
                request.MaxWaitMs = 200;
                request.MinBytes = 100_000;
                await s.Send(request, version, "some, but not enough");
                request.Topics[0].Partitions[0].FetchOffset = 2;
                await s.Send(request, version, "nothing");
                request.MaxWaitMs = -1;
                await s.Send(request, version, "negative time");
                request.MaxWaitMs = 10_000;
                request.MinBytes = 0;
                await s.Send(request, version, "no minimum");
                request.MinBytes = -5;
                await s.Send(request, version, "negative minimum");
            }
        }),
        new(ApiKey.Fetch, "A minimum above the maximum is the maximum", async s =>
        {
            Topic topic = await s.Topic();
            for (int i = 0; i < 4; i++) await s.Append(topic, s.Batch(2, valueBytes: 300));
            FetchRequest request = Reading.From(topic, 0);
            request.MaxWaitMs = 10_000;
            request.MinBytes = 5_000_000;
            request.MaxBytes = 1000;
            await s.Send(request, 12, "answered at once");
        }),
    ];
}
