using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Support;

/// <summary>The part of <see cref="RequestSamples"/> that streams groups ask for.</summary>
internal static class StreamsRequestSamples
{
    // Of a member that does not exist, and leaves: one bit makes no join of it.
    public static StreamsGroupHeartbeatRequest Heartbeat(TestTopic topic)
    {
        StreamsGroupHeartbeatRequest request = new()
        {
            GroupId = "streams", MemberId = "stranger", MemberEpoch = -1, RackId = "rack", RebalanceTimeoutMs = 1000, Topology = new() { Epoch = 1 }, ProcessId = "process",
            UserEndpoint = new() { Host = "host", Port = 80 }, ClientTags = [], ActiveTasks = [], StandbyTasks = [], WarmupTasks = [],
        };
        request.ClientTags.Add().Key = "zone";
        request.ActiveTasks.Add().Partitions.Add(0);
        StreamsGroupHeartbeatRequest.Subtopology part = request.Topology.Subtopologies.Add();
        part.SubtopologyId = "0";
        part.SourceTopics.Add(topic.Name);
        part.RepartitionSinkTopics.Add(topic.Name);
        StreamsGroupHeartbeatRequest.TopicInfo changelog = part.StateChangelogTopics.Add();
        changelog.Name = topic.Name;
        changelog.TopicConfigs.Add().Key = "cleanup.policy";
        part.RepartitionSourceTopics.Add().Name = topic.Name;
        part.CopartitionGroups.Add().SourceTopics.Add(0);
        return request;
    }
}
