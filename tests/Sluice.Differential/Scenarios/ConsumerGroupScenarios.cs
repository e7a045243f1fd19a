using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// Groups whose broker assigns (KIP-848): one heartbeat after the other, each with its answer.
internal static class ConsumerGroupScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.ConsumerGroupHeartbeat, "One member's way through a group", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 3);
            Topic other = await s.Topic("other", partitionsCount: 2);
            foreach (short version in Session.Versions(ApiKey.ConsumerGroupHeartbeat))
            {
                string group = s.Name($"g{version}");
                await Groups.UntilCoordinated(s, group);
                ConsumerGroupHeartbeatResponse? joined = await s.Send(Join(group, "a", [topic.Name]), version, "joins");
                int epoch = joined!.MemberEpoch;
                await s.Send(Beat(group, "a", epoch), version, "nothing new");
                await s.Send(Owning(Beat(group, "a", epoch), topic, 0, 1, 2), version, "says what it owns");
                await Describe(s, group, $"after v{version}");
                await s.Send(Join(group, "a", [topic.Name]), version, "joins again");
                await s.Send(Full(group, "a", epoch, [topic.Name]), version, "tells everything");
                await s.Send(Names(Beat(group, "a", epoch), topic.Name, other.Name), version, "subscribes to another topic too");
                ConsumerGroupHeartbeatResponse? advanced = await s.Send(Beat(group, "a", epoch), version, "in the epoch before");
                epoch = advanced is { MemberEpoch: > 0 } ? advanced.MemberEpoch : epoch + 1;
                await s.Send(Names(Beat(group, "a", epoch), other.Name), version, "drops a topic");
                await s.Send(Owning(Beat(group, "a", epoch), other, 0, 1), version, "gave it up");
                await Describe(s, group, $"with another topic, v{version}");
                await s.Send(Names(Beat(group, "a", epoch + 1)), version, "subscribes to nothing");
                await s.Send(Owning(Beat(group, "a", epoch + 1)), version, "owns nothing");
                await s.Send(Beat(group, "a", -1), version, "leaves");
                await s.Send(Beat(group, "a", -1), version, "leaves once more");
                await Describe(s, group, $"empty, v{version}");
                await s.Send(Join(group, "b", [topic.Name]), version, "another one joins");
            }
        }),
        new(ApiKey.ConsumerGroupHeartbeat, "Heartbeats that are refused", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            ConsumerGroupHeartbeatResponse member = await s.Ask(Join(group, "a", [topic.Name]), version: 1);
            foreach (short version in Session.Versions(ApiKey.ConsumerGroupHeartbeat))
            {
                await s.Send(Join("", "x", [topic.Name]), version, "no group");
                await s.Send(Join("  ", "x", [topic.Name]), version, "a blank group");
                if (version > 0) await s.Send(Join(group, "", [topic.Name]), version, "no member id");
                await s.Send(Beat(group, "", 1), version, "no member id, and no join");
                await s.Send(Beat(group, "", -1), version, "no member id, and leaves");
                await s.Send(With(Join(group, "x", [topic.Name]), static r => r.InstanceId = ""), version, "no instance id");
                await s.Send(With(Join(group, "x", [topic.Name]), static r => r.RackId = ""), version, "no rack");
                await s.Send(With(Join(group, "x", [topic.Name]), static r => r.RebalanceTimeoutMs = -1), version, "no rebalance timeout");
                await s.Send(With(Join(group, "x", [topic.Name]), static r => r.TopicPartitions = null), version, "null partitions");
                await s.Send(Owning(Join(group, "x", [topic.Name]), topic, 0), version, "partitions while joining");
                await s.Send(With(Join(group, "x", [topic.Name]), static r => r.SubscribedTopicNames = null), version, "no subscription");
                await s.Send(With(Join(group, "x", [topic.Name]), static r => r.ServerAssignor = "none such"), version, "an unknown assignor");
                await s.Send(Beat(group, "x", -2), version, "leaves for now without an instance id");
                await s.Send(Beat(group, "x", -3), version, "epoch -3");
                await s.Send(Beat(group, "x", 1), version, "an unknown member");
                await s.Send(Beat(group, "x", -1), version, "an unknown member leaves");
                await s.Send(Beat(s.Name("absent"), "x", 1), version, "of no group");
                await s.Send(Beat(s.Name("absent"), "x", -1), version, "leaves no group");
                await s.Send(With(Beat(group, "x", 1), static r => r.InstanceId = "i"), version, "an unknown instance");
                await s.Send(With(Beat(group, "x", -2), static r => r.InstanceId = "i"), version, "an unknown instance leaves for now");
                await s.Send(Beat(group, "a", member.MemberEpoch + 1), version, "an epoch of tomorrow");
                await s.Send(Beat(group, "a", int.MaxValue), version, "the last epoch");
                if (version == 0) continue;
                await s.Send(With(Join(group, "x", [topic.Name]), static r => r.SubscribedTopicRegex = "("), version, "half a pattern");
                await s.Send(With(Join(group, "x", [topic.Name]), static r => r.SubscribedTopicRegex = "a(?=b)"), version, "a pattern that looks ahead");
            }
        }),
        new(ApiKey.ConsumerGroupHeartbeat, "Partitions move to a second member", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            ConsumerGroupHeartbeatRequest first = With(Join(group, "a", [topic.Name]), static r => r.ServerAssignor = "range");
            int epoch = (await s.Send(first, 1, "the first"))!.MemberEpoch;
            await s.Send(Join(group, "b", [topic.Name]), 1, "the second");
            await Describe(s, group, "before it gives up");
            await s.Send(Beat(group, "a", epoch), 1, "is to give up");
            await Describe(s, group, "while it gives up");
            await s.Send(Owning(Beat(group, "a", epoch), topic, 0, 1), 1, "has not given up");
            await s.Send(Beat(group, "b", epoch + 1), 1, "the second waits");
            await s.Send(Owning(Beat(group, "a", epoch), topic, 0), 1, "has given up");
            await s.Send(Beat(group, "b", epoch + 1), 1, "the second gets it");
            await s.Send(Owning(Beat(group, "a", epoch), topic, 0), 1, "the first in its old epoch, owning what it has");
            await s.Send(Owning(Beat(group, "a", epoch), topic, 0, 1), 1, "the first in its old epoch, owning more");
            await s.Send(Beat(group, "a", epoch), 1, "the first in its old epoch, not saying");
            await Describe(s, group, "settled");
            await s.Send(Beat(group, "b", -1), 1, "the second leaves");
            await s.Send(Beat(group, "a", epoch + 1), 1, "the first gets it back");
        }),
        new(ApiKey.ConsumerGroupHeartbeat, "A static member leaves and comes back", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            int epoch = (await s.Send(Static(Join(group, "a", [topic.Name])), 1, "joins"))!.MemberEpoch;
            await s.Send(Static(Join(group, "b", [topic.Name])), 1, "another one under its name");
            await s.Send(Static(Beat(group, "b", epoch)), 1, "another one in its epoch");
            await s.Send(Static(Beat(group, "b", -1)), 1, "another one leaves");
            await s.Send(Static(Beat(group, "a", -2)), 1, "leaves for now");
            await Describe(s, group, "while it is away");
            await s.Send(Static(Beat(group, "a", epoch)), 1, "heartbeats while it is away");
            await s.Send(Static(Join(group, "b", [topic.Name])), 1, "comes back under another id");
            await Describe(s, group, "when it is back");
            await s.Send(Static(Beat(group, "a", epoch)), 1, "the old id");
            await s.Send(Static(Beat(group, "b", -1)), 1, "leaves for good");
            await Describe(s, group, "when it is gone");
        }),
        new(ApiKey.ConsumerGroupHeartbeat, "A subscription by pattern", async s =>
        {
            Topic topic = await s.Topic("one.a");
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            string pattern = topic.Name[..^1] + "[ab]";
            ConsumerGroupHeartbeatRequest join = With(Join(group, "a", []), r => (r.SubscribedTopicNames, r.SubscribedTopicRegex) = (null, pattern));
            await s.Send(join, 1, "joins");
            await s.WaitUntil("the pattern is resolved", async () => (await s.Ask(Join(group, "a", null, pattern), version: 1)).Assignment is { TopicPartitions.Count: 1 });
            await Describe(s, group, "resolved");
            await s.Send(With(Beat(group, "a", 0), static r => (r.RebalanceTimeoutMs, r.SubscribedTopicRegex, r.TopicPartitions) = (1000, "", [])), 1, "gives the pattern up while joining");
        }),
        new(ApiKey.ConsumerGroupHeartbeat, "Requests of other protocols and of members that commit", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            int epoch = (await s.Ask(Join(group, "a", [topic.Name]), version: 1)).MemberEpoch;
            await s.Send(Groups.Join(group), 9, "joins by the classic protocol without an id");
            await s.Send(Groups.Sync(group, "a", epoch), 5, "the member syncs");
            await s.Send(Groups.Heartbeat(group, "a", epoch), 4, "the member heartbeats by the classic protocol");
            await s.Send(new DescribeGroupsRequest { Groups = { group } }, 6, "described as a classic group");
            await s.Send(Groups.Commit(group, topic, 5, memberId: "a", generation: epoch), 9, "commits");
            await s.Send(Groups.Commit(group, topic, 5, memberId: "a", generation: epoch + 1), 9, "commits in an epoch of tomorrow");
            await s.Send(Groups.Commit(group, topic, 5, memberId: "a", generation: epoch, version: 8), 8, "commits in an old version");
            await s.Send(Groups.Commit(group, topic, 5, memberId: "x", generation: epoch), 9, "a stranger commits");
            await s.Send(Groups.Commit(group, topic, 5), 9, "nobody commits");
            await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, 2, "deletes it");
            await s.Send(Groups.Leave(group, 5, ("a", null)), 5, "leaves by the classic protocol");
            await s.Send(Beat(group, "a", -1), 1, "leaves");
            await s.Send(Groups.Commit(group, topic, 6), 9, "somebody commits for the empty group");
            await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, 2, "deletes it empty");

            (string classic, string id, _) = await Groups.Alone(s, "classic");
            await s.Send(Beat(classic, "a", 1), 1, "heartbeats in a classic group");
            await s.Send(Beat(classic, id, -1), 1, "a classic member leaves by the new protocol");
            string simple = s.Name("simple");
            await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
            await s.Send(Join(simple, "a", [topic.Name]), 1, "joins a group that only had offsets");
        }),
        new(ApiKey.ConsumerGroupDescribe, "With members, of other types, and absent", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            string simple = s.Name("simple");
            await Groups.UntilCoordinated(s, group);
            await s.Ask(Join(group, "a", [topic.Name]), version: 1);
            await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
            foreach (short version in Session.Versions(ApiKey.ConsumerGroupDescribe))
            {
                await s.Send(new ConsumerGroupDescribeRequest { GroupIds = { group } }, version, "with a member");
                await s.Send(new ConsumerGroupDescribeRequest { GroupIds = { group }, IncludeAuthorizedOperations = true }, version, "with operations");
                await s.Send(new ConsumerGroupDescribeRequest { GroupIds = { simple, s.Name("absent"), "" } }, version, "with offsets only, absent, and no name");
                await s.Send(new ConsumerGroupDescribeRequest { GroupIds = { group, group } }, version, "the same twice");
                await s.Send(new ConsumerGroupDescribeRequest(), version, "none");
            }
        }),
    ];

    private static ConsumerGroupHeartbeatRequest Beat(string group, string memberId, int epoch) => new() { GroupId = group, MemberId = memberId, MemberEpoch = epoch };

    private static ConsumerGroupHeartbeatRequest Join(string group, string memberId, string[]? names, string? regex = null) => new()
    {
        GroupId = group, MemberId = memberId, RebalanceTimeoutMs = 60_000, SubscribedTopicNames = names?.ToList(), SubscribedTopicRegex = regex, TopicPartitions = [],
    };

    private static ConsumerGroupHeartbeatRequest Full(string group, string memberId, int epoch, string[] names) =>
        With(Join(group, memberId, names), r => r.MemberEpoch = epoch);

    private static ConsumerGroupHeartbeatRequest Names(ConsumerGroupHeartbeatRequest request, params string[] names) => With(request, r => r.SubscribedTopicNames = [.. names]);

    private static ConsumerGroupHeartbeatRequest Static(ConsumerGroupHeartbeatRequest request) => With(request, static r => r.InstanceId = "i");

    private static ConsumerGroupHeartbeatRequest Owning(ConsumerGroupHeartbeatRequest request, Topic topic, params int[] partitions) =>
        With(request, r => r.TopicPartitions = [new() { TopicId = topic.Id, Partitions = [.. partitions] }]);

    private static ConsumerGroupHeartbeatRequest Owning(ConsumerGroupHeartbeatRequest request) => With(request, static r => r.TopicPartitions = []);

    private static ConsumerGroupHeartbeatRequest With(ConsumerGroupHeartbeatRequest request, Action<ConsumerGroupHeartbeatRequest> change)
    {
        change(request);
        return request;
    }

    private static Task<ConsumerGroupDescribeResponse?> Describe(Session s, string group, string when) =>
        s.Send(new ConsumerGroupDescribeRequest { GroupIds = { group } }, 1, $"described {when}");
}
