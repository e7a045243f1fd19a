using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

public sealed partial class AdminClient
{
    private const string StickyAssignor = "sticky";

    private static async Task<GroupDescription?> DescribeStreamsGroupAsync(KafkaConnection connection, string groupId, int coordinatorId, CancellationToken cancellationToken)
    {
        if (!connection.TryGetHighestCommonVersion(ApiKey.StreamsGroupDescribe, out _)) return null;
        var request = new StreamsGroupDescribeRequest();
        request.GroupIds.Add(groupId);
        StreamsGroupDescribeResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        StreamsGroupDescribeResponse.DescribedGroup group = response.Groups[0];
        if (group.ErrorCode == ErrorCode.GroupIdNotFound) return null;
        ThrowIfError(group.ErrorCode, group.ErrorMessage, groupId);
        StreamsSubtopology[] parts = [.. group.Topology?.Subtopologies?.Select(Part) ?? []];
        return new GroupDescription(
            groupId,
            GroupDescription.StreamsType,
            group.GroupState,
            StickyAssignor,
            group.GroupEpoch,
            coordinatorId,
            [.. group.Members.Select(member => Member(member, parts)).OrderBy(member => member.Id, StringComparer.Ordinal)])
        {
            Subtopologies = parts,
        };
    }

    private static StreamsSubtopology Part(StreamsGroupDescribeResponse.Subtopology part) => new(
        part.SubtopologyId,
        [.. part.SourceTopics],
        [.. part.RepartitionSourceTopics.Select(topic => topic.Name)],
        [.. part.RepartitionSinkTopics],
        [.. part.StateChangelogTopics.Select(topic => topic.Name)]);

    private static GroupMember Member(StreamsGroupDescribeResponse.Member member, StreamsSubtopology[] parts)
    {
        (string Subtopology, int Partition)[] active = Tasks(member.Assignment.ActiveTasks);
        return new GroupMember(
            member.MemberId,
            member.InstanceId,
            member.ClientId,
            Host(member.ClientHost),
            member.MemberEpoch,
            [.. active.SelectMany(task => parts.Where(part => part.Id == task.Subtopology).SelectMany(part => part.SourceTopics).Select(topic => (topic, task.Partition))).Distinct().Order()])
        {
            ActiveTasks = active,
            StandbyTasks = Tasks(member.Assignment.StandbyTasks),
        };
    }

    private static (string Subtopology, int Partition)[] Tasks(MessageList<StreamsGroupDescribeResponse.TaskIds> tasks) =>
        [.. tasks.SelectMany(part => part.Partitions.Select(partition => (part.SubtopologyId, partition))).OrderBy(task => task.SubtopologyId, StringComparer.Ordinal).ThenBy(task => task.partition)];
}
