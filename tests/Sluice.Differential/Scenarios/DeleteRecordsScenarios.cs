using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class DeleteRecordsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DeleteRecords, "Offsets all over the log", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DeleteRecords))
            {
                Topic topic = await s.Topic($"v{version}");
                foreach (int count in new[] { 3, 3, 3 }) await s.Append(topic, s.Batch(count));
                foreach (long offset in new long[] { 0, 1, 4, 2, 10, long.MaxValue, -2, long.MinValue, 9, 5 })
                {
                    await s.Send(Below(topic, offset), version, $"offset {offset}");
                    await s.Send(Reading.From(topic, 4), 12, $"version {version}, after offset {offset}");
                }
            }
        }),
        new(ApiKey.DeleteRecords, "Everything", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DeleteRecords))
            {
                Topic topic = await s.Topic($"v{version}");
                await s.Send(Below(topic, -1), version, "of an empty log");
                await s.Append(topic, s.Batch(3));
                await s.Send(Below(topic, -1), version, "of three records");
                await s.Send(Reading.From(topic, 3), 12, $"what is left after version {version}");
                await s.Append(topic, s.Batch(2));
                await s.Send(Reading.From(topic, 3), 12, $"what came after version {version}");
            }
        }),
        new(ApiKey.DeleteRecords, "Topics and partitions that do not exist, and several at once", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            await s.Append(topic, s.Batch(3), partition: 1);
            foreach (short version in Session.Versions(ApiKey.DeleteRecords))
            {
                DeleteRecordsRequest request = Below(topic, 1, partition: 1);
                request.Topics[0].Partitions.Add(new() { PartitionIndex = 7, Offset = 0 });
                request.Topics[0].Partitions.Add(new() { PartitionIndex = 0, Offset = 5 });
                request.Topics.Add(Below(topic with { Name = s.Name("missing") }, 0).Topics[0]);
                await s.Send(request, version, "good and bad");
                request = Below(topic, 1, partition: 1);
                request.Topics[0].Partitions.Add(new() { PartitionIndex = 1, Offset = 2 });
                await s.Send(request, version, "one twice");
                await s.Send(new DeleteRecordsRequest(), version, "nothing");
            }
        }),
        new(ApiKey.DeleteRecords, "A topic that does not delete", async s =>
        {
            foreach ((string name, string policy) in new[] { ("compact", "compact"), ("both", "compact,delete"), ("neither", "") })
            {
                Topic topic = await s.Topic(name, 1, ("cleanup.policy", policy));
                await s.Append(topic, s.Batch(3));
                foreach (short version in Session.Versions(ApiKey.DeleteRecords)) await s.Send(Below(topic, 1), version, name);
            }
        }),
    ];

    private static DeleteRecordsRequest Below(Topic topic, long offset, int partition = 0) => new()
    {
        Topics = { new() { Name = topic.Name, Partitions = { new() { PartitionIndex = partition, Offset = offset } } } },
        TimeoutMs = 10_000,
    };
}
