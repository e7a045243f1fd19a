using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class CreatePartitionsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.CreatePartitions, "More, as many, fewer", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.CreatePartitions))
            {
                Topic topic = await s.Topic($"v{version}", 2);
                await s.Append(topic, s.Batch(2), partition: 1);
                foreach (int count in new[] { 2, 1, 0, -1, int.MinValue }) await s.Send(To(topic.Name, count), version, $"{count} partitions");
                CreatePartitionsRequest check = To(topic.Name, 4);
                check.ValidateOnly = true;
                await s.Send(check, version, "four, only checked");
                await s.Send(To(topic.Name, 5), version, "five");
                await s.WaitUntilReady(topic with { PartitionsCount = 5 });
                await s.Send(new MetadataRequest { Topics = new() { new() { Name = topic.Name } }, AllowAutoTopicCreation = false }, 12, $"after version {version}");
                await s.Send(Reading.From(topic, 0, partition: 1), 12, $"old partition after version {version}");
                await s.Send(ProduceScenarios.To(topic, s.Batch(1), partition: 4), 9, $"new partition after version {version}");
            }
        }),
        new(ApiKey.CreatePartitions, "Several topics, good and bad", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.CreatePartitions))
            {
                Topic one = await s.Topic($"one-{version}");
                Topic two = await s.Topic($"two-{version}");
                CreatePartitionsRequest request = To(one.Name, 2);
                request.Topics.Add(To(s.Name("missing"), 2).Topics[0]);
                request.Topics.Add(To(two.Name, 3).Topics[0]);
                request.Topics.Add(To("a b", 3).Topics[0]);
                await s.Send(request, version, "four topics");
                request = To(one.Name, 4);
                request.Topics.Add(To(one.Name, 5).Topics[0]);
                request.Topics.Add(To(two.Name, 4).Topics[0]);
                await s.Send(request, version, "one twice");
                await s.Send(new CreatePartitionsRequest(), version, "nothing");
            }
        }),
        new(ApiKey.CreatePartitions, "Replicas given by hand", async s =>
        {
            int number = 0;
            async Task Try(string what, int count, params int[][] assignments)
            {
                foreach (short version in new short[] { 0, 3 })
                {
                    Topic topic = await s.Topic($"t{number++}", 2);
                    CreatePartitionsRequest request = To(topic.Name, count);
                    request.Topics[0].Assignments = new();
                    foreach (int[] brokers in assignments) request.Topics[0].Assignments!.Add(new() { BrokerIds = [.. brokers] });
                    await s.Send(request, version, what);
                }
            }
            await Try("as many as are new", 4, [1], [1]);
            await Try("too few", 4, [1]);
            await Try("too many", 4, [1], [1], [1]);
            await Try("none", 4);
            await Try("an unknown broker", 3, [7]);
            await Try("a broker twice", 3, [1, 1]);
            await Try("no broker", 3, []);
        }),
    ];

    private static CreatePartitionsRequest To(string topic, int count) => new()
    {
        Topics = { new() { Name = topic, Count = count, Assignments = null } },
        TimeoutMs = 30_000,
    };
}
