using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>The requests of members of classic groups, in one line each.</summary>
internal static class Groups
{
    public static JoinGroupRequest Join(
        string group, string memberId = "", short version = 9, string? instanceId = null, int sessionMs = 30_000, string protocolType = "consumer", params string[] protocols)
    {
        JoinGroupRequest request = new() { GroupId = group, MemberId = memberId, SessionTimeoutMs = sessionMs, RebalanceTimeoutMs = 30_000, ProtocolType = protocolType };
        if (version >= 5) request.GroupInstanceId = instanceId;
        foreach (string protocol in protocols.Length == 0 ? ["range"] : protocols) request.Protocols.Add(new() { Name = protocol, Metadata = Subscription("read") });
        return request;
    }

    public static SyncGroupRequest Sync(string group, string memberId, int generation, short version = 5, string? instanceId = null, params string[] memberIds)
    {
        SyncGroupRequest request = new() { GroupId = group, MemberId = memberId, GenerationId = generation };
        if (version >= 3) request.GroupInstanceId = instanceId;
        if (version >= 5) (request.ProtocolType, request.ProtocolName) = ("consumer", "range");
        byte number = 0;
        foreach (string id in memberIds) request.Assignments.Add(new() { MemberId = id, Assignment = new byte[] { 0, 0, ++number } });
        return request;
    }

    public static HeartbeatRequest Heartbeat(string group, string memberId, int generation, short version = 4, string? instanceId = null)
    {
        HeartbeatRequest request = new() { GroupId = group, MemberId = memberId, GenerationId = generation };
        if (version >= 3) request.GroupInstanceId = instanceId;
        return request;
    }

    public static LeaveGroupRequest Leave(string group, short version, params (string MemberId, string? InstanceId)[] members)
    {
        LeaveGroupRequest request = new() { GroupId = group };
        if (version < 3) request.MemberId = members[0].MemberId;
        else foreach ((string id, string? instance) in members) request.Members.Add(new() { MemberId = id, GroupInstanceId = instance });
        return request;
    }

    public static OffsetCommitRequest Commit(
        string group, Topic topic, long offset, short version = 9, int partition = 0, string memberId = "", int generation = -1, string? metadata = "note", string? name = null, Uuid? id = null)
    {
        OffsetCommitRequest request = new() { GroupId = group, MemberId = memberId, GenerationIdOrMemberEpoch = generation };
        request.Topics.Add(new()
        {
            Name = name ?? topic.Name,
            TopicId = id ?? topic.Id,
            Partitions = { new() { PartitionIndex = partition, CommittedOffset = offset, CommittedMetadata = metadata } },
        });
        return request;
    }

    public static OffsetFetchRequest Fetch(string group, short version, bool all, params (Topic Topic, int Partition)[] partitions)
    {
        OffsetFetchRequest request = new();
        if (version < 8)
        {
            request.GroupId = group;
            request.Topics = all ? null : new();
            if (all) return request;
            foreach ((Topic topic, int partition) in partitions) request.Topics!.Add(new() { Name = topic.Name, PartitionIndexes = { partition } });
            return request;
        }
        OffsetFetchRequest.OffsetFetchRequestGroup asked = new() { GroupId = group, Topics = null };
        request.Groups.Add(asked);
        if (all) return request;
        asked.Topics = new();
        foreach ((Topic topic, int partition) in partitions) asked.Topics.Add(new() { Name = topic.Name, TopicId = topic.Id, PartitionIndexes = { partition } });
        return request;
    }

    /// <summary>Waits until the peer has a coordinator for the group: Kafka makes its topic, and loads it, while it refuses.</summary>
    public static Task UntilCoordinated(Session s, string group) => s.WaitUntil($"{group} has a coordinator", async () =>
    {
        FindCoordinatorResponse found = await s.Ask(new FindCoordinatorRequest { CoordinatorKeys = { group } }, version: 4);
        if (found.Coordinators[0].ErrorCode != ErrorCode.None) return false;
        DescribeGroupsResponse described = await s.Ask(new DescribeGroupsRequest { Groups = { group } }, version: 5);
        return described.Groups[0].ErrorCode == ErrorCode.None;
    });

    /// <summary>A group with one member that has its assignment.</summary>
    public static async Task<(string Group, string MemberId, int Generation)> Alone(Session s, string name = "g")
    {
        string group = s.Name(name);
        await UntilCoordinated(s, group);
        string id = (await s.Ask(Join(group), version: 9)).MemberId;
        JoinGroupResponse joined = await s.Ask(Join(group, id), version: 9);
        SyncGroupResponse synced = await s.Ask(Sync(group, id, joined.GenerationId, memberIds: id), version: 5);
        return synced.ErrorCode == ErrorCode.None ? (group, id, joined.GenerationId) : throw new InvalidOperationException($"{s.Peer.Name} gave no assignment: {synced.ErrorCode}");
    }

    // A subscription of version 0: one topic, no user data.
    private static byte[] Subscription(string topic) => [0, 0, 0, 0, 0, 1, 0, (byte)topic.Length, .. System.Text.Encoding.ASCII.GetBytes(topic), 0xff, 0xff, 0xff, 0xff];
}
