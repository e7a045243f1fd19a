using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class DeleteTopicsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DeleteTopics, "By name", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DeleteTopics))
            {
                Topic one = await s.Topic($"one-{version}", 2);
                Topic two = await s.Topic($"two-{version}");
                await s.Send(Named(version, one.Name, s.Name("missing"), two.Name), version, "two and a missing one");
                await s.WaitUntilGone(one.Name);
                await s.Send(Named(version, one.Name), version, "once more");
                await s.Send(Named(version, "a b", ""), version, "impossible names");
                await s.Send(Named(version), version, "nothing");
            }
        }),
        new(ApiKey.DeleteTopics, "The same twice in one request", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DeleteTopics))
            {
                Topic topic = await s.Topic($"v{version}");
                await s.Send(Named(version, topic.Name, topic.Name), version, "twice");
                await s.Send(Named(version, s.Name("missing"), s.Name("missing")), version, "missing, twice");
            }
        }),
        new(ApiKey.DeleteTopics, "By id", async s =>
        {
            Topic one = await s.Topic("one");
            Topic two = await s.Topic("two");
            Topic three = await s.Topic("three");
            await s.Send(Of((null, one.Id)), 6, "known id");
            await s.WaitUntilGone(one.Name);
            await s.Send(Of((null, one.Id)), 6, "once more");
            await s.Send(Of((null, ProduceScenarios.UnknownId)), 6, "unknown id");
            await s.Send(Of((null, Uuid.Zero)), 6, "neither");
            await s.Send(Of((two.Name, two.Id)), 6, "name and id");
            await s.Send(Of((null, two.Id), (null, two.Id)), 6, "an id twice");
            await s.Send(Of((three.Name, Uuid.Zero), (null, three.Id)), 6, "by name and by id");
        }),
        new(ApiKey.DeleteTopics, "A deleted topic is gone everywhere", async s =>
        {
            Topic topic = await s.Topic("gone", 2);
            await s.Append(topic, s.Batch(3));
            await s.Delete(topic);
            await s.WaitUntil("its partition is unknown", async () =>
                (await s.Ask(Reading.From(topic, 0), 12)).Responses[0].Partitions[0].ErrorCode == ErrorCode.UnknownTopicOrPartition);
            await s.Send(Reading.From(topic, 0), 12, "fetched by name");
            await s.Send(Reading.From(topic, 0), 13, "fetched by id");
            await s.Send(ProduceScenarios.To(topic, s.Batch(1)), 12, "produced by name");
            await s.Send(ProduceScenarios.To(topic, s.Batch(1)), 13, "produced by id");
            Topic again = await s.Topic("gone", 1);
            await s.Send(Reading.From(again, 0), 12, "made again, it is empty");
        }),
    ];

    private static DeleteTopicsRequest Named(short version, params string[] names)
    {
        DeleteTopicsRequest request = new() { TimeoutMs = 30_000 };
        if (version < 6) request.TopicNames.AddRange(names);
        else foreach (string name in names) request.Topics.Add(new() { Name = name });
        return request;
    }

    private static DeleteTopicsRequest Of(params (string? Name, Uuid Id)[] topics)
    {
        DeleteTopicsRequest request = new() { TimeoutMs = 30_000 };
        foreach ((string? name, Uuid id) in topics) request.Topics.Add(new() { Name = name, TopicId = id });
        return request;
    }
}
