using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Differential.Scenarios.Streams;

namespace Sluice.Differential.Scenarios;

// Streams groups (KIP-1071). Topics are made beside the heartbeat that asks for them: a script waits for it where it matters.
internal static class StreamsGroupScenarios
{
    private const short V = 0;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.StreamsGroupHeartbeat, "One member's way through a group", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 3);
            string group = await Prompt(s);
            int epoch = (await s.Send(Join(group, "a", Topology(Reading(topic.Name))), V, "joins"))!.MemberEpoch;
            await Describe(s, group, "with a member");
            await s.Send(Beat(group, "a", epoch), V, "nothing new");
            await s.Send(Owning(group, "a", epoch, 0, 1, 2), V, "tells what it has");
            await s.Send(Owning(group, "a", epoch - 1, 0, 1), V, "in the epoch before, with part of it");
            await s.Send(Beat(group, "a", epoch - 1), V, "in the epoch before, without telling");
            await s.Send(Owning(group, "a", 0), V, "joins again without a topology");
            await s.Send(Join(group, "a", Topology(Reading(topic.Name))), V, "joins again");
            epoch = (await s.Send(With(Beat(group, "a", epoch), static r => r.RackId = "r"), V, "tells a rack"))!.MemberEpoch;
            await s.Send(With(Beat(group, "a", epoch), static r => r.RackId = "r"), V, "tells the same rack");
            epoch = (await s.Send(With(Beat(group, "a", epoch), static r => r.RebalanceTimeoutMs = 50_000), V, "tells another timeout"))!.MemberEpoch;
            epoch = (await s.Send(With(Beat(group, "a", epoch), static r => r.ProcessId = "other"), V, "tells another process"))!.MemberEpoch;
            epoch = (await s.Send(With(Beat(group, "a", epoch), static r => r.ClientTags = new() { new() { Key = "zone", Value = "1" } }), V, "tells tags"))!.MemberEpoch;
            epoch = (await s.Send(With(Beat(group, "a", epoch), static r => r.UserEndpoint = new() { Host = "h", Port = 65_535 }), V, "tells an endpoint"))!.MemberEpoch;
            await Describe(s, group, "with attributes");
            await s.Send(Beat(group, "a", -1), V, "leaves");
            await s.Send(Beat(group, "a", -1), V, "leaves once more");
            await Describe(s, group, "empty");
            await s.Send(Join(group, "b", Topology(Reading(topic.Name))), V, "another one joins");
            await Describe(s, group, "with another one");
            await s.Send(Beat(group, "b", -1), V, "that leaves");
            await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, 2, "deleted");
            await Describe(s, group, "deleted");
            await s.Send(Join(group, "b", Topology(Reading(topic.Name))), V, "is made anew");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Heartbeats that are refused", async s =>
        {
            Topic topic = await s.Topic();
            string group = await Prompt(s);
            int epoch = (await s.Ask(Join(group, "a", Topology(Reading(topic.Name))), V)).MemberEpoch;
            StreamsGroupHeartbeatRequest Change(Action<StreamsGroupHeartbeatRequest> change) => With(Join(group, "x", Topology(Reading(topic.Name))), change);
            StreamsGroupHeartbeatRequest Keep(Action<StreamsGroupHeartbeatRequest> change) => With(Beat(group, "a", epoch), change);
            foreach ((string what, StreamsGroupHeartbeatRequest request) in new (string, StreamsGroupHeartbeatRequest)[]
            {
                ("no group", Change(static r => r.GroupId = "")), ("a blank group", Change(static r => r.GroupId = "  ")), ("no member id", Change(static r => r.MemberId = "")),
                ("a blank member id", Change(static r => r.MemberId = " ")), ("a long member id", Change(static r => r.MemberId = new string('x', 37))),
                ("a blank rack", Change(static r => r.RackId = "")), ("a blank instance", Change(static r => r.InstanceId = "")), ("an instance", Change(static r => r.InstanceId = "i")),
                ("an instance that stays", Keep(static r => r.InstanceId = "i")),
                ("no timeout", Change(static r => r.RebalanceTimeoutMs = -1)), ("timeout 0", Change(static r => (r.RebalanceTimeoutMs, r.MemberId) = (0, "y0"))),
                ("no topology", Change(static r => r.Topology = null)), ("no active tasks", Change(static r => r.ActiveTasks = null)), ("no standby tasks", Change(static r => r.StandbyTasks = null)),
                ("no warmup tasks", Change(static r => r.WarmupTasks = null)), ("with active tasks", Change(static r => r.ActiveTasks = Tasks("0", 0))),
                ("with standby tasks", Change(static r => r.StandbyTasks = Tasks("0", 0))), ("with warmup tasks", Change(static r => r.WarmupTasks = Tasks("0", 0))),
                ("no process", Change(static r => (r.ProcessId, r.MemberId) = (null, "y1"))), ("a blank process", Change(static r => (r.ProcessId, r.MemberId) = ("", "y2"))),
                ("no tags", Change(static r => (r.ClientTags, r.MemberId) = (null, "y3"))),
                ("task offsets", Change(static r => r.TaskOffsets = new() { new() { SubtopologyId = "0" } })), ("no task offsets", Change(static r => (r.TaskOffsets, r.MemberId) = (new(), "y4"))),
                ("end offsets", Change(static r => r.TaskEndOffsets = new() { new() { SubtopologyId = "0" } })), ("no end offsets", Change(static r => (r.TaskEndOffsets, r.MemberId) = (new(), "y5"))),
                ("tags twice", Change(static r => (r.ClientTags, r.MemberId) = (new() { new() { Key = "k" }, new() { Key = "k", Value = "v" } }, "y6"))),
                ("epoch -2", With(Beat(group, "a", -2), static _ => { })), ("epoch -3", With(Beat(group, "a", -3), static _ => { })),
                ("a topology that stays", Keep(r => r.Topology = Topology(Reading(topic.Name)))), ("only active tasks", Keep(static r => r.ActiveTasks = new())),
                ("only standby tasks", Keep(static r => r.StandbyTasks = new())), ("only warmup tasks", Keep(static r => r.WarmupTasks = new())),
                ("warmup tasks", With(Owning(group, "a", epoch, 0), static r => r.WarmupTasks = Tasks("0", 0))),
                ("tasks of no subtopology", With(Owning(group, "a", epoch, 0), static r => r.ActiveTasks = Tasks("7", 0))),
                ("tasks of no partition", Owning(group, "a", epoch, 0, 1)), ("a task below 0", Owning(group, "a", epoch, -1)),
                ("standby tasks of no subtopology", With(Owning(group, "a", epoch, 0), static r => r.StandbyTasks = Tasks("7", 0))),
                ("an unknown member", Beat(group, "x", 1)), ("an unknown member leaves", Beat(group, "x", -1)), ("of no group", Beat(s.Name("absent"), "x", 1)),
                ("leaves no group", Beat(s.Name("absent"), "x", -1)), ("an epoch of tomorrow", Beat(group, "a", epoch + 1)), ("the last epoch", Beat(group, "a", int.MaxValue)),
            }) await s.Send(request, V, what);
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Topologies that are refused", async s =>
        {
            Topic topic = await s.Topic();
            string group = await Prompt(s);
            foreach ((string what, StreamsGroupHeartbeatRequest.TopologyData topology) in new (string, StreamsGroupHeartbeatRequest.TopologyData)[]
            {
                ("an internal source", Topology(Reading("__consumer_offsets"))), ("an internal changelog", Topology(Reading(topic.Name).Storing("__transaction_state"))),
                ("a name that cannot be", Topology(Reading("no/topic"))), ("a changelog that cannot be", Topology(Reading(topic.Name).Storing("no/topic"))),
                ("a sink that cannot be", Topology(Reading(topic.Name).WritingTo("no/topic"))),
                ("a changelog with partitions", Topology(With(Reading(topic.Name).Storing(s.Name("c")), static r => r.StateChangelogTopics[0].Partitions = 2))),
                ("a pattern", Topology(With(Reading(topic.Name), static r => r.SourceTopicRegex.Add("t.*")))),
                ("a pattern alike", Topology(With(Reading(topic.Name).Alike([0]), static r => r.CopartitionGroups[0].SourceTopicRegex.Add(0)))),
                ("a place that is none", Topology(Reading(topic.Name).Alike([0, 7]))), ("a place below 0", Topology(Reading(topic.Name).Alike([-1]))),
                ("a repartition place that is none", Topology(Reading(topic.Name).Alike([0], 3))),
            }) await s.Send(Join(group, "a", topology), V, what);
            await Describe(s, group, "after refusals");
            await s.Send(Join(s.Name("empty"), "a", Topology()), V, "an empty topology");
            await Describe(s, s.Name("empty"), "with an empty topology");
            await s.Send(Join(s.Name("nothing"), "a", Topology(Reading())), V, "a subtopology that reads nothing");
            await Describe(s, s.Name("nothing"), "that reads nothing");
            await s.Send(Join(s.Name("twice"), "a", With(Topology(Reading(topic.Name), Reading(topic.Name)), static r => r.Subtopologies[1].SubtopologyId = "0")), V, "one id twice");
            await s.Send(Join(s.Name("below"), "a", With(Topology(Reading(topic.Name)), static r => r.Epoch = -1)), V, "epoch -1");
            await Describe(s, s.Name("below"), "with topology epoch -1");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Members wait for others at first", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            int epoch = (await s.Send(Join(group, "a", Topology(Reading(topic.Name))), V, "the first joins"))!.MemberEpoch;
            await s.Send(Beat(group, "a", epoch), V, "the first waits");
            int other = (await s.Send(Join(group, "b", Topology(Reading(topic.Name))), V, "the second joins"))!.MemberEpoch;
            await Describe(s, group, "waiting");
            await s.Send(Beat(group, "a", epoch), V, "the first still waits");
            epoch = await UntilReady(s, group, "a", epoch);
            other = await UntilReady(s, group, "b", other);
            s.Note("epochs", $"{epoch} {other}");
            await Describe(s, group, "assigned");
            await s.Send(Beat(group, "a", -1), V, "the first leaves");
            await s.Send(Beat(group, "b", -1), V, "the second leaves");
            await s.Send(Join(group, "c", Topology(Reading(topic.Name))), V, "one comes back");
            await Describe(s, group, "with one that came back");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "A task moves to another member", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = await Prompt(s);
            int epoch = (await s.Send(Join(group, "a", Topology(Reading(topic.Name))), V, "the first"))!.MemberEpoch;
            int other = (await s.Send(Join(group, "b", Topology(Reading(topic.Name))), V, "the second"))!.MemberEpoch;
            await Describe(s, group, "with two members");
            await s.Send(Beat(group, "b", other), V, "the second waits");
            await s.Send(Owning(group, "a", epoch, 0, 1), V, "the first has both");
            await Describe(s, group, "while one gives up");
            await s.Send(Beat(group, "a", epoch), V, "the first says nothing");
            await s.Send(Owning(group, "a", epoch, 0, 1), V, "the first still has both");
            await s.Send(Beat(group, "b", other), V, "the second still waits");
            epoch = (await s.Send(Owning(group, "a", epoch, 0), V, "the first has given up"))!.MemberEpoch;
            await Describe(s, group, "after it was given up");
            other = (await s.Send(Beat(group, "b", other), V, "the second gets it"))!.MemberEpoch;
            await Describe(s, group, "with one each");
            await s.Send(Beat(group, "b", -1), V, "the second leaves");
            epoch = (await s.Send(Beat(group, "a", epoch), V, "the first gets it back"))!.MemberEpoch;
            await s.Send(Join(group, "c", Topology(Reading(topic.Name)), "process-a"), V, "another thread of its process");
            await s.Send(Owning(group, "a", epoch, 0, 1), V, "the first gives one to it");
            await s.Send(Beat(group, "a", -1), V, "the first leaves while it has to give up");
            await s.Send(Beat(group, "c", epoch + 1), V, "the other has all");
            await Describe(s, group, "at the end");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Source topics that come later", async s =>
        {
            string group = await Prompt(s);
            StreamsGroupHeartbeatRequest.TopologyData topology = Topology(Reading(s.Name("first"), s.Name("t")), Reading(s.Name("t")));
            int epoch = (await s.Send(Join(group, "a", topology), V, "nothing is there"))!.MemberEpoch;
            await Describe(s, group, "without topics");
            await s.Send(Beat(group, "a", epoch), V, "still nothing");
            Topic topic = await s.Topic(partitionsCount: 1);
            await s.WaitUntil("it is seen", async () => (epoch = (await s.Ask(Beat(group, "a", epoch), V)).MemberEpoch) == 3);
            await s.Send(Beat(group, "a", epoch), V, "one is there");
            Topic first = await s.Topic("first", 2);
            epoch = await UntilReady(s, group, "a", epoch);
            await s.Send(Beat(group, "a", epoch), V, "both are there");
            await Describe(s, group, "with both");
            await s.Delete(topic);
            await s.WaitUntil("it is missed", async () => (await s.Ask(Join(group, "a", topology), V)).Status is { Count: > 0 });
            await Describe(s, group, "after one was deleted");
            await s.Send(Join(group, "a", topology), V, "joins again without it");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Partitions are added", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 1);
            string group = await Prompt(s);
            int epoch = (await s.Send(Join(group, "a", Topology(Reading(topic.Name))), V, "joins"))!.MemberEpoch;
            await s.Ask(new CreatePartitionsRequest { Topics = { new() { Name = topic.Name, Count = 3, Assignments = null } }, TimeoutMs = 30_000 }, version: 3);
            await s.WaitUntilReady(topic with { PartitionsCount = 3 });
            await s.WaitUntil("the new partitions are assigned", async () =>
                (await s.Ask(Join(group, "a", Topology(Reading(topic.Name))), V)).ActiveTasks!.Sum(static each => each.Partitions.Count) == 3);
            await Describe(s, group, "with more partitions");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Topics that must be partitioned alike", async s =>
        {
            Topic one = await s.Topic("one", 1);
            Topic two = await s.Topic("two", 2);
            Topic three = await s.Topic("three", 2);
            foreach ((string what, StreamsGroupHeartbeatRequest.Subtopology[] subtopologies) in new (string, StreamsGroupHeartbeatRequest.Subtopology[])[]
            {
                ("sources that are not", [Reading(one.Name, two.Name).Alike([0, 1])]),
                ("sources that are", [Reading(two.Name, three.Name).Alike([0, 1])]),
                ("sources that need not be", [Reading(one.Name, two.Name)]),
                ("a repartition topic that is not", [Reading(one.Name).WritingTo(s.Name("r1")), Reading(two.Name).ReadingFrom(s.Name("r1"), 3).Alike([0], 0)]),
                ("repartition topics that are not", [Reading(one.Name).WritingTo(s.Name("r2")).WritingTo(s.Name("r3")), Reading().ReadingFrom(s.Name("r2"), 3).ReadingFrom(s.Name("r3"), 2).Alike([], 0, 1)]),
                ("a repartition topic that nobody writes", [Reading(two.Name).ReadingFrom(s.Name("r4"))]),
                ("an existing changelog of other size", [Reading(two.Name).Storing(one.Name)]),
                ("an existing repartition topic of other size", [Reading(two.Name).WritingTo(one.Name), Reading().ReadingFrom(one.Name)]),
            })
            {
                string group = await Prompt(s, what.Replace(' ', '-'));
                await s.Send(Join(group, "a", Topology(subtopologies)), V, what);
                await Describe(s, group, $"with {what}");
            }
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Internal topics are made", async s =>
        {
            Topic wide = await s.Topic("wide", 3);
            Topic narrow = await s.Topic("narrow", 2);
            string group = await Prompt(s);
            StreamsGroupHeartbeatRequest.TopologyData topology = Topology(
                Reading(wide.Name).WritingTo(s.Name("r-wide")).Storing(s.Name("c0"), 1, ("cleanup.policy", "compact"), ("segment.bytes", "2097152")),
                Reading(narrow.Name).WritingTo(s.Name("r-narrow")).WritingTo(s.Name("r-fixed")),
                Reading().ReadingFrom(s.Name("r-wide")).ReadingFrom(s.Name("r-narrow")).Alike([], 0, 1).WritingTo(s.Name("r-chain")).Storing(s.Name("c2"), 1, ("cleanup.policy", "compact,delete")),
                Reading().ReadingFrom(s.Name("r-fixed"), 4).Storing(s.Name("c3")),
                Reading().ReadingFrom(s.Name("r-chain")),
                Reading(narrow.Name).ReadingFrom(s.Name("r-narrow-2")).Alike([0], 0),
                Reading(wide.Name).WritingTo(s.Name("r-narrow-2")));
            int epoch = (await s.Send(Join(group, "a", topology), V, "joins"))!.MemberEpoch;
            await UntilReady(s, group, "a", epoch);
            await Describe(s, group, "with its topics");
            foreach (string name in new[] { "r-wide", "r-narrow", "r-fixed", "r-chain", "r-narrow-2", "c0", "c2", "c3" })
            {
                MetadataResponse metadata = await s.Ask(new MetadataRequest { Topics = new() { new() { Name = s.Name(name) } }, AllowAutoTopicCreation = false }, version: 12);
                s.Note($"partitions of {name}", metadata.Topics[0].Partitions.Count);
                DescribeConfigsResponse configs = await s.Ask(new DescribeConfigsRequest { Resources = { new() { ResourceType = 2, ResourceName = s.Name(name), ConfigurationKeys = null } } }, version: 4);
                s.Note($"settings of {name}", string.Join(' ', configs.Results[0].Configs.Where(static each => each.ConfigSource == 1).Select(static each => $"{each.Name}={each.Value}").Order(StringComparer.Ordinal)));
            }
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Internal topics that cannot be made", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = await Prompt(s);
            StreamsGroupHeartbeatRequest.TopologyData topology = Topology(Reading(topic.Name).Storing(s.Name("c1"), 3).Storing(s.Name("c2"), 1, ("cleanup.policy", "unknown")).Storing(s.Name("c3"), 1));
            int epoch = (await s.Send(Join(group, "a", topology), V, "joins"))!.MemberEpoch;
            await s.WaitUntil("the possible one is there, which is another epoch", async () => (epoch = (await s.Ask(Beat(group, "a", epoch), V)).MemberEpoch) == 3);
            StreamsGroupHeartbeatResponse? told = null;
            await s.WaitUntil("the reasons are told", async () =>
                (told = await s.Ask(Beat(group, "a", epoch), V)).Status is { Count: 1 } && told.Status[0].StatusDetail.Contains(s.Name("c1") + " (", StringComparison.Ordinal));
            s.Note("both are told", told!.Status![0].StatusDetail.Contains(s.Name("c2") + " (", StringComparison.Ordinal));
            await s.Send(Beat(group, "a", epoch), V, "is told why");
            await Describe(s, group, "that is not ready");
            await s.Send(new ListGroupsRequest { TypesFilter = { "streams" }, StatesFilter = { "NotReady" } }, 5, "listed as NotReady");
            await s.Send(new ListGroupsRequest { TypesFilter = { "Streams" }, StatesFilter = { "not_ready" } }, 5, "listed as not_ready");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Members of other topologies", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            Topic more = await s.Topic("more", 2);
            string group = await Prompt(s);
            int epoch = (await s.Send(Join(group, "a", Topology(Reading(topic.Name))), V, "the first"))!.MemberEpoch;
            await s.Send(Join(group, "b", Topology(Reading(more.Name))), V, "the same epoch, other topics");
            await s.Send(Join(group, "b", With(Topology(Reading(topic.Name, more.Name)), static t => t.Epoch = 2)), V, "a newer epoch, other topics");
            await s.Send(Join(group, "b", With(Topology(Reading(topic.Name)), static t => t.Epoch = 2)), V, "a newer epoch, the same topics");
            int other = (await s.Send(Join(group, "c", With(Topology(Reading(more.Name)), static t => t.Epoch = 0)), V, "an older epoch"))!.MemberEpoch;
            await s.Send(Join(group, "d", With(Topology(Reading(topic.Name)), static t => t.Epoch = 0)), V, "an older epoch, the same topics");
            await Describe(s, group, "with members of an older epoch");
            await s.Send(Beat(group, "c", other), V, "the older one stays");
            await s.Send(Owning(group, "a", epoch, 0, 1), V, "the first goes on");
            foreach (string id in new[] { "a", "c", "d" }) await s.Send(Beat(group, id, -1), V, $"{id} leaves");
            await s.Send(Join(group, "e", Topology(Reading(more.Name))), V, "another topology for an empty group");
            await s.Send(Join(group, "e", With(Topology(Reading(more.Name)), static t => t.Epoch = 2)), V, "another topology of a newer epoch for an empty group");
            await Describe(s, group, "at the end");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "The application shuts down", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 1);
            string group = await Prompt(s);
            int epoch = (await s.Ask(Join(group, "a", Topology(Reading(topic.Name))), V)).MemberEpoch;
            int other = (await s.Ask(Join(group, "b", Topology(Reading(topic.Name))), V)).MemberEpoch;
            epoch = (await s.Ask(Beat(group, "a", epoch), V)).MemberEpoch;
            await s.Send(With(Beat(group, "a", epoch), static r => r.ShutdownApplication = true), V, "asks for it");
            await s.Send(Beat(group, "b", other), V, "the other is told");
            await s.Send(Beat(group, "a", epoch), V, "it is told too");
            await s.Send(With(Beat(group, "a", -1), static r => r.ShutdownApplication = true), V, "leaves");
            await s.Send(Beat(group, "b", other), V, "the other is still told");
            await s.Send(Join(group, "c", Topology(Reading(topic.Name))), V, "a third comes");
            await s.Send(Beat(group, "b", -1), V, "the other leaves");
            await s.Send(Beat(group, "c", -1), V, "the third leaves");
            await s.Send(Join(group, "d", Topology(Reading(topic.Name))), V, "one comes to the empty group");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "A member leaves and asks for shutdown", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 1);
            string group = await Prompt(s);
            await s.Ask(Join(group, "a", Topology(Reading(topic.Name))), V);
            int other = (await s.Ask(Join(group, "b", Topology(Reading(topic.Name))), V)).MemberEpoch;
            await s.Send(With(Beat(group, "a", -1), static r => r.ShutdownApplication = true), V, "leaves");
            await s.Send(Beat(group, "b", other), V, "the other is told");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Endpoints of members", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            Topic small = await s.Topic("small", 1);
            string group = await Prompt(s);
            StreamsGroupHeartbeatRequest Of(string id) => With(Join(group, id, Topology(Reading(topic.Name, small.Name))), r => (r.UserEndpoint, r.EndpointInformationEpoch) = (new() { Host = id, Port = 80 }, -1));
            StreamsGroupHeartbeatRequest Knowing(string id, int epoch, int known) => With(Beat(group, id, epoch), r => r.EndpointInformationEpoch = known);
            int epoch = (await s.Send(Of("a"), V, "the first joins"))!.MemberEpoch;
            int known = (await s.Send(Knowing("a", epoch, -1), V, "knows nothing"))!.EndpointInformationEpoch;
            await s.Send(Knowing("a", epoch, known), V, "knows all");
            await s.Send(Knowing("a", epoch, known + 1), V, "knows more");
            int other = (await s.Send(Of("b"), V, "the second joins"))!.MemberEpoch;
            known = (await s.Send(With(Owning(group, "a", epoch, 0, 1), r => r.EndpointInformationEpoch = known), V, "the first gives up"))!.EndpointInformationEpoch;
            var given = (await s.Send(With(Owning(group, "a", epoch, 0), r => r.EndpointInformationEpoch = known), V, "the first has given up"))!;
            (epoch, known) = (given.MemberEpoch, given.EndpointInformationEpoch);
            var taken = (await s.Send(Knowing("b", other, known), V, "the second gets it"))!;
            await s.Send(Knowing("a", epoch, known), V, "the first knows less");
            await s.Send(Knowing("b", taken.MemberEpoch, taken.EndpointInformationEpoch), V, "the second knows all");
            await s.Send(
                With(Join(group, "c", Topology(Reading(topic.Name, small.Name))), r => r.EndpointInformationEpoch = taken.EndpointInformationEpoch), V, "a third without an endpoint");
            await s.Send(Knowing("b", -1, 0), V, "the second leaves");
            await s.Send(Knowing("a", epoch, taken.EndpointInformationEpoch), V, "the first after that");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Endpoints of members that come back", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            StreamsGroupHeartbeatRequest Of(string group, string id, bool answers = true) =>
                With(Join(group, id, Topology(Reading(topic.Name))), r => (r.UserEndpoint, r.EndpointInformationEpoch) = (answers ? new() { Host = id, Port = 80 } : null, 0));
            string group = await Prompt(s);
            await s.Send(Of(group, "a"), V, "the first joins");
            await s.Send(Of(group, "a"), V, "the first joins again");
            await s.Send(Of(group, "b", answers: false), V, "the second joins without an endpoint");
            await s.Send(Of(group, "b"), V, "the second joins again with one");
            await s.Send(Of(group, "a"), V, "the first gives up");
            await s.Send(Of(group, "b"), V, "the second gets it");
            await s.Send(Beat(group, "b", -1), V, "the second leaves");
            await s.Send(Of(group, "a"), V, "the first gets it back");
            await s.Send(Beat(group, "a", -1), V, "the first leaves");
            await s.Send(Of(group, "a"), V, "the first comes back");
            string other = await Prompt(s, "other");
            int epoch = (await s.Send(Of(other, "a", answers: false), V, "of another group, without an endpoint"))!.MemberEpoch;
            await s.Send(With(Beat(other, "a", epoch), static r => r.UserEndpoint = new() { Host = "h", Port = 1 }), V, "tells an endpoint");
            await s.Send(Of(other, "b", answers: false), V, "another one, without an endpoint");
            await s.Send(Of(other, "b", answers: false), V, "the other once more");
            await s.Send(Of(other, "a"), V, "the first gives up one");
            await s.Send(Of(other, "b", answers: false), V, "the other gets it");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Members that come soon after an assignment", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = s.Name("g");
            await Groups.UntilCoordinated(s, group);
            await Configure(s, group, ("streams.initial.rebalance.delay.ms", "0"), ("streams.assignment.interval.ms", "15000"));
            int epoch = (await s.Send(Join(group, "a", Topology(Reading(topic.Name))), V, "the first"))!.MemberEpoch;
            int other = (await s.Send(Join(group, "b", Topology(Reading(topic.Name))), V, "the second"))!.MemberEpoch;
            await s.Send(Beat(group, "b", other), V, "the second waits");
            await s.Send(Beat(group, "a", epoch), V, "the first goes on");
            await Describe(s, group, "before the next assignment");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Sizes of repartition topics", async s =>
        {
            Topic one = await s.Topic("one", 1);
            Topic three = await s.Topic("three", 3);
            foreach ((string what, StreamsGroupHeartbeatRequest.Subtopology[] parts) in new (string, StreamsGroupHeartbeatRequest.Subtopology[])[]
            {
                ("alone", [Reading(three.Name).WritingTo(s.Name("a1")), Reading(one.Name).WritingTo(s.Name("a2")), Reading().ReadingFrom(s.Name("a1")).ReadingFrom(s.Name("a2")).Alike([], 0, 1)]),
                ("fixed elsewhere", [Reading(three.Name).WritingTo(s.Name("b1")).WritingTo(s.Name("b3")), Reading(one.Name).WritingTo(s.Name("b2")),
                    Reading().ReadingFrom(s.Name("b1")).ReadingFrom(s.Name("b2")).Alike([], 0, 1), Reading().ReadingFrom(s.Name("b3"), 2)]),
                ("one fixed", [Reading(three.Name).WritingTo(s.Name("c1")), Reading(one.Name).WritingTo(s.Name("c2")), Reading().ReadingFrom(s.Name("c1")).ReadingFrom(s.Name("c2"), 5).Alike([], 0, 1)]),
                ("two fixed elsewhere", [Reading(three.Name).WritingTo(s.Name("d1")).WritingTo(s.Name("d3")), Reading(one.Name).WritingTo(s.Name("d2")).WritingTo(s.Name("d4")),
                    Reading().ReadingFrom(s.Name("d1")).ReadingFrom(s.Name("d2")).Alike([], 0, 1), Reading().ReadingFrom(s.Name("d3"), 2), Reading().ReadingFrom(s.Name("d4"), 4)]),
                ("behind one that is made larger", [Reading(one.Name).WritingTo(s.Name("e1")), Reading(three.Name).ReadingFrom(s.Name("e1")).Alike([0], 0).WritingTo(s.Name("e2")), Reading().ReadingFrom(s.Name("e2"))]),
                ("of a ring", [Reading(one.Name).WritingTo(s.Name("f1")), Reading(three.Name).ReadingFrom(s.Name("f1")).ReadingFrom(s.Name("f2")).WritingTo(s.Name("f2"))]),
            })
            {
                string group = await Prompt(s, what.Replace(' ', '-'));
                StreamsGroupHeartbeatResponse? joined = await s.Send(Join(group, "a", Topology(parts)), V, what);
                if (joined!.ErrorCode != ErrorCode.None || joined.Status![0].StatusCode != 3) continue;
                await UntilReady(s, group, "a", joined.MemberEpoch);
                await Describe(s, group, what);
            }
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Standby tasks", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 1);
            string group = await Prompt(s, "g", ("streams.num.standby.replicas", "1"));
            StreamsGroupHeartbeatRequest Of(string id, string? process = null) => Join(group, id, Topology(Reading(topic.Name).Storing(s.Name("c"), 1), Reading(topic.Name)), process);
            int epoch = await UntilReady(s, group, "a", (await s.Ask(Of("a"), V)).MemberEpoch);
            await Describe(s, group, "alone");
            int other = (await s.Send(Of("b", "process-a"), V, "another thread of the process"))!.MemberEpoch;
            await Describe(s, group, "with two threads");
            await s.Send(Beat(group, "b", -1), V, "that leaves");
            other = (await s.Send(Of("c"), V, "another process"))!.MemberEpoch;
            epoch = (await s.Send(With(Owning(group, "a", epoch, 0), static r => r.ActiveTasks!.Add(new() { SubtopologyId = "1", Partitions = [0] })), V, "the first goes on"))!.MemberEpoch;
            await Describe(s, group, "with two processes");
            await s.Send(Owning(group, "a", epoch, 0), V, "the first gives up");
            await s.Send(Beat(group, "c", other), V, "the other goes on");
            await s.Send(Beat(group, "a", -1), V, "the first leaves");
            await s.Send(Beat(group, "c", epoch + 1), V, "fenced or not");
            await s.Send(Of("c"), V, "the standby becomes active");
            await Describe(s, group, "after the first left");
            await Configure(s, group, ("streams.num.standby.replicas", "0"));
            await s.Send(Of("c"), V, "without standby tasks");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Requests of other protocols", async s =>
        {
            Topic topic = await s.Topic();
            string group = await Prompt(s);
            int epoch = (await s.Ask(Join(group, "a", Topology(Reading(topic.Name))), V)).MemberEpoch;
            await OfOthers(s, group, topic, epoch, "with a member");
            await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, 2, "deletes it");
            await s.Ask(Beat(group, "a", -1), V);
            await OfOthers(s, group, topic, epoch, "empty");

            (string classic, string id, _) = await Groups.Alone(s, "classic");
            await s.Send(Join(classic, "a", Topology(Reading(topic.Name))), V, "joins a classic group");
            await s.Send(Beat(classic, id, -1), V, "a classic member leaves by the streams protocol");
            await s.Ask(Groups.Leave(classic, 5, (id, null)), version: 5);
            await Configure(s, classic, ("streams.initial.rebalance.delay.ms", "0"));
            await s.Send(Beat(classic, "a", 1), V, "goes on in an empty classic group");
            await s.Send(Join(classic, "a", Topology(Reading(topic.Name))), V, "joins an empty classic group");
            await Describe(s, classic, "that was classic");
            string simple = await Prompt(s, "simple");
            await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
            await s.Send(Join(simple, "a", Topology(Reading(topic.Name))), V, "joins a group that only had offsets");
            await s.Send(Groups.Fetch(simple, 9, all: true), 9, "its offsets stay");
            await Describe(s, simple, "that only had offsets");
            await s.Send(Beat(simple, "a", -1), V, "leaves it");
            await s.Send(Groups.Join(simple), 9, "a classic member joins the empty group");
            await Describe(s, simple, "with a classic member");
        }),
        new(ApiKey.StreamsGroupHeartbeat, "Offsets of members", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            string group = await Prompt(s);
            int first = (await s.Ask(Join(group, "a", Topology(Reading(topic.Name))), V)).MemberEpoch;
            int epoch = (await s.Ask(With(Beat(group, "a", first), static r => r.RackId = "r"), V)).MemberEpoch;
            foreach ((string what, string member, int generation) in new[]
            {
                ("its epoch", "a", epoch), ("the epoch of its tasks", "a", first), ("an older epoch", "a", first - 1), ("a later epoch", "a", epoch + 1), ("no epoch", "a", -1),
                ("another member", "x", epoch), ("nobody", "", -1),
            })
            {
                for (short version = 8; version <= 9; version++) await s.Send(Groups.Commit(group, topic, epoch, version: version, memberId: member, generation: generation), version, $"commits as {what}");
            }
            await s.Send(Groups.Fetch(group, 9, all: true), 9, "committed");
            foreach ((string what, string? member, int generation) in new[] { ("its epoch", "a", epoch), ("an older epoch", "a", first), ("another member", "x", epoch), ("nobody", null, -1) })
                await s.Send(With(Groups.Fetch(group, 9, all: true), r => (r.Groups[0].MemberId, r.Groups[0].MemberEpoch) = (member, generation)), 9, $"fetches as {what}");
            await s.Send(new OffsetDeleteRequest { GroupId = group, Topics = { new() { Name = topic.Name, Partitions = { new() } } } }, 0, "deletes an offset in use");
            Topic unused = await s.Topic("unused");
            await s.Send(Groups.Commit(group, unused, 3, memberId: "a", generation: epoch), 9, "commits for a topic that it does not read");
            await s.Send(Groups.Commit(group, unused, 3, memberId: "a", generation: first), 9, "commits for it in an older epoch");
            await s.Send(new OffsetDeleteRequest { GroupId = group, Topics = { new() { Name = unused.Name, Partitions = { new() } } } }, 0, "deletes an offset that is not in use");
            await s.Ask(Beat(group, "a", -1), V);
            await s.Send(Groups.Commit(group, topic, 7), 9, "somebody commits into the empty group");
            await s.Send(new OffsetDeleteRequest { GroupId = group, Topics = { new() { Name = topic.Name, Partitions = { new() } } } }, 0, "deletes an offset of the empty group");
        }),
        new(ApiKey.StreamsGroupDescribe, "With members, of other types, and absent", async s =>
        {
            Topic topic = await s.Topic();
            string group = await Prompt(s);
            string missing = await Prompt(s, "missing");
            string simple = s.Name("simple");
            await s.Ask(Join(group, "a", Topology(Reading(topic.Name))), V);
            await s.Ask(Join(missing, "b", Topology(Reading(s.Name("nowhere")))), V);
            await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
            await s.Send(new StreamsGroupDescribeRequest { GroupIds = { group } }, V, "with a member");
            await s.Send(new StreamsGroupDescribeRequest { GroupIds = { group }, IncludeAuthorizedOperations = true }, V, "with operations");
            await s.Send(new StreamsGroupDescribeRequest { GroupIds = { simple, s.Name("absent"), "" } }, V, "with offsets only, absent, and no name");
            await s.Send(new StreamsGroupDescribeRequest { GroupIds = { group, missing, group } }, V, "the same twice");
            await s.Send(new StreamsGroupDescribeRequest(), V, "none");
            foreach (string state in new[] { "Stable", "Empty", "Assigning", "Reconciling" })
                await s.Send(new ListGroupsRequest { TypesFilter = { "streams" }, StatesFilter = { state } }, 5, $"listed as {state}");
        }),
    ];

    private static async Task OfOthers(Session s, string group, Topic topic, int epoch, string when)
    {
        await s.Send(Groups.Sync(group, "a", epoch), 5, $"the member syncs, {when}");
        await s.Send(Groups.Heartbeat(group, "a", epoch), 4, $"the member heartbeats by the classic protocol, {when}");
        await s.Send(Groups.Leave(group, 5, ("a", null)), 5, $"leaves by the classic protocol, {when}");
        await s.Send(new DescribeGroupsRequest { Groups = { group } }, 6, $"described as a classic group, {when}");
        await s.Send(new ConsumerGroupDescribeRequest { GroupIds = { group } }, 1, $"described as a consumer group, {when}");
        await s.Send(new ShareGroupDescribeRequest { GroupIds = { group } }, 1, $"described as a share group, {when}");
        await s.Send(ShareGroupScenarios.Beat(group, "c", 0, topic.Name), 1, $"joins by the share protocol, {when}");
        await s.Send(
            new ConsumerGroupHeartbeatRequest { GroupId = group, MemberId = "c", RebalanceTimeoutMs = 1000, SubscribedTopicNames = [topic.Name], TopicPartitions = [] },
            1, $"joins by the consumer protocol, {when}");
        await s.Send(Groups.Join(group), 9, $"joins by the classic protocol, {when}");
        await s.Send(Groups.Join(group, "a"), 9, $"the member joins by the classic protocol, {when}");
    }
}
