using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Tests.Security;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Broker.Tests.Groups.Streams.StreamsGroupBench;

namespace Sluice.Broker.Tests.Groups.Streams;

/// <summary>Streams groups as members see them: what is refused before anything happens, and the topics that the broker makes for them.</summary>
public sealed class StreamsGroupApiTests : IAsyncLifetime
{
    private static readonly Dictionary<string, (Action<StreamsGroupHeartbeatRequest> Make, ErrorCode Error)> s_mistakes = new()
    {
        ["a blank member id"] = (static r => r.MemberId = " ", ErrorCode.InvalidRequest),
        ["a blank rack"] = (static r => r.RackId = "", ErrorCode.InvalidRequest),
        ["an instance id"] = (static r => r.InstanceId = "i", ErrorCode.InvalidRequest),
        ["no rebalance timeout"] = (static r => r.RebalanceTimeoutMs = -1, ErrorCode.InvalidRequest),
        ["no topology"] = (static r => r.Topology = null, ErrorCode.InvalidRequest),
        ["no tasks"] = (static r => r.StandbyTasks = null, ErrorCode.InvalidRequest),
        ["tasks of a member that only comes"] = (static r => r.ActiveTasks!.Add().Partitions.Add(0), ErrorCode.InvalidRequest),
        ["offsets of tasks"] = (static r => r.TaskOffsets = [], ErrorCode.InvalidRequest),
        ["an epoch below -1"] = (static r => r.MemberEpoch = -2, ErrorCode.InvalidRequest),
        ["a topology of a member that stays"] = (static r => r.MemberEpoch = 1, ErrorCode.InvalidRequest),
        ["a tag twice"] = (static r => r.ClientTags = [new() { Key = "k" }, new() { Key = "k" }], ErrorCode.InvalidRequest),
        ["a topology epoch below 0"] = (static r => r.Topology!.Epoch = -1, ErrorCode.InvalidRequest),
        ["a subtopology twice"] = (static r => r.Topology!.Subtopologies.Add().SubtopologyId = "0", ErrorCode.InvalidRequest),
        ["a pattern"] = (static r => r.Topology!.Subtopologies[0].SourceTopicRegex.Add(".*"), ErrorCode.InvalidRequest),
        ["a place that is none"] = (static r => r.Topology!.Subtopologies[0].CopartitionGroups.Add().SourceTopics.Add(1), ErrorCode.InvalidRequest),
        ["a place below 0"] = (static r => r.Topology!.Subtopologies[0].CopartitionGroups.Add().RepartitionSourceTopics.Add(-1), ErrorCode.InvalidRequest),
        ["a changelog of a given size"] = (static r => r.Topology!.Subtopologies[0].StateChangelogTopics[0].Partitions = 2, ErrorCode.StreamsInvalidTopology),
        ["a changelog that is the broker's own"] = (static r => r.Topology!.Subtopologies[0].StateChangelogTopics[0].Name = "__consumer_offsets", ErrorCode.StreamsInvalidTopology),
        ["a source that cannot be"] = (static r => r.Topology!.Subtopologies[0].SourceTopics.Add("no/topic"), ErrorCode.StreamsInvalidTopology),
        ["a part that reads nothing"] = (static r => r.Topology!.Subtopologies[0].SourceTopics.Clear(), ErrorCode.StreamsInvalidTopology),
        ["a repartition topic that nobody writes"] = (static r => r.Topology!.Subtopologies[0].RepartitionSourceTopics.Add().Name = "r", ErrorCode.StreamsInvalidTopology),
    };

