using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Share;

/// <summary>A bench for share groups. Disposing compares the groups with what a second shard reads from the log.</summary>
internal sealed class ShareGroupBench : IDisposable
{
    // Without this, targets of the same second would wait for the next one, as in the tests that are about that.
    private static readonly string[] s_atOnce = ["group.share.assignment.interval.ms=0"];

    public ShareGroupBench(params string[] settings)
    {
        Groups = new GroupBench([.. settings.Any(static setting => setting.StartsWith("group.share.assignment.interval.ms", StringComparison.Ordinal)) ? [] : s_atOnce, .. settings]);
        Groups.SetTopics(("t", 4), ("u", 2));
    }

    public GroupBench Groups { get; }

    public MemoryShareStateStore Store => Groups.ShareState;

    public ShareGroup Group => Find("g");

    public ShareGroup Find(string id) => Groups.Shard.Groups[id].ShouldBeOfType<ShareGroup>();

    public Uuid Id(string topic) => Groups.Topics.Find(topic)!.Id;

    /// <summary>A heartbeat with exactly these fields. What it has done beside the shard waits until somebody runs it.</summary>
    public ShareGroupHeartbeatResponse Beat(string memberId, int epoch, string[]? topics = null, string? rackId = null, string group = "g", string clientId = "client")
    {
        ShareGroupHeartbeatRequest request = new() { GroupId = group, MemberId = memberId, MemberEpoch = epoch, RackId = rackId, SubscribedTopicNames = topics?.ToList() };
        ShareGroupHeartbeatResponse response = new();
        Groups.Shard.Share.Heartbeat(request, new GroupClient(clientId, "/127.0.0.1"), response);
        return response;
    }

    /// <summary>A member's first heartbeat, as clients send it; then state is there for what it subscribes to.</summary>
    public ShareGroupHeartbeatResponse Join(string memberId, params string[] topics)
    {
        ShareGroupHeartbeatResponse response = Beat(memberId, 0, topics.Length == 0 ? ["t"] : topics);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        Groups.RunBackground();
        return response;
    }

    /// <summary>Members of topic t that have all they are to have.</summary>
    public void Settle(params string[] memberIds)
    {
        foreach (string memberId in memberIds) Join(memberId);
        for (int round = 0; round < 2; round++)
        {
            foreach (string memberId in memberIds) Beat(memberId, Member(memberId).Epoch).ErrorCode.ShouldBe(ErrorCode.None);
        }
    }

    /// <summary>What an answer assigns, as <c>t0 t1 u0</c>; null where it says nothing.</summary>
    public string? Assigned(ShareGroupHeartbeatResponse response) => response.Assignment is { } assignment
        ? Text(PartitionSet.From(assignment.TopicPartitions.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition)))))
        : null;

    public string Text(PartitionSet partitions) =>
        string.Join(' ', partitions.All.Select(each => $"{Groups.Topics.Find(each.Topic)?.Name ?? "?"}{each.Partition}").Order(StringComparer.Ordinal));

    /// <summary>Partitions whose state is in the store, as <c>t0 t1 u0</c>.</summary>
    public string Stored(string group = "g") => Text(PartitionSet.From(Store.States.Keys.Where(key => key.Group == group).Select(static key => (key.Topic, key.Partition))));

    public ShareMember Member(string memberId) => Group.Members[memberId];

    /// <summary>A second shard that reads the log is in the same state.</summary>
    public void ShouldReplay() => Describe(Groups.Replayed()).ShouldBe(Describe(Groups.Shard));

    public void Dispose() => ShouldReplay();

    private string Describe(GroupShard shard) => string.Join('\n', shard.Groups.Values.OrderBy(static group => group.Id, StringComparer.Ordinal)
        .Select(group => group is ShareGroup share ? Describe(share) : $"{group.Id} {group.Type}"));

    private string Describe(ShareGroup group)
    {
        List<string> lines =
        [
            $"{group.Id} {group.StateName} epoch {group.Epoch} hash {group.MetadataHash} target {group.TargetEpoch} at {group.TargetTimestampMs}",
            $"  initializing {Text(group.State.Initializing)} initialized {Text(group.State.Initialized)} deleting {string.Join(' ', group.State.Deleting.Order())}",
        ];
        foreach (ShareMember member in group.Members.Values.OrderBy(static member => member.Id, StringComparer.Ordinal))
        {
            lines.Add($"{member.Id} {member.RackId} {member.Client} [{string.Join(' ', member.TopicNames)}]");
            lines.Add($"  {member.Epoch} {member.PreviousEpoch} has {Text(member.Assigned)}");
        }
        foreach ((string memberId, PartitionSet target) in group.Targets.OrderBy(static each => each.Key, StringComparer.Ordinal)) lines.Add($"target {memberId} {Text(target)}");
        return string.Join('\n', lines);
    }
}
