using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class CommittedOffsetScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.OffsetCommit, "Without a group, and what is fetched then", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            foreach (short version in Session.Versions(ApiKey.OffsetCommit))
            {
                await s.Send(Groups.Commit(group, topic, 100 + version, version), version, "an offset");
                await s.Send(Groups.Commit(group, topic, 200 + version, version, partition: 1, metadata: null), version, "one without text");
                await s.Send(Groups.Commit(group, topic, -5, version, partition: 0), version, "a negative offset");
                await s.Send(Groups.Fetch(group, 7, all: true), 7, $"fetched after v{version}");
                await s.Send(Groups.Commit(group, topic, 1, version, partition: 2), version, "a partition too far");
                await s.Send(Groups.Commit(group, topic, 1, version, partition: -1), version, "a negative partition");
                await s.Send(Groups.Commit(group, topic, 1, version, name: s.Name("absent"), id: Uuid.Parse("AAAAAAAAAAAAAAAAAAAABw")), version, "a topic that does not exist");
                await s.Send(Groups.Commit(group, topic, 1, version, metadata: new string('x', 4096)), version, "a text as long as may be");
                await s.Send(Groups.Commit(group, topic, 1, version, metadata: new string('x', 4097)), version, "a text too long");
                await s.Send(Groups.Commit("", topic, 1, version), version, "no name of a group");
                await s.Send(Groups.Commit(s.Name("absent"), topic, 1, version, generation: 0), version, "a generation of a group that does not exist");
                await s.Send(Groups.Commit(s.Name("absent"), topic, 1, version, memberId: "stranger", generation: 0), version, "a member of a group that does not exist");
                OffsetCommitRequest empty = Groups.Commit(group, topic, 1, version);
                empty.Topics.Clear();
                await s.Send(empty, version, "nothing");
            }
        }),
        new(ApiKey.OffsetCommit, "Of members of a group", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 1);
            (string group, string id, int generation) = await Groups.Alone(s);
            foreach (short version in Session.Versions(ApiKey.OffsetCommit))
            {
                await s.Send(Groups.Commit(group, topic, version, version, memberId: id, generation: generation), version, "a member");
                await s.Send(Groups.Commit(group, topic, version, version, memberId: id, generation: generation + 1), version, "another generation");
                await s.Send(Groups.Commit(group, topic, version, version, memberId: "stranger", generation: generation), version, "an unknown member");
                await s.Send(Groups.Commit(group, topic, version, version), version, "nobody");
                await s.Send(Groups.Commit(group, topic, version, version, memberId: id), version, "a member without its generation");
                await s.Send(Groups.Commit(group, topic, version, version, generation: generation), version, "a generation without a member");
                await s.Send(Groups.Fetch(group, 7, all: true), 7, $"fetched after v{version}");
            }
        }),
        new(ApiKey.OffsetFetch, "Some, all, and what is not there", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            Topic other = await s.Topic("u");
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            await s.Ask(Groups.Commit(group, topic, 41, partition: 1), version: 9);
            await s.Ask(Groups.Commit(group, other, 42), version: 9);
            foreach (short version in Session.Versions(ApiKey.OffsetFetch))
            {
                await s.Send(Groups.Fetch(group, version, all: false, (topic, 0), (topic, 1), (other, 0), (other, 7)), version, "some");
                if (version >= 2) await s.Send(Groups.Fetch(group, version, all: true), version, "all");
                await s.Send(Groups.Fetch(group, version, all: false), version, "none");
                await s.Send(Groups.Fetch(s.Name("absent"), version, all: false, (topic, 0)), version, "of a group that does not exist");
                if (version >= 2) await s.Send(Groups.Fetch(s.Name("absent"), version, all: true), version, "all of a group that does not exist");
                await s.Send(Groups.Fetch(group, version, all: false, (new Topic(s.Name("absent"), Uuid.Parse("AAAAAAAAAAAAAAAAAAAABw"), 1), 0)), version, "a topic that does not exist");
                await s.Send(Groups.Fetch("", version, all: false, (topic, 0)), version, "no name of a group");
                if (version < 7) continue;
                OffsetFetchRequest stable = Groups.Fetch(group, version, all: true);
                stable.RequireStable = true;
                await s.Send(stable, version, "stable ones");
                if (version < 8) continue;
                OffsetFetchRequest several = Groups.Fetch(group, version, all: true);
                several.Groups.Add(Groups.Fetch(s.Name("absent"), version, all: true).Groups[0]);
                await s.Send(several, version, "two groups");
                several.Groups.Clear();
                await s.Send(several, version, "no groups");
                if (version < 9) continue;
                OffsetFetchRequest named = Groups.Fetch(group, version, all: true);
                (named.Groups[0].MemberId, named.Groups[0].MemberEpoch) = ("stranger", 3);
                await s.Send(named, version, "by somebody who is no member");
            }
        }),
        new(ApiKey.OffsetFetch, "Of a topic that was deleted, and made again", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            await s.Ask(Groups.Commit(group, topic, 41), version: 9);
            await s.Delete(topic);
            await s.WaitUntil("its offset is gone", async () => (await s.Ask(Groups.Fetch(group, 7, all: true), version: 7)).Topics.Count == 0);
            await s.Send(Groups.Fetch(group, 9, all: false, (topic, 0)), 9, "by name");
            Topic again = await s.Topic();
            await s.Send(Groups.Fetch(group, 10, all: false, (again, 0)), 10, "by its new id");
            await s.Send(Groups.Commit(group, again, 5, 10), 10, "committed again");
            await s.Send(Groups.Fetch(group, 10, all: false, (again, 0)), 10, "by its new id, again");
        }),
        new(ApiKey.OffsetDelete, "Some of a group's offsets", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            await s.Ask(Groups.Commit(group, topic, 41), version: 9);
            await s.Ask(Groups.Commit(group, topic, 42, partition: 1), version: 9);
            OffsetDeleteRequest request = new()
            {
                GroupId = group,
                Topics = { new() { Name = topic.Name, Partitions = { new() { PartitionIndex = 1 }, new() { PartitionIndex = 9 } } }, new() { Name = s.Name("absent"), Partitions = { new() } } },
            };
            await s.Send(request, 0, "one, and what is not there");
            await s.Send(Groups.Fetch(group, 7, all: true), 7, "what is left");
            await s.Send(request, 0, "once more");
            request.GroupId = s.Name("absent");
            await s.Send(request, 0, "of a group that does not exist");
            request.GroupId = "";
            await s.Send(request, 0, "no name of a group");

            Topic read = await s.Topic("read");
            (string members, string id, int generation) = await Groups.Alone(s, "members");
            await s.Ask(Groups.Commit(members, topic, 41, memberId: id, generation: generation), version: 9);
            request.GroupId = members;
            await s.Send(request, 0, "of a group with members, a topic that none reads");
        }),
    ];
}
