using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// ConsumerGroupDescribe: the group as it is.
internal sealed partial class ConsumerGroups
{
    /// <summary>ConsumerGroupDescribe for one group.</summary>
    public void Describe(string groupId, ConsumerGroupDescribeResponse.DescribedGroup response)
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
        if (shard.Groups.GetValueOrDefault(groupId) is not ConsumerGroup group)
        {
            response.ErrorCode = ErrorCode.GroupIdNotFound;
            response.ErrorMessage = shard.Groups.ContainsKey(groupId) ? $"Group {groupId} is not a consumer group." : $"Group {groupId} not found.";
            return;
        }
        TopicTable topics = shard.Topics();
        response.GroupState = group.StateName;
        response.GroupEpoch = group.Epoch;
        response.AssignmentEpoch = group.TargetEpoch;
        response.AssignorName = PreferredAssignor(group.Members.Values).Name;
        foreach (ConsumerMember member in group.Members.Values)
        {
            ConsumerGroupDescribeResponse.Member entry = response.Members.Add();
            entry.MemberId = member.Id;
            entry.InstanceId = member.InstanceId;
            entry.RackId = member.RackId;
            entry.MemberEpoch = member.Epoch;
            entry.ClientId = member.Client.Id;
            entry.ClientHost = member.Client.Host;
            entry.SubscribedTopicNames.AddRange(member.TopicNames);
            entry.SubscribedTopicRegex = member.Regex ?? "";
            entry.MemberType = (sbyte)(member.IsClassic ? 0 : 1);

            // Until it has given them up, it still reads them.
            Fill(entry.Assignment.TopicPartitions, member.Assigned.Union(member.Revoking), topics);
            Fill(entry.TargetAssignment.TopicPartitions, group.Targets.GetValueOrDefault(member.Id) ?? PartitionSet.Empty, topics);
        }
    }

    // Of a topic that is no more nobody could tell the name.
    private static void Fill(MessageList<ConsumerGroupDescribeResponse.TopicPartitions> list, PartitionSet partitions, TopicTable topics)
    {
        foreach (Uuid id in partitions.Topics.Order())
        {
            if (topics.Find(id) is not { } topic) continue;
            ConsumerGroupDescribeResponse.TopicPartitions entry = list.Add();
            entry.TopicId = id;
            entry.TopicName = topic.Name;
            entry.Partitions.AddRange(partitions.Of(id));
        }
    }
}
