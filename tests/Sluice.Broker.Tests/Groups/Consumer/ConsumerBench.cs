using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>A bench for groups of the consumer protocol. Disposing compares the groups with what a second shard reads from the log.</summary>
internal sealed class ConsumerBench : IDisposable
{
    // Without this, targets of the same second would wait for the next one, as in the tests that are about that.
    private static readonly string[] s_atOnce = ["group.consumer.assignment.interval.ms=0"];

    public ConsumerBench(params string[] settings)
    {
        Groups = new GroupBench([.. settings.Any(static setting => setting.StartsWith("group.consumer.assignment.interval.ms", StringComparison.Ordinal)) ? [] : s_atOnce, .. settings]);
        Groups.SetTopics(("t", 4), ("u", 2));
    }

    public GroupBench Groups { get; }

    public ConsumerGroup Group => Find("g");

    public ConsumerGroup Find(string id) => Groups.Shard.Groups[id].ShouldBeOfType<ConsumerGroup>();

    public Uuid Id(string topic) => Groups.Topics.Find(topic)!.Id;

    /// <summary>A heartbeat with exactly these fields.</summary>
    public ConsumerGroupHeartbeatResponse Beat(
        string memberId,
        int epoch,
        string[]? topics = null,
        string? regex = null,
        PartitionSet? owned = null,
        string? instanceId = null,
        string? rackId = null,
        int rebalanceMs = -1,
        string? assignor = null,
        string group = "g",
        short version = 1)
    {
        ConsumerGroupHeartbeatRequest request = new()
        {
            GroupId = group,
            MemberId = memberId,
            MemberEpoch = epoch,
            InstanceId = instanceId,
            RackId = rackId,
            RebalanceTimeoutMs = rebalanceMs,
            SubscribedTopicNames = topics?.ToList(),
            SubscribedTopicRegex = regex,
            ServerAssignor = assignor,
        };
        if (owned is not null)
        {
            request.TopicPartitions = new MessageList<ConsumerGroupHeartbeatRequest.TopicPartitionsData>();
            foreach (Uuid topic in owned.Topics)
            {
                var entry = request.TopicPartitions.Add();
                entry.TopicId = topic;
                entry.Partitions.AddRange(owned.Of(topic));
            }
        }
        ConsumerGroupHeartbeatResponse response = new();
        Groups.Shard.Consumer.Heartbeat(request, version, new GroupClient("client", "/127.0.0.1"), mayDescribe: null, response);
        return response;
    }

    /// <summary>A member's first heartbeat, as clients send it.</summary>
    public ConsumerGroupHeartbeatResponse Join(
        string memberId, string[]? topics = null, string? regex = null, string? instanceId = null, string? assignor = null, string group = "g", int rebalanceMs = 60_000) =>
        Beat(memberId, 0, regex is null ? topics ?? ["t"] : topics, regex, PartitionSet.Empty, instanceId, rebalanceMs: rebalanceMs, assignor: assignor, group: group);

    /// <summary>What an answer assigns, as <c>t0 t1 u0</c>; null where it says nothing.</summary>
    public string? Assigned(ConsumerGroupHeartbeatResponse response) => response.Assignment is { } assignment
        ? Text(PartitionSet.From(assignment.TopicPartitions.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition)))))
        : null;

    public string Text(PartitionSet partitions) =>
        string.Join(' ', partitions.All.Select(each => $"{Groups.Topics.Find(each.Topic)?.Name ?? "?"}{each.Partition}").Order(StringComparer.Ordinal));

    /// <summary>Partitions written as <c>t0 t1 u0</c>.</summary>
    public PartitionSet Set(string text) =>
        PartitionSet.From(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(each => (Id(each[..1]), each[1] - '0')));

    public ConsumerMember Member(string memberId) => Group.Members[memberId];

    /// <summary>A second shard that reads the log is in the same state.</summary>
    public void ShouldReplay() => Describe(Groups.Replayed()).ShouldBe(Describe(Groups.Shard));

    public void Dispose() => ShouldReplay();

    private string Describe(GroupShard shard) => string.Join('\n', shard.Groups.Values.Where(static group => group is ConsumerGroup || !group.Offsets.IsEmpty)
        .OrderBy(static group => group.Id, StringComparer.Ordinal).Select(group => group is ConsumerGroup consumer ? Describe(consumer) : $"{group.Id} {group.Type}"));

    private string Describe(ConsumerGroup group)
    {
        List<string> lines = [$"{group.Id} {group.StateName} epoch {group.Epoch} hash {group.MetadataHash} target {group.TargetEpoch} at {group.TargetTimestampMs} offsets {group.Offsets.Count}"];
        foreach (ConsumerMember member in group.Members.Values.OrderBy(static member => member.Id, StringComparer.Ordinal))
        {
            string epochs = string.Join(' ', member.AssignmentEpochs.OrderBy(static each => each.Key.Topic).ThenBy(static each => each.Key.Partition).Select(static each => each.Value));
            lines.Add($"{member.Id} {member.InstanceId} {member.RackId} {member.Client} [{string.Join(' ', member.TopicNames)}] {member.Regex} {member.ServerAssignor} {member.RebalanceTimeoutMs}");
            lines.Add($"  {member.Epoch} {member.PreviousEpoch} {member.State} has {Text(member.Assigned)} revokes {Text(member.Revoking)} since {epochs}");
            lines.Add($"  classic {member.Classic?.SessionTimeoutMs} {string.Join(' ', member.Classic?.Protocols.Select(static protocol => protocol.Name) ?? [])}");
            lines.Add($"  owners {string.Join(' ', member.Assigned.All.Order().Select(each => group.PartitionEpoch(each.Topic, each.Partition)))}");
        }
        foreach ((string memberId, PartitionSet target) in group.Targets.OrderBy(static each => each.Key, StringComparer.Ordinal)) lines.Add($"target {memberId} {Text(target)}");
        foreach ((string regex, ResolvedRegex resolved) in group.Regexes.OrderBy(static each => each.Key, StringComparer.Ordinal)) lines.Add($"regex {regex} {string.Join(' ', resolved.Topics)} {resolved.MetadataVersion} {resolved.TimestampMs}");
        return string.Join('\n', lines);
    }
}
