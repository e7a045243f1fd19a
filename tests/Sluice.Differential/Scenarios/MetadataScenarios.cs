using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class MetadataScenarios
{
    private static readonly Uuid UnknownId = Uuid.Parse("AAECAwQFBgcICQoLDA0ODw");

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Metadata, "All topics, none, and some by name", async s =>
        {
            Topic one = await s.Topic("one", 3);
            Topic two = await s.Topic("two");
            foreach (short version in Session.Versions(ApiKey.Metadata))
            {
                if (version > 0) await s.Send(new MetadataRequest { Topics = null }, version, "all");
                await s.Send(Named(version), version, "empty list");
                await s.Send(Named(version, one.Name, two.Name), version, "two names");
                await s.Send(Named(version, two.Name, one.Name, two.Name), version, "one name twice");
            }
        }),
        new(ApiKey.Metadata, "A topic that does not exist is not created when that was not wanted", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.Metadata).Where(static version => version >= 4))
                await s.Send(Named(version, s.Name("missing")), version, "missing");
        }),
        new(ApiKey.Metadata, "Names that no topic can have", async s =>
        {
            foreach (short version in new short[] { 0, 1, 4, 9, 12, 13 })
            {
                foreach (string name in new[] { "", ".", "..", "a b", "a/b", "ü", new string('n', 249), new string('n', 250), "__cluster_metadata" })
                {
                    if (version < 4 && name.Length is 249) continue;
                    await s.Send(Named(version, name), version, $"name {name.Length} {name.Take(1).Select(static c => (int)c).FirstOrDefault()}");
                }
            }
        }),
        new(ApiKey.Metadata, "Topics by id", async s =>
        {
            Topic topic = await s.Topic("known", 2);
            Topic other = await s.Topic("other");
            foreach (short version in new short[] { 10, 11, 12, 13 })
            {
                await s.Send(ById((topic.Id, null)), version, "known id");
                await s.Send(ById((UnknownId, null)), version, "unknown id");
                await s.Send(ById((topic.Id, null), (UnknownId, null), (topic.Id, null)), version, "several ids");
                await s.Send(ById((topic.Id, other.Name)), version, "id and the name of another");
                await s.Send(ById((topic.Id, null), (Uuid.Zero, other.Name)), version, "one by id, one by name");
                await s.Send(ById((Uuid.Zero, null)), version, "neither id nor name");
                await s.Send(ById((Uuid.Zero, topic.Name)), version, "zero id and a name");
            }
        }),
        new(ApiKey.Metadata, "Operations that the client may do", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.Metadata).Where(static version => version >= 8))
            {
                foreach (bool ofCluster in new[] { false, true })
                {
                    if (ofCluster && version > 10) continue;
                    foreach (bool ofTopics in new[] { false, true })
                    {
                        MetadataRequest request = Named(version, topic.Name);
                        request.IncludeClusterAuthorizedOperations = ofCluster;
                        request.IncludeTopicAuthorizedOperations = ofTopics;
                        await s.Send(request, version, $"cluster {ofCluster}, topics {ofTopics}");
                    }
                }
            }
        }),
        new(ApiKey.Metadata, "A topic that does not exist is created by asking for it", async s =>
        {
            foreach (short version in new short[] { 0, 1, 3, 4, 9, 12, 13 })
            {
                string name = s.Name($"made-{version}");
                MetadataRequest request = Named(version, name);
                request.AllowAutoTopicCreation = true;
                await s.Send(request, version, "first");
                await s.WaitUntil($"{name} is there", async () =>
                {
                    MetadataResponse known = await s.Ask(Named(12, name), 12);
                    return known.Topics[0].ErrorCode == ErrorCode.None && known.Topics[0].Partitions.All(static p => p.ErrorCode == ErrorCode.None);
                });
                MetadataResponse created = await s.Ask(Named(12, name), 12);
                s.Peer.Know(created.Topics[0].TopicId, name);
                await s.Send(Named(version, name), version, "afterwards");
            }
        }),
        new(ApiKey.Metadata, "A topic is made with the partitions that it was asked for", async s =>
        {
            Topic topic = await s.Topic("wide", 17);
            await s.Send(Named(13, topic.Name), 13, "seventeen partitions");
        }),
    ];

    private static MetadataRequest Named(short version, params string[] names)
    {
        // Older versions cannot say so: asking creates.
        MetadataRequest request = new() { Topics = new(), AllowAutoTopicCreation = version < 4 };
        foreach (string name in names) request.Topics.Add(new() { Name = name });
        return request;
    }

    private static MetadataRequest ById(params (Uuid Id, string? Name)[] topics)
    {
        MetadataRequest request = new() { Topics = new(), AllowAutoTopicCreation = false };
        foreach ((Uuid id, string? name) in topics) request.Topics.Add(new() { TopicId = id, Name = name });
        return request;
    }
}
