using Sluice.Broker.Coordinators.Groups.Share.Assignors;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Share;

// ShareGroupDescribe: the group as it is.
internal sealed partial class ShareGroups
{
    /// <summary>ShareGroupDescribe for one group.</summary>
    public void Describe(string groupId, ShareGroupDescribeResponse.DescribedGroup response)
    {
        response.GroupId = groupId;
        if (Find(groupId, out ShareGroup? group) is { } refusal)
        {
            response.ErrorCode = refusal.Error;
            response.ErrorMessage = refusal.Message;
            return;
        }
        TopicTable topics = shard.Topics();
        response.GroupState = group!.StateName;
        response.GroupEpoch = group.Epoch;
        response.AssignmentEpoch = group.TargetEpoch;
        response.AssignorName = SimpleAssignor.Name;
        foreach (ShareMember member in group.Members.Values)
        {
            ShareGroupDescribeResponse.Member entry = response.Members.Add();
            entry.MemberId = member.Id;
            entry.RackId = member.RackId;
            entry.MemberEpoch = member.Epoch;
            entry.ClientId = member.Client.Id;
            entry.ClientHost = member.Client.Host;
            entry.SubscribedTopicNames.AddRange(member.TopicNames);
            foreach (Uuid id in member.Assigned.Topics.Order())
            {
                // Of a topic that is no more nobody could tell the name.
                if (topics.Find(id) is not { } topic) continue;
                ShareGroupDescribeResponse.TopicPartitions partitions = entry.Assignment.TopicPartitions.Add();
                partitions.TopicId = id;
                partitions.TopicName = topic.Name;
                partitions.Partitions.AddRange(member.Assigned.Of(id));
            }
        }
    }

    private Refusal? Find(string groupId, out ShareGroup? group)
    {
        Group? found = shard.Groups.GetValueOrDefault(groupId);
        group = found as ShareGroup;
        if (group is not null) return null;
        if (groupId.Length == 0) return new Refusal(ErrorCode.InvalidGroupId, "The group id is empty.");
        return new Refusal(ErrorCode.GroupIdNotFound, found is null ? $"Group {groupId} not found." : $"Group {groupId} is not a share group.");
    }
}