    private TestBroker _broker = null!;
    private KafkaConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync([.. AccessCalls.Settings, "offsets.topic.num.partitions=2", "group.streams.initial.rebalance.delay.ms=0", "group.streams.assignment.interval.ms=0"]);
        await _broker.SetAclsAsync(AccessCalls.AllowAll);
        _connection = await _broker.ConnectAsync();
        await _connection.CreateTopicAsync("t", partitions: 2);
        await _connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["g"] });
        await _broker.AdvanceUntilAsync(TimeSpan.Zero, async () => (await _connection.SendAsync(new ListGroupsRequest())).ErrorCode == ErrorCode.None);
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Internal_topics_are_made_as_the_topology_wants_them()
    {
        StreamsGroupHeartbeatRequest join = Join();
        join.Topology!.Subtopologies[0].StateChangelogTopics[0].TopicConfigs.Add(new() { Key = "cleanup.policy", Value = "compact" });
        StreamsGroupHeartbeatResponse joined = await _connection.SendAsync(join);
        joined.Status!.Single().StatusCode.ShouldBe((sbyte)StreamsStatus.MissingInternalTopics);
        _broker.Server.Topics.Find("c")!.Partitions.Length.ShouldBe(2);
        _broker.Server.Topics.Find("c")!.Settings.GetList(Sluice.Metadata.Configs.TopicConfigKeys.CleanupPolicy).ShouldBe(["compact"]);
        await _broker.AdvanceUntilAsync(TimeSpan.Zero, async () =>
        {
            joined = await _connection.SendAsync(new StreamsGroupHeartbeatRequest { GroupId = "g", MemberId = "m", MemberEpoch = joined.MemberEpoch });
            return joined.Status!.Count == 0;
        });
        StreamsGroupDescribeResponse.DescribedGroup group = (await _connection.SendAsync(new StreamsGroupDescribeRequest { GroupIds = ["g"] })).Groups.ShouldHaveSingleItem();
        (group.GroupState, group.Members.ShouldHaveSingleItem().Assignment.ActiveTasks.ShouldHaveSingleItem().Partitions.Count).ShouldBe(("Stable", 2));
    }

    [Fact]
    public async Task Whoever_may_not_make_topics_is_told_so_and_none_is_made()
    {
        await _broker.SetAclsAsync(
            new AccessRight(AclOperation.Read, AclResourceType.Group, "g").Entry(), new AccessRight(AclOperation.Describe, AclResourceType.Topic, AccessControlEntry.Wildcard).Entry());
        StreamsGroupHeartbeatResponse joined = await _connection.SendAsync(Join());
        joined.ErrorCode.ShouldBe(ErrorCode.None);
        joined.Status!.Single().StatusDetail.ShouldContain("Unauthorized to CREATE on topics c");
        _broker.Server.Topics.Find("c").ShouldBeNull();
    }

    [Fact]
    public async Task What_cannot_be_made_is_told_with_its_reason()
    {
        StreamsGroupHeartbeatRequest join = Join();
        join.Topology!.Subtopologies[0].StateChangelogTopics[0].ReplicationFactor = 3;
        (await _connection.SendAsync(join)).Status!.Single().StatusDetail.ShouldContain("c (Unable to replicate");
        _broker.Server.Topics.Find("c").ShouldBeNull();
    }

    public static TheoryData<string> Mistakes { get; } = [.. s_mistakes.Keys];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Heartbeats_with_a_mistake_are_refused_and_make_no_group(string mistake)
    {
        (Action<StreamsGroupHeartbeatRequest> make, ErrorCode error) = s_mistakes[mistake];
        StreamsGroupHeartbeatRequest request = Join();
        make(request);
        (await _connection.SendAsync(request)).ErrorCode.ShouldBe(error);
        (await _connection.SendAsync(new ListGroupsRequest())).Groups.ShouldBeEmpty();
    }

    private static StreamsGroupHeartbeatRequest Join() => new()
    {
        GroupId = "g", MemberId = "m", RebalanceTimeoutMs = 60_000, ProcessId = "p", ClientTags = [], Topology = Topology(Reading("t", changelog: "c")), ActiveTasks = [], StandbyTasks = [], WarmupTasks = [],
    };
}
