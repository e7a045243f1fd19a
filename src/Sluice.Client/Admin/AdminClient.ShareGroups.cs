using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>Reads where a share group is, in every partition that it has state of.</summary>
    /// <param name="groupId">Group id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By topic and partition; empty if there is no such group.</returns>
    /// <exception cref="KafkaException">The coordinator refused, or none is found; or the broker has no share groups.</exception>
    public Task<IReadOnlyList<ShareGroupOffset>> ListShareGroupOffsetsAsync(string groupId, CancellationToken cancellationToken = default) =>
        AtCoordinatorAsync(
            groupId,
            async (connection, _, token) =>
            {
                var request = new DescribeShareGroupOffsetsRequest();
                DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup asked = request.Groups.Add();
                asked.GroupId = groupId;
                asked.Topics = null;
                DescribeShareGroupOffsetsResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup group = response.Groups[0];
                ThrowIfError(group.ErrorCode, group.ErrorMessage, groupId);
                List<ShareGroupOffset> offsets = [];
                foreach (DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic topic in group.Topics)
                {
                    foreach (DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition partition in topic.Partitions)
                    {
                        ThrowIfError(partition.ErrorCode, partition.ErrorMessage, $"{topic.TopicName}-{partition.PartitionIndex}");
                        offsets.Add(new ShareGroupOffset(topic.TopicName, partition.PartitionIndex, Known(partition.StartOffset), Known(partition.Lag)));
                    }
                }

                return (IReadOnlyList<ShareGroupOffset>)[.. offsets.OrderBy(offset => offset.Topic, StringComparer.Ordinal).ThenBy(offset => offset.Partition)];
            },
            cancellationToken);

    /// <summary>Sets where a share group that nobody is in starts.</summary>
    /// <param name="groupId">Group id; the group is made if there is none.</param>
    /// <param name="offsets">At least one.</param>
    /// <param name="cancellationToken">Gives up waiting; the offsets may be set then.</param>
    /// <exception cref="KafkaException">The group has members or is of another type, or a partition was refused; others may be set then.</exception>
    public Task AlterShareGroupOffsetsAsync(
        string groupId, IReadOnlyCollection<(string Topic, int Partition, long StartOffset)> offsets, CancellationToken cancellationToken = default) =>
        AtCoordinatorAsync(
            groupId,
            async (connection, _, token) =>
            {
                var request = new AlterShareGroupOffsetsRequest { GroupId = groupId };
                foreach (IGrouping<string, (string Topic, int Partition, long StartOffset)> topic in offsets.GroupBy(offset => offset.Topic))
                {
                    AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic askedTopic = request.Topics.Add();
                    askedTopic.TopicName = topic.Key;
                    foreach ((string _, int partition, long startOffset) in topic)
                    {
                        AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition asked = askedTopic.Partitions.Add();
                        asked.PartitionIndex = partition;
                        asked.StartOffset = startOffset;
                    }
                }

                AlterShareGroupOffsetsResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                ThrowIfError(response.ErrorCode, response.ErrorMessage, groupId);
                foreach (AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic topic in response.Responses)
                {
                    foreach (AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition partition in topic.Partitions)
                        ThrowIfError(partition.ErrorCode, partition.ErrorMessage, $"{topic.TopicName}-{partition.PartitionIndex}");
                }

                return true;
            },
            cancellationToken);

    private static async Task<GroupDescription?> DescribeShareGroupAsync(KafkaConnection connection, string groupId, int coordinatorId, CancellationToken cancellationToken)
    {
        if (!connection.TryGetHighestCommonVersion(ApiKey.ShareGroupDescribe, out _)) return null;
        var request = new ShareGroupDescribeRequest();
        request.GroupIds.Add(groupId);
        ShareGroupDescribeResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        ShareGroupDescribeResponse.DescribedGroup group = response.Groups[0];
        if (group.ErrorCode == ErrorCode.GroupIdNotFound) return null;
        ThrowIfError(group.ErrorCode, group.ErrorMessage, groupId);
        return new GroupDescription(
            groupId,
            GroupDescription.ShareType,
            group.GroupState,
            group.AssignorName,
            group.GroupEpoch,
            coordinatorId,
            [.. group.Members.Select(Member).OrderBy(member => member.Id, StringComparer.Ordinal)]);
    }

    private static GroupMember Member(ShareGroupDescribeResponse.Member member) => new(
        member.MemberId,
        InstanceId: null,
        member.ClientId,
        Host(member.ClientHost),
        member.MemberEpoch,
        [.. member.Assignment.TopicPartitions.SelectMany(topic => topic.Partitions.Select(partition => (topic.TopicName, partition))).Order()]);

    private static long? Known(long value) => value < 0 ? null : value;
}
