using Sluice.Protocol;
using Sluice.Protocol.Messages;
using TopicInfo = Sluice.Protocol.Messages.StreamsGroupHeartbeatRequest.TopicInfo;

namespace Sluice.Differential.Scenarios;

/// <summary>The requests of members of streams groups, in one line each.</summary>
internal static class Streams
{
    private const sbyte GroupResource = 32;

    /// <summary>A heartbeat that tells nothing new.</summary>
    public static StreamsGroupHeartbeatRequest Beat(string group, string memberId, int epoch) => new() { GroupId = group, MemberId = memberId, MemberEpoch = epoch };

    /// <summary>A heartbeat of a member that has exactly these active tasks of subtopology 0.</summary>
    public static StreamsGroupHeartbeatRequest Owning(string group, string memberId, int epoch, params int[] active) =>
        With(Beat(group, memberId, epoch), request => (request.ActiveTasks, request.StandbyTasks, request.WarmupTasks) = (Tasks("0", active), new(), new()));

    /// <summary>A first heartbeat, as clients send it.</summary>
    public static StreamsGroupHeartbeatRequest Join(string group, string memberId, StreamsGroupHeartbeatRequest.TopologyData topology, string? processId = null) => new()
    {
        GroupId = group, MemberId = memberId, RebalanceTimeoutMs = 60_000, Topology = topology, ProcessId = processId ?? $"process-{memberId}", ClientTags = new(),
        ActiveTasks = new(), StandbyTasks = new(), WarmupTasks = new(),
    };

    /// <summary>Epoch 1 and these subtopologies, numbered from 0.</summary>
    public static StreamsGroupHeartbeatRequest.TopologyData Topology(params StreamsGroupHeartbeatRequest.Subtopology[] subtopologies)
    {
        StreamsGroupHeartbeatRequest.TopologyData topology = new() { Epoch = 1 };
        for (int i = 0; i < subtopologies.Length; i++)
        {
            subtopologies[i].SubtopologyId = $"{i}";
            topology.Subtopologies.Add(subtopologies[i]);
        }
        return topology;
    }

    public static StreamsGroupHeartbeatRequest.Subtopology Reading(params string[] topics) => new() { SourceTopics = [.. topics] };

    public static StreamsGroupHeartbeatRequest.Subtopology Storing(this StreamsGroupHeartbeatRequest.Subtopology subtopology, string changelog, short replicas = 0, params (string Name, string Value)[] configs)
    {
        TopicInfo info = subtopology.StateChangelogTopics.Add();
        (info.Name, info.ReplicationFactor) = (changelog, replicas);
        foreach ((string name, string value) in configs) info.TopicConfigs.Add(new() { Key = name, Value = value });
        return subtopology;
    }

    public static StreamsGroupHeartbeatRequest.Subtopology WritingTo(this StreamsGroupHeartbeatRequest.Subtopology subtopology, string repartition)
    {
        subtopology.RepartitionSinkTopics.Add(repartition);
        return subtopology;
    }

    public static StreamsGroupHeartbeatRequest.Subtopology ReadingFrom(this StreamsGroupHeartbeatRequest.Subtopology subtopology, string repartition, int partitions = 0)
    {
        TopicInfo info = subtopology.RepartitionSourceTopics.Add();
        (info.Name, info.Partitions) = (repartition, partitions);
        return subtopology;
    }

    /// <summary>Has topics partitioned alike, by their places in the lists of the subtopology.</summary>
    public static StreamsGroupHeartbeatRequest.Subtopology Alike(this StreamsGroupHeartbeatRequest.Subtopology subtopology, short[] sources, params short[] repartitions)
    {
        var together = subtopology.CopartitionGroups.Add();
        together.SourceTopics.AddRange(sources);
        together.RepartitionSourceTopics.AddRange(repartitions);
        return subtopology;
    }

    public static MessageList<StreamsGroupHeartbeatRequest.TaskIds> Tasks(string subtopology, params int[] partitions)
    {
        MessageList<StreamsGroupHeartbeatRequest.TaskIds> tasks = new();
        if (partitions.Length > 0) tasks.Add(new() { SubtopologyId = subtopology, Partitions = [.. partitions] });
        return tasks;
    }

    public static T With<T>(T request, Action<T> change)
    {
        change(request);
        return request;
    }

    /// <summary>A group id whose members are assigned at once: nobody waits for others.</summary>
    public static async Task<string> Prompt(Session s, string name = "g", params (string Name, string Value)[] configs)
    {
        string group = s.Name(name);
        await Groups.UntilCoordinated(s, group);
        await Configure(s, group, [("streams.initial.rebalance.delay.ms", "0"), ("streams.assignment.interval.ms", "0"), .. configs]);
        return group;
    }

    public static async Task Configure(Session s, string group, params (string Name, string Value)[] configs)
    {
        IncrementalAlterConfigsRequest.AlterConfigsResource resource = new() { ResourceType = GroupResource, ResourceName = group };
        foreach ((string name, string value) in configs) resource.Configs.Add(new() { Name = name, Value = value });
        IncrementalAlterConfigsResponse altered = await s.Ask(new IncrementalAlterConfigsRequest { Resources = { resource } }, version: 1);
        if (altered.Responses[0].ErrorCode != ErrorCode.None) throw new InvalidOperationException($"{s.Peer.Name}: {altered.Responses[0].ErrorMessage}");
        await s.WaitUntilChangesAreSeen();
    }

    public static Task<StreamsGroupDescribeResponse?> Describe(Session s, string group, string when) =>
        s.Send(new StreamsGroupDescribeRequest { GroupIds = { group } }, 0, $"described {when}");

    /// <summary>Goes on with heartbeats, which are not compared, until the member has its tasks and nothing is missing.</summary>
    /// <returns>The member's epoch.</returns>
    public static async Task<int> UntilReady(Session s, string group, string memberId, int epoch)
    {
        await s.WaitUntil($"{memberId} has nothing to wait for", async () =>
        {
            StreamsGroupHeartbeatResponse response = await s.Ask(Beat(group, memberId, epoch), version: 0);
            if (response.ErrorCode != ErrorCode.None) throw new InvalidOperationException($"{s.Peer.Name}: {response.ErrorCode} {response.ErrorMessage}");
            epoch = response.MemberEpoch;
            return response.Status is null or { Count: 0 };
        });
        return epoch;
    }
}
