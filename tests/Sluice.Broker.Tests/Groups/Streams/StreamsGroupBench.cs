using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Streams;

/// <summary>A bench for streams groups. Disposing compares the groups with what a second shard reads from the log.</summary>
internal sealed class StreamsGroupBench : IDisposable
{
    // Without these, the first target would wait for more members, and the next one for a second.
    private static readonly string[] s_atOnce = ["group.streams.initial.rebalance.delay.ms=0", "group.streams.assignment.interval.ms=0"];

    public StreamsGroupBench(params string[] settings)
    {
        Groups = new GroupBench([.. s_atOnce.Where(each => !settings.Any(setting => setting.Split('=')[0] == each.Split('=')[0])), .. settings]);
        Groups.SetTopics(("t", 4), ("u", 2));
    }

    public GroupBench Groups { get; }

    public StreamsGroup Group => Groups.Shard.Groups["g"].ShouldBeOfType<StreamsGroup>();

    /// <summary>Topics that the last heartbeat missed.</summary>
    public ImmutableArray<NewTopic> Missing { get; private set; } = [];

    /// <summary>Epoch 1 and these parts, numbered from 0.</summary>
    public static StreamsGroupHeartbeatRequest.TopologyData Topology(params StreamsGroupHeartbeatRequest.Subtopology[] parts)
    {
        StreamsGroupHeartbeatRequest.TopologyData topology = new() { Epoch = 1 };
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i].SubtopologyId = $"{i}";
            topology.Subtopologies.Add(parts[i]);
        }
        return topology;
    }

    public static StreamsGroupHeartbeatRequest.Subtopology Reading(string? topic, string? changelog = null, string? sink = null, string? repartition = null, int partitions = 0)
    {
        StreamsGroupHeartbeatRequest.Subtopology part = new();
        if (topic is not null) part.SourceTopics.Add(topic);
        if (changelog is not null) part.StateChangelogTopics.Add().Name = changelog;
        if (sink is not null) part.RepartitionSinkTopics.Add(sink);
        if (repartition is not null) part.RepartitionSourceTopics.Add(new() { Name = repartition, Partitions = partitions });
        return part;
    }

    public StreamsGroupHeartbeatResponse Send(StreamsGroupHeartbeatRequest request)
    {
        StreamsGroupHeartbeatResponse response = new();
        Missing = Groups.Shard.Streams.Heartbeat(request, new GroupClient("client", "/127.0.0.1"), response);
        return response;
    }

    /// <summary>A member's first heartbeat, as clients send it; by default of a topology that reads t.</summary>
    public StreamsGroupHeartbeatResponse Join(string memberId, StreamsGroupHeartbeatRequest.TopologyData? topology = null, string? processId = null, string group = "g") => Send(new()
    {
        GroupId = group, MemberId = memberId, RebalanceTimeoutMs = 60_000, ProcessId = processId ?? $"p-{memberId}", ClientTags = [], Topology = topology ?? Topology(Reading("t")),
        ActiveTasks = [], StandbyTasks = [], WarmupTasks = [],
    });

    /// <summary>A heartbeat that tells nothing, or what the member has.</summary>
    public StreamsGroupHeartbeatResponse Beat(string memberId, int epoch, TaskSets? owned = null, string group = "g")
    {
        StreamsGroupHeartbeatRequest request = new() { GroupId = group, MemberId = memberId, MemberEpoch = epoch };
        if (owned is not null) (request.ActiveTasks, request.StandbyTasks, request.WarmupTasks) = (Write(owned.Active), Write(owned.Standby), []);
        return Send(request);
    }

    /// <summary>Has members do what they are told until nothing moves any more.</summary>
    public void Settle(params string[] memberIds)
    {
        for (int round = 0; round < 4; round++)
        {
            foreach (string id in memberIds) Beat(id, Member(id).Epoch, Member(id).Assigned).ErrorCode.ShouldBe(ErrorCode.None);
        }
        Group.StateName.ShouldBe("Stable");
    }

    public StreamsMember Member(string memberId) => Group.Members[memberId];

    /// <summary>What a member may work on, as <c>0_0 0_1 | standby 1_0</c>.</summary>
    public string Tasks(string memberId) => Text(Member(memberId).Assigned);

    public static string Text(TaskSets tasks) => tasks.Standby.IsEmpty ? $"{tasks.Active}" : $"{tasks.Active} | standby {tasks.Standby}";

    public void Dispose() => Describe(Groups.Replayed()).ShouldBe(Describe(Groups.Shard));

    private static MessageList<StreamsGroupHeartbeatRequest.TaskIds> Write(TaskSet tasks)
    {
        MessageList<StreamsGroupHeartbeatRequest.TaskIds> list = [];
        foreach ((string part, List<int> partitions) in tasks.BySubtopology) list.Add(new() { SubtopologyId = part, Partitions = partitions });
        return list;
    }

    private static string Describe(GroupShard shard) => string.Join('\n', shard.Groups.Values.OrderBy(static group => group.Id, StringComparer.Ordinal)
        .Select(static group => group is StreamsGroup streams ? Describe(streams) : $"{group.Id} {group.Type}"));

    private static string Describe(StreamsGroup group)
    {
        List<string> lines =
        [
            $"{group.Id} epoch {group.Epoch} {group.Basis} target {group.TargetEpoch} at {group.TargetTimestampMs}",
            $"  topology {group.Topology?.Epoch} {string.Join(';', group.Topology?.Subtopologies.Select(static part => $"{part.Id} {string.Join(' ', part.ReadTopics)} -> {string.Join(' ', part.RepartitionSinks)} + {string.Join(' ', part.Changelogs)} = {string.Join(' ', part.CopartitionGroups.Select(static each => string.Join(',', each)))}") ?? [])}",
        ];
        foreach (StreamsMember member in group.Members.Values.OrderBy(static member => member.Id, StringComparer.Ordinal))
        {
            lines.Add($"{member.Id} {member.RackId} {member.Client} {member.ProcessId} {member.Endpoint} {member.TopologyEpoch} {string.Join(' ', member.Tags)}");
            lines.Add($"  {member.Epoch} {member.PreviousEpoch} {member.State} has {Text(member.Assigned)} gives up {Text(member.Revoking)} since {string.Join(' ', member.AssignmentEpochs.OrderBy(static each => each.Key))}");
        }
        foreach ((string memberId, TaskSets target) in group.Targets.OrderBy(static each => each.Key, StringComparer.Ordinal)) lines.Add($"target {memberId} {Text(target)}");
        return string.Join('\n', lines);
    }
}
