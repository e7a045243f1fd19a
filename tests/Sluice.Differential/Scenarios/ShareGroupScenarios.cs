using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// The membership of share groups (KIP-932). State is ordered in the background: a script waits for it where it matters.
internal static class ShareGroupScenarios
{
    private const short V = 1;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.ShareGroupHeartbeat, "One member's way through a group", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 3);
            Topic other = await s.Topic("other", partitionsCount: 2);
            string group = s.Name("g");
            await UntilCoordinated(s, group);
            int epoch = (await s.Send(Beat(group, "a", 0, topic.Name), V, "joins"))!.MemberEpoch;
            await UntilInitialized(s, group, topic, 3);
            await Describe(s, group, "with state that is not assigned");
            ShareGroupHeartbeatResponse? assigned = await s.Send(Beat(group, "a", epoch), V, "is assigned");
            await Describe(s, group, "assigned");
            await s.Send(Beat(group, "a", assigned!.MemberEpoch), V, "nothing new");
            await s.Send(Beat(group, "a", epoch), V, "in the epoch before");
            await s.Send(Beat(group, "a", 0, topic.Name), V, "joins again");
            await s.Send(Beat(group, "a", assigned.MemberEpoch, topic.Name), V, "the same subscription");
            epoch = (await s.Send(Beat(group, "a", assigned.MemberEpoch, topic.Name, other.Name), V, "subscribes to another topic too"))!.MemberEpoch;
            await UntilInitialized(s, group, other, 2);
            epoch = (await s.Send(Beat(group, "a", epoch), V, "is assigned the other topic too"))!.MemberEpoch;
            epoch = (await s.Send(Beat(group, "a", epoch, other.Name), V, "drops a topic"))!.MemberEpoch;
            await s.Send(With(Beat(group, "a", epoch), static r => r.SubscribedTopicNames = []), V, "subscribes to nothing");
            await s.Send(With(Beat(group, "a", epoch + 1), static r => r.RackId = "r"), V, "tells a rack");
            await Describe(s, group, "without a subscription");
            await s.Send(Beat(group, "a", -1), V, "leaves");
            await s.Send(Beat(group, "a", -1), V, "leaves once more");
            await Describe(s, group, "empty");
            await s.Send(Beat(group, "b", 0, topic.Name), V, "another one joins");
        }),
        new(ApiKey.ShareGroupHeartbeat, "Heartbeats that are refused", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await UntilCoordinated(s, group);
            int epoch = (await s.Ask(Beat(group, "a", 0, topic.Name), V)).MemberEpoch;
            foreach ((string what, ShareGroupHeartbeatRequest request) in new (string, ShareGroupHeartbeatRequest)[]
            {
                ("no group", Beat("", "x", 0, topic.Name)), ("a blank group", Beat("  ", "x", 0, topic.Name)), ("no member id", Beat(group, "", 0, topic.Name)),
                ("a blank member id", Beat(group, "  ", 0, topic.Name)), ("no member id, and no join", Beat(group, "", 1)), ("no member id, and leaves", Beat(group, "", -1)),
                ("36 characters", Beat(group, new string('x', 36), -1)), ("37 characters", Beat(group, new string('x', 37), 0, topic.Name)),
                ("no rack", With(Beat(group, "x", 0, topic.Name), static r => r.RackId = "")), ("no subscription", Beat(group, "x", 0)),
                ("an empty subscription", With(Beat(group, "x", 0), static r => r.SubscribedTopicNames = [])), ("epoch -2", Beat(group, "x", -2)),
                ("an unknown member", Beat(group, "x", 1)), ("an unknown member leaves", Beat(group, "x", -1)), ("of no group", Beat(s.Name("absent"), "x", 1)),
                ("leaves no group", Beat(s.Name("absent"), "x", -1)), ("an epoch of tomorrow", Beat(group, "a", epoch + 1)), ("the last epoch", Beat(group, "a", int.MaxValue)),
                ("an epoch between", Beat(group, "a", 1)),
            }) await s.Send(request, V, what);
            await s.Send(Beat(group, "y", 0, s.Name("missing")), V, "a topic that does not exist");
            await s.Send(Beat(group, "z", 0, "no/topic name"), V, "a topic that cannot exist");
        }),
        new(ApiKey.ShareGroupHeartbeat, "A second member shares", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 1);
            string group = s.Name("g");
            await UntilCoordinated(s, group);
            int epoch = (await s.Ask(Beat(group, "a", 0, topic.Name), V)).MemberEpoch;
            await UntilInitialized(s, group, topic, 1);
            epoch = (await s.Send(Beat(group, "a", epoch), V, "the first"))!.MemberEpoch;
            await s.Send(Beat(group, "b", 0, topic.Name), V, "the second");
            await s.Send(Beat(group, "a", epoch), V, "the first keeps it");
            await Describe(s, group, "shared");
            await s.Send(Beat(group, "b", -1), V, "the second leaves");
            await s.Send(Beat(group, "a", epoch + 1), V, "the first once more");
        }),
        new(ApiKey.ShareGroupHeartbeat, "Partitions are added and topics go", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 1);
            Topic going = await s.Topic("going", partitionsCount: 1);
            string group = s.Name("g");
            await UntilCoordinated(s, group);
            int epoch = (await s.Ask(Beat(group, "a", 0, topic.Name, going.Name), V)).MemberEpoch;
            await UntilInitialized(s, group, topic, 1);
            await UntilInitialized(s, group, going, 1);
            epoch = (await s.Send(Beat(group, "a", epoch), V, "both"))!.MemberEpoch;
            await s.Ask(new CreatePartitionsRequest { Topics = { new() { Name = topic.Name, Count = 2, Assignments = null } }, TimeoutMs = 30_000 }, version: 3);
            await s.WaitUntilReady(topic with { PartitionsCount = 2 });
            await s.WaitUntil("the new partition has state", async () =>
            {
                epoch = (await s.Ask(Beat(group, "a", epoch), V)).MemberEpoch;
                return await InitializedCount(s, group, topic) == 2;
            });
            await s.WaitUntil("the new partition is assigned", async () =>
            {
                ShareGroupHeartbeatResponse response = await s.Ask(Beat(group, "a", 0, topic.Name, going.Name), V);
                return response.Assignment!.TopicPartitions.Sum(static each => each.Partitions.Count) == 3;
            });
            await s.Delete(going);
            await s.WaitUntil("the topic is gone from the group", async () => await InitializedCount(s, group, going) == 0);
            await s.WaitUntil("the topic is gone from the assignment", async () =>
                (await s.Ask(Beat(group, "a", 0, topic.Name, going.Name), V)).Assignment!.TopicPartitions.Count == 1);
        }),
        new(ApiKey.ShareGroupHeartbeat, "Requests of other protocols", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await UntilCoordinated(s, group);
            int epoch = (await s.Ask(Beat(group, "a", 0, topic.Name), V)).MemberEpoch;
            await OfOthers(s, group, topic, epoch, "with a member");
            await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, 2, "deletes it");
            await s.Ask(Beat(group, "a", -1), V);
            await OfOthers(s, group, topic, epoch, "empty");

            (string classic, string id, _) = await Groups.Alone(s, "classic");
            await s.Send(Beat(classic, "a", 0, topic.Name), V, "joins a classic group");
            await s.Send(Beat(classic, id, -1), V, "a classic member leaves by the share protocol");
            await s.Ask(Groups.Leave(classic, 5, (id, null)), version: 5);
            await s.Send(Beat(classic, "a", 0, topic.Name), V, "joins an empty classic group");
            string simple = s.Name("simple");
            await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
            await s.Send(Beat(simple, "a", 0, topic.Name), V, "joins a group that only had offsets");
            await Describe(s, simple, "with offsets only");
            await s.Send(Alter(simple, (topic.Name, 0, 5)), 0, "alters a group that only has offsets");
            await s.Send(new DeleteShareGroupOffsetsRequest { GroupId = simple, Topics = { new() { TopicName = topic.Name } } }, 0, "deletes from a group that only has offsets");
        }),
        new(ApiKey.ShareGroupDescribe, "With members, of other types, and absent", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            string simple = s.Name("simple");
            await UntilCoordinated(s, group);
            await s.Ask(Beat(group, "a", 0, topic.Name), V);
            await s.Ask(Beat(group, "b", 0, s.Name("missing")), V);
            await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
            await s.Send(new ShareGroupDescribeRequest { GroupIds = { group } }, V, "with a member");
            await s.Send(new ShareGroupDescribeRequest { GroupIds = { group }, IncludeAuthorizedOperations = true }, V, "with operations");
            await s.Send(new ShareGroupDescribeRequest { GroupIds = { simple, s.Name("absent"), "" } }, V, "with offsets only, absent, and no name");
            await s.Send(new ShareGroupDescribeRequest { GroupIds = { group, group } }, V, "the same twice");
            await s.Send(new ShareGroupDescribeRequest(), V, "none");
            foreach (string state in new[] { "Stable", "Empty" })
                await s.Send(new ListGroupsRequest { TypesFilter = { "share" }, StatesFilter = { state } }, 5, $"listed as {state}");
        }),
        .. ShareGroupOffsetScenarios.All,
    ];

    public static ShareGroupHeartbeatRequest Beat(string group, string memberId, int epoch, params string[] names) =>
        new() { GroupId = group, MemberId = memberId, MemberEpoch = epoch, SubscribedTopicNames = names.Length == 0 ? null : [.. names] };

    public static AlterShareGroupOffsetsRequest Alter(string group, params (string Topic, int Partition, long Offset)[] offsets)
    {
        AlterShareGroupOffsetsRequest request = new() { GroupId = group };
        foreach (IGrouping<string, (string Topic, int Partition, long Offset)> topic in offsets.GroupBy(static offset => offset.Topic))
        {
            AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic entry = request.Topics.Add();
            entry.TopicName = topic.Key;
            foreach ((_, int partition, long offset) in topic) entry.Partitions.Add(new() { PartitionIndex = partition, StartOffset = offset });
        }
        return request;
    }

    /// <summary>Waits until both coordinators of the group are there: Kafka makes their topics, and loads them, while it refuses.</summary>
    public static async Task UntilCoordinated(Session s, string group)
    {
        await Groups.UntilCoordinated(s, group);
        string key = $"{group}:{Uuid.NewRandom()}:0";
        await s.WaitUntil("there is a share coordinator", async () =>
            (await s.Ask(new FindCoordinatorRequest { KeyType = 2, CoordinatorKeys = { key } }, version: 6)).Coordinators[0].ErrorCode == ErrorCode.None);
    }

    public static Task UntilInitialized(Session s, string group, Topic topic, int count) =>
        s.WaitUntil($"{count} partitions of {topic.Name} have state", async () => await InitializedCount(s, group, topic) == count);

    // A member that waits is kept in the group by nothing but these questions: they are quick.
    private static async Task<int> InitializedCount(Session s, string group, Topic topic)
    {
        DescribeShareGroupOffsetsResponse response = await s.Ask(new DescribeShareGroupOffsetsRequest { Groups = { new() { GroupId = group, Topics = null } } }, version: 0);
        return response.Groups[0].Topics.Where(each => each.TopicName == topic.Name).Sum(static each => each.Partitions.Count);
    }

    private static async Task OfOthers(Session s, string group, Topic topic, int epoch, string when)
    {
        await s.Send(Groups.Join(group), 9, $"joins by the classic protocol, {when}");
        await s.Send(Groups.Join(group, "a"), 9, $"the member joins by the classic protocol, {when}");
        await s.Send(Groups.Sync(group, "a", epoch), 5, $"the member syncs, {when}");
        await s.Send(Groups.Heartbeat(group, "a", epoch), 4, $"the member heartbeats by the classic protocol, {when}");
        await s.Send(Groups.Leave(group, 5, ("a", null)), 5, $"leaves by the classic protocol, {when}");
        await s.Send(new DescribeGroupsRequest { Groups = { group } }, 6, $"described as a classic group, {when}");
        await s.Send(new ConsumerGroupDescribeRequest { GroupIds = { group } }, 1, $"described as a consumer group, {when}");
        await s.Send(
            new ConsumerGroupHeartbeatRequest { GroupId = group, MemberId = "c", RebalanceTimeoutMs = 1000, SubscribedTopicNames = [topic.Name], TopicPartitions = [] },
            1, $"joins by the consumer protocol, {when}");
        await s.Send(Groups.Commit(group, topic, 5, memberId: "a", generation: epoch), 9, $"commits, {when}");
        await s.Send(Groups.Commit(group, topic, 5), 9, $"somebody commits, {when}");
        await s.Send(Groups.Fetch(group, 9, all: false, (topic, 0)), 9, $"fetches offsets, {when}");
        await s.Send(Groups.Fetch(group, 9, all: true), 9, $"fetches all offsets, {when}");
        await s.Send(new OffsetDeleteRequest { GroupId = group, Topics = { new() { Name = topic.Name, Partitions = { new() } } } }, 0, $"deletes an offset, {when}");
    }

    private static ShareGroupHeartbeatRequest With(ShareGroupHeartbeatRequest request, Action<ShareGroupHeartbeatRequest> change)
    {
        change(request);
        return request;
    }

    private static Task<ShareGroupDescribeResponse?> Describe(Session s, string group, string when) =>
        s.Send(new ShareGroupDescribeRequest { GroupIds = { group } }, V, $"described {when}");
}
