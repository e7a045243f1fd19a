using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class OffsetForLeaderEpochScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.OffsetForLeaderEpoch, "Every epoch of a log and of an empty one", async s =>
        {
            Topic full = await s.Topic("full");
            Topic empty = await s.Topic("empty");
            await s.Append(full, s.Batch(5));
            foreach (short version in Session.Versions(ApiKey.OffsetForLeaderEpoch))
            {
                foreach (int epoch in new[] { -1, 0, 1, 5, int.MaxValue, -2 })
                {
                    await s.Send(Of(full, epoch), version, $"full, epoch {epoch}");
                    await s.Send(Of(empty, epoch), version, $"empty, epoch {epoch}");
                }
            }
        }),
        new(ApiKey.OffsetForLeaderEpoch, "The epoch that the client believes current", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(5));
            foreach (short version in Session.Versions(ApiKey.OffsetForLeaderEpoch))
            {
                foreach (int current in new[] { -2, -1, 0, 1, int.MaxValue })
                {
                    OffsetForLeaderEpochRequest request = Of(topic, 0);
                    request.Topics[0].Partitions[0].CurrentLeaderEpoch = current;
                    await s.Send(request, version, $"current epoch {current}");
                }
            }
        }),
        new(ApiKey.OffsetForLeaderEpoch, "Topics and partitions that do not exist", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            foreach (short version in Session.Versions(ApiKey.OffsetForLeaderEpoch))
            {
                await s.Send(Of(topic with { Name = s.Name("missing") }, 0), version, "unknown topic");
                await s.Send(Of(topic, 0, partition: 2), version, "unknown partition");
                OffsetForLeaderEpochRequest twice = Of(topic, 0);
                twice.Topics[0].Partitions.Add(new() { Partition = 0, LeaderEpoch = 1 });
                await s.Send(twice, version, "one partition twice");
                await s.Send(new OffsetForLeaderEpochRequest(), version, "nothing");
            }
        }),
        new(ApiKey.OffsetForLeaderEpoch, "Who asks", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in new short[] { 3, 4 })
            {
                foreach (int replica in new[] { -1, -2, 1, 7 })
                {
                    OffsetForLeaderEpochRequest request = Of(topic, 0);
                    request.ReplicaId = replica;
                    await s.Send(request, version, $"replica {replica}");
                }
            }
        }),
    ];

    private static OffsetForLeaderEpochRequest Of(Topic topic, int epoch, int partition = 0) => new()
    {
        Topics = { new() { Topic = topic.Name, Partitions = { new() { Partition = partition, LeaderEpoch = epoch } } } },
    };
}
