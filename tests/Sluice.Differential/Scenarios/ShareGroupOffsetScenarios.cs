using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// Where share groups start: shown, set and forgotten.
internal static class ShareGroupOffsetScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeShareGroupOffsets, "With state, without, and absent", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            Topic other = await s.Topic("other");
            string group = s.Name("g");
            string simple = s.Name("simple");
            await ShareGroupScenarios.UntilCoordinated(s, group);
            await s.Append(topic, s.Batch(5));
            await Settled(s, ShareGroupScenarios.Alter(group, (topic.Name, 0, 2)));
            await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
            foreach (short version in Session.Versions(ApiKey.DescribeShareGroupOffsets))
            {
                await s.Send(Of(group, all: true), version, "all");
                await s.Send(Of(group, all: false), version, "none");
                await s.Send(Of(group, all: false, (topic.Name, [0, 1]), (other.Name, [0]), (s.Name("missing"), [0])), version, "some with state, some without");
                // Not a partition that does not exist: Kafka never answers.
                await s.Send(Of(group, all: false, (topic.Name, [-1])), version, "partition -1");
                await s.Send(Of(group, all: false, ("", [0])), version, "no name");
                await s.Send(Of(group, all: false, (topic.Name, [])), version, "no partitions");
                await s.Send(Of(group, all: false, (topic.Name, [0, 0])), version, "one twice");
                await s.Send(Of(s.Name("absent"), all: true), version, "all of no group");
                await s.Send(Of(s.Name("absent"), all: false, (topic.Name, [0])), version, "one of no group");
                await s.Send(Of(simple, all: true), version, "all of a group with offsets only");
                await s.Send(Of("", all: true), version, "no group id");
                await s.Send(new DescribeShareGroupOffsetsRequest(), version, "no groups");
            }
        }),
        new(ApiKey.AlterShareGroupOffsets, "For a group that is empty, that has members, and that is made", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = s.Name("g");
            string fresh = s.Name("fresh");
            await ShareGroupScenarios.UntilCoordinated(s, group);
            await s.Append(topic, s.Batch(5));
            await s.Ask(ShareGroupScenarios.Beat(group, "a", 0, topic.Name), version: 1);
            await ShareGroupScenarios.UntilInitialized(s, group, topic, 2);
            await s.Send(ShareGroupScenarios.Alter(group, (topic.Name, 0, 1)), 0, "with a member");
            await s.Ask(ShareGroupScenarios.Beat(group, "a", -1), version: 1);
            await s.Send(ShareGroupScenarios.Alter(group, (topic.Name, 0, 1)), 0, "empty");
            await s.Send(Of(group, all: true), 1, "what came of it");
            await s.Send(new ShareGroupDescribeRequest { GroupIds = { group } }, 1, "described");
            await s.Send(ShareGroupScenarios.Alter(group, (topic.Name, 0, 4), (topic.Name, 1, 0)), 0, "both");
            await s.Send(Of(group, all: true), 1, "what came of both");

            await Settled(s, ShareGroupScenarios.Alter(fresh, (topic.Name, 1, 0)));
            await s.Send(Of(fresh, all: true), 1, "of a group that was made");
            await s.Send(new ShareGroupDescribeRequest { GroupIds = { fresh } }, 1, "a group that was made");
            await s.Send(ShareGroupScenarios.Alter(fresh, (topic.Name, 2, 0), (s.Name("missing"), 0, 0)), 0, "a partition and a topic that do not exist");
            await s.Send(ShareGroupScenarios.Alter(fresh, (topic.Name, -1, 0)), 0, "partition -1");
            await s.Send(ShareGroupScenarios.Alter(fresh, (topic.Name, 0, -1)), 0, "offset -1");
            await s.Send(ShareGroupScenarios.Alter(fresh, (topic.Name, 0, -2)), 0, "offset -2");
            await s.Send(Of(fresh, all: false, (topic.Name, [0])), 1, "after offset -2");
            await s.Send(ShareGroupScenarios.Alter(fresh, (topic.Name, 0, 1000)), 0, "an offset behind the end");
            await s.Send(Of(fresh, all: false, (topic.Name, [0])), 1, "after an offset behind the end");
            await s.Send(ShareGroupScenarios.Alter(fresh), 0, "no topics");
            await s.Send(new AlterShareGroupOffsetsRequest { GroupId = fresh, Topics = { new() { TopicName = topic.Name } } }, 0, "no partitions");
            await s.Send(ShareGroupScenarios.Alter("", (topic.Name, 0, 1)), 0, "no group id");
            await s.Send(ShareGroupScenarios.Alter(s.Name("absent"), (s.Name("missing"), 0, 0)), 0, "a missing topic of no group");
            await s.Send(new ShareGroupDescribeRequest { GroupIds = { s.Name("absent") } }, 1, "a group that was asked for with a missing topic");
        }),
        new(ApiKey.DeleteShareGroupOffsets, "Of topics with state, without, and absent", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            Topic other = await s.Topic("other");
            string group = s.Name("g");
            await ShareGroupScenarios.UntilCoordinated(s, group);
            await s.Ask(ShareGroupScenarios.Beat(group, "a", 0, topic.Name, other.Name), version: 1);
            await ShareGroupScenarios.UntilInitialized(s, group, topic, 2);
            await ShareGroupScenarios.UntilInitialized(s, group, other, 1);
            await s.Send(Delete(group, topic.Name), 0, "with a member");
            await s.Ask(ShareGroupScenarios.Beat(group, "a", -1), version: 1);
            await s.Send(Delete(group), 0, "no topics");
            await s.Send(Delete(group, topic.Name, s.Name("missing"), ""), 0, "one with state, one that does not exist, and no name");
            await s.Send(Of(group, all: true), 1, "what is left");
            await s.Send(Delete(group, topic.Name), 0, "once more");
            await s.Send(Delete(group, other.Name, other.Name), 0, "one twice");
            await s.Send(Delete(s.Name("absent"), topic.Name), 0, "of no group");
            await s.Send(Delete("", topic.Name), 0, "no group id");
            await s.Send(new ShareGroupDescribeRequest { GroupIds = { group } }, 1, "described");
            await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, 2, "deletes the group");
            await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, 2, "deletes the group once more");
        }),
    ];

    // The first alteration of all makes the store of share partitions, and Kafka may refuse meanwhile.
    private static Task Settled(Session s, AlterShareGroupOffsetsRequest request) => s.WaitUntil("offsets can be set", async () =>
    {
        AlterShareGroupOffsetsResponse response = await s.Ask(request, version: 0);
        return response.ErrorCode == ErrorCode.None && response.Responses.All(static topic => topic.Partitions.All(static partition => partition.ErrorCode == ErrorCode.None));
    });

    private static DescribeShareGroupOffsetsRequest Of(string group, bool all, params (string Topic, int[] Partitions)[] topics)
    {
        DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup asked = new() { GroupId = group, Topics = all ? null : [] };
        foreach ((string topic, int[] partitions) in topics) asked.Topics!.Add(new() { TopicName = topic, Partitions = [.. partitions] });
        return new() { Groups = { asked } };
    }

    private static DeleteShareGroupOffsetsRequest Delete(string group, params string[] topics)
    {
        DeleteShareGroupOffsetsRequest request = new() { GroupId = group };
        foreach (string topic in topics) request.Topics.Add(new() { TopicName = topic });
        return request;
    }
}
