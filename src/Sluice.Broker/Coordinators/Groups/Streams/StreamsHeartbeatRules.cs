using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>What a StreamsGroupHeartbeat must look like, whatever the group is.</summary>
internal static class StreamsHeartbeatRules
{
    /// <summary>Looks for the first mistake.</summary>
    /// <returns>Null if there is none.</returns>
    public static Refusal? Check(StreamsGroupHeartbeatRequest request)
    {
        if (IsBlank(request.MemberId)) return Invalid("MemberId must not be empty.");
        if (IsBlank(request.GroupId)) return Invalid("GroupId must not be empty.");
        if (request.RackId is { } rackId && IsBlank(rackId)) return Invalid("RackId must not be empty.");
        if (request.InstanceId is not null) return Invalid("Static members are not served by streams groups.");
        if (request.TaskOffsets is not null || request.TaskEndOffsets is not null) return Invalid("Offsets of tasks are not served.");
        if (request.WarmupTasks is { Count: > 0 }) return Invalid("Warmup tasks are not served.");
        if (request.ClientTags is { } tags && tags.Select(static tag => tag.Key).Distinct(StringComparer.Ordinal).Count() < tags.Count) return Invalid("ClientTags has a key twice.");
        return request.MemberEpoch switch
        {
            < -1 => Invalid($"MemberEpoch is {request.MemberEpoch}; it must be -1 or more."),
            0 => CheckJoin(request),
            _ => CheckStay(request),
        };
    }

    private static Refusal? CheckJoin(StreamsGroupHeartbeatRequest request)
    {
        if (request.RebalanceTimeoutMs == -1) return Invalid("RebalanceTimeoutMs must be given when joining.");
        if (request.Topology is null) return Invalid("Topology must be given when joining.");
        if (request is not { ActiveTasks.Count: 0, StandbyTasks.Count: 0, WarmupTasks.Count: 0 }) return Invalid("ActiveTasks, StandbyTasks and WarmupTasks must be given, and empty, when joining.");
        return Check(request.Topology);
    }

    private static Refusal? CheckStay(StreamsGroupHeartbeatRequest request)
    {
        if (request.Topology is not null) return Invalid("Topology must only be given when joining.");
        int givenCount = (request.ActiveTasks is null ? 0 : 1) + (request.StandbyTasks is null ? 0 : 1) + (request.WarmupTasks is null ? 0 : 1);
        return givenCount is 0 or 3 ? null : Invalid("ActiveTasks, StandbyTasks and WarmupTasks must be given together.");
    }

    private static Refusal? Check(StreamsGroupHeartbeatRequest.TopologyData topology)
    {
        if (topology.Epoch < 0) return Invalid($"The topology's epoch is {topology.Epoch}; it must be 0 or more.");
        if (topology.Subtopologies.Select(static part => part.SubtopologyId).Distinct(StringComparer.Ordinal).Count() < topology.Subtopologies.Count) return Invalid("A subtopology is named twice.");
        foreach (StreamsGroupHeartbeatRequest.Subtopology part in topology.Subtopologies)
        {
            if (part.SourceTopicRegex.Count > 0) return Invalid("SourceTopicRegex is not served.");
            if (part.StateChangelogTopics.FirstOrDefault(static topic => topic.Partitions != 0) is { } changelog)
                return new Refusal(ErrorCode.StreamsInvalidTopology, $"Changelog topic {changelog.Name} has a number of partitions; it follows from what is read.");
            foreach (StreamsGroupHeartbeatRequest.CopartitionGroup together in part.CopartitionGroups)
            {
                if (!together.SourceTopics.TrueForAll(place => place >= 0 && place < part.SourceTopics.Count)
                    || !together.RepartitionSourceTopics.TrueForAll(place => place >= 0 && place < part.RepartitionSourceTopics.Count))
                    return Invalid($"A copartition group of subtopology {part.SubtopologyId} names a place that is not in its lists.");
            }
        }
        return null;
    }

    private static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text);

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
