using System.Collections.Immutable;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Streams;

// StreamsGroupDescribe: the group as it is.
internal sealed partial class StreamsGroups
{
    /// <summary>StreamsGroupDescribe for one group.</summary>
    public void Describe(string groupId, StreamsGroupDescribeResponse.DescribedGroup response)
    {
        response.GroupId = groupId;
        if (!_settings.IsServed)
        {
            response.ErrorCode = ErrorCode.UnsupportedVersion;
            return;
        }
        if (groupId.Length == 0)
        {
            response.ErrorCode = ErrorCode.InvalidGroupId;
            return;
        }
        if (shard.Groups.GetValueOrDefault(groupId) is not StreamsGroup group)
        {
            response.ErrorCode = ErrorCode.GroupIdNotFound;
            response.ErrorMessage = shard.Groups.ContainsKey(groupId) ? $"Group {groupId} is not a streams group." : $"Group {groupId} not found.";
            return;
        }
        response.GroupState = group.StateName;
        response.GroupEpoch = group.Epoch;
        response.AssignmentEpoch = group.TargetEpoch;
        if (group.Topology is { } topology) response.Topology = Write(topology, group.Configured);
        foreach (StreamsMember member in group.Members.Values)
        {
            StreamsGroupDescribeResponse.Member entry = response.Members.Add();
            entry.MemberId = member.Id;
            entry.MemberEpoch = member.Epoch;
            entry.InstanceId = member.InstanceId;
            entry.RackId = member.RackId;
            entry.ClientId = member.Client.Id;
            entry.ClientHost = member.Client.Host;
            entry.TopologyEpoch = member.TopologyEpoch;
            entry.ProcessId = member.ProcessId;
            if (member.Endpoint is { } endpoint) entry.UserEndpoint = new() { Host = endpoint.Host, Port = endpoint.Port };
            foreach ((string key, string value) in member.Tags)
            {
                StreamsGroupDescribeResponse.KeyValue tag = entry.ClientTags.Add();
                tag.Key = key;
                tag.Value = value;
            }
            Write(member.Assigned, entry.Assignment);
            Write(group.Targets.GetValueOrDefault(member.Id) ?? TaskSets.Empty, entry.TargetAssignment);
        }
    }

    private static StreamsGroupDescribeResponse.Topology Write(StreamsTopology topology, ConfiguredTopology? configured)
    {
        StreamsGroupDescribeResponse.Topology described = new() { Epoch = topology.Epoch, Subtopologies = new() };
        foreach (Subtopology part in topology.Subtopologies)
        {
            StreamsGroupDescribeResponse.Subtopology entry = described.Subtopologies.Add();
            entry.SubtopologyId = part.Id;
            entry.SourceTopics.AddRange(part.SourceTopics);
            entry.RepartitionSinkTopics.AddRange(part.RepartitionSinks);
            Write(part.Changelogs, configured, entry.StateChangelogTopics);
            Write(part.RepartitionSources, configured, entry.RepartitionSourceTopics);
        }
        return described;
    }

    // With the partitions that they turned out to need, once that is known.
    private static void Write(ImmutableArray<InternalTopicPlan> topics, ConfiguredTopology? configured, MessageList<StreamsGroupDescribeResponse.TopicInfo> list)
    {
        foreach (InternalTopicPlan topic in topics)
        {
            StreamsGroupDescribeResponse.TopicInfo entry = list.Add();
            entry.Name = topic.Name;
            entry.Partitions = configured?.InternalCounts.GetValueOrDefault(topic.Name, topic.Partitions) ?? topic.Partitions;
            entry.ReplicationFactor = topic.ReplicationFactor;
            foreach ((string key, string value) in topic.Configs)
            {
                StreamsGroupDescribeResponse.KeyValue config = entry.TopicConfigs.Add();
                config.Key = key;
                config.Value = value;
            }
        }
    }

    private static void Write(TaskSets tasks, StreamsGroupDescribeResponse.Assignment entry)
    {
        Write(tasks.Active, entry.ActiveTasks);
        Write(tasks.Standby, entry.StandbyTasks);
        Write(tasks.Warmup, entry.WarmupTasks);
    }

    private static void Write(TaskSet tasks, MessageList<StreamsGroupDescribeResponse.TaskIds> list)
    {
        foreach ((string subtopology, List<int> partitions) in tasks.BySubtopology)
        {
            StreamsGroupDescribeResponse.TaskIds entry = list.Add();
            entry.SubtopologyId = subtopology;
            entry.Partitions.AddRange(partitions);
        }
    }
}
