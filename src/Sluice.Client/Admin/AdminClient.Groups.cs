using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

public sealed partial class AdminClient
{
    private const string DeadState = "Dead";
    private const sbyte GroupKeyType = 0;

    /// <summary>Lists the groups of every broker.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>In ascending order of the ids.</returns>
    /// <exception cref="KafkaException">A broker refused or does not answer.</exception>
    public async Task<IReadOnlyList<GroupListing>> ListGroupsAsync(CancellationToken cancellationToken = default)
    {
        List<GroupListing> groups = [];
        ClusterMetadata metadata = await _cluster.RefreshAsync([], cancellationToken).ConfigureAwait(false);
        foreach (int brokerId in metadata.Brokers.Keys)
        {
            ListGroupsResponse response = await Retrying.RunAsync(
                _cluster.Options,
                async token =>
                {
                    KafkaConnection connection = await _cluster.BrokerAsync(brokerId, token).ConfigureAwait(false);
                    ListGroupsResponse answer = await connection.SendAsync(new ListGroupsRequest(), null, token).ConfigureAwait(false);
                    ThrowIfError(answer.ErrorCode, null, null);
                    return answer;
                },
                cancellationToken).ConfigureAwait(false);
            groups.AddRange(response.Groups.Select(group => new GroupListing(group.GroupId, group.GroupType, group.GroupState, group.ProtocolType, brokerId)));
        }

        return [.. groups.OrderBy(group => group.Id, StringComparer.Ordinal)];
    }

    /// <summary>Describes a group of consumers, of either protocol, a share group, or the group of a Kafka Streams application.</summary>
    /// <param name="groupId">Group id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The group; null if there is none.</returns>
    /// <exception cref="KafkaException">The coordinator refused, or none is found.</exception>
    public Task<GroupDescription?> DescribeGroupAsync(string groupId, CancellationToken cancellationToken = default) =>
        AtCoordinatorAsync(
            groupId,
            async (connection, coordinatorId, token) =>
            {
                var request = new DescribeGroupsRequest();
                request.Groups.Add(groupId);
                DescribeGroupsResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                DescribeGroupsResponse.DescribedGroup group = response.Groups[0];
                if (group.ErrorCode != ErrorCode.GroupIdNotFound) ThrowIfError(group.ErrorCode, group.ErrorMessage, groupId);
                return group.ErrorCode == ErrorCode.GroupIdNotFound || group.GroupState == DeadState
                    ? await DescribeConsumerGroupAsync(connection, groupId, coordinatorId, token).ConfigureAwait(false)
                        ?? await DescribeShareGroupAsync(connection, groupId, coordinatorId, token).ConfigureAwait(false)
                        ?? await DescribeStreamsGroupAsync(connection, groupId, coordinatorId, token).ConfigureAwait(false)
                    : new GroupDescription(groupId, "classic", group.GroupState, group.ProtocolData, null, coordinatorId, [.. group.Members.Select(Member).OrderBy(member => member.Id, StringComparer.Ordinal)]);
            },
            cancellationToken);

    /// <summary>Reads everything that a group has committed.</summary>
    /// <param name="groupId">Group id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By topic and partition; empty if there is no such group.</returns>
    /// <exception cref="KafkaException">The coordinator refused, or none is found.</exception>
    public Task<IReadOnlyList<GroupOffset>> ListGroupOffsetsAsync(string groupId, CancellationToken cancellationToken = default) =>
        AtCoordinatorAsync(
            groupId,
            async (connection, _, token) =>
            {
                // Version 7 takes one group, which is what is asked.
                var request = new OffsetFetchRequest { GroupId = groupId, Topics = null };
                OffsetFetchResponse response = await connection.SendAsync(request, 7, token).ConfigureAwait(false);
                ThrowIfError(response.ErrorCode, null, groupId);
                List<GroupOffset> offsets = [];
                foreach (OffsetFetchResponse.OffsetFetchResponseTopic topic in response.Topics)
                {
                    foreach (OffsetFetchResponse.OffsetFetchResponsePartition partition in topic.Partitions)
                    {
                        ThrowIfError(partition.ErrorCode, null, $"{topic.Name}-{partition.PartitionIndex}");
                        if (partition.CommittedOffset >= 0)
                            offsets.Add(new GroupOffset(topic.Name, partition.PartitionIndex, partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.Metadata ?? ""));
                    }
                }

                return (IReadOnlyList<GroupOffset>)[.. offsets.OrderBy(offset => offset.Topic, StringComparer.Ordinal).ThenBy(offset => offset.Partition)];
            },
            cancellationToken);

    /// <summary>Commits offsets for a group that nobody is in.</summary>
    /// <param name="groupId">Group id; the group is made if there is none.</param>
    /// <param name="offsets">At least one.</param>
    /// <param name="cancellationToken">Gives up waiting; the offsets may be committed then.</param>
    /// <exception cref="KafkaException">The group has members, or a partition was refused; others may be committed then.</exception>
    public Task CommitGroupOffsetsAsync(string groupId, IReadOnlyCollection<GroupOffset> offsets, CancellationToken cancellationToken = default) =>
        AtCoordinatorAsync(
            groupId,
            async (connection, _, token) =>
            {
                var request = new OffsetCommitRequest { GroupId = groupId };
                foreach (IGrouping<string, GroupOffset> topic in offsets.GroupBy(offset => offset.Topic))
                {
                    OffsetCommitRequest.OffsetCommitRequestTopic askedTopic = request.Topics.Add();
                    askedTopic.Name = topic.Key;
                    foreach (GroupOffset offset in topic)
                    {
                        OffsetCommitRequest.OffsetCommitRequestPartition asked = askedTopic.Partitions.Add();
                        asked.PartitionIndex = offset.Partition;
                        asked.CommittedOffset = offset.Offset;
                        asked.CommittedLeaderEpoch = offset.LeaderEpoch;
                        asked.CommittedMetadata = offset.Metadata;
                    }
                }

                // The last version that names topics.
                OffsetCommitResponse response = await connection.SendAsync(request, 8, token).ConfigureAwait(false);
                foreach (OffsetCommitResponse.OffsetCommitResponseTopic topic in response.Topics)
                {
                    foreach (OffsetCommitResponse.OffsetCommitResponsePartition partition in topic.Partitions)
                        ThrowIfError(partition.ErrorCode, null, $"{topic.Name}-{partition.PartitionIndex}");
                }

                return true;
            },
            cancellationToken);

    /// <summary>Deletes a group with everything that it committed.</summary>
    /// <param name="groupId">Group id.</param>
    /// <param name="cancellationToken">Gives up waiting; the group may be gone then.</param>
    /// <exception cref="KafkaException">There is no such group, or somebody is in it.</exception>
    public Task DeleteGroupAsync(string groupId, CancellationToken cancellationToken = default) =>
        AtCoordinatorAsync(
            groupId,
            async (connection, _, token) =>
            {
                var request = new DeleteGroupsRequest();
                request.GroupsNames.Add(groupId);
                DeleteGroupsResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                ThrowIfError(response.Results[0].ErrorCode, null, groupId);
                return true;
            },
            cancellationToken);

    private static async Task<GroupDescription?> DescribeConsumerGroupAsync(KafkaConnection connection, string groupId, int coordinatorId, CancellationToken cancellationToken)
    {
        if (!connection.TryGetHighestCommonVersion(ApiKey.ConsumerGroupDescribe, out _)) return null;
        var request = new ConsumerGroupDescribeRequest();
        request.GroupIds.Add(groupId);
        ConsumerGroupDescribeResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        ConsumerGroupDescribeResponse.DescribedGroup group = response.Groups[0];
        if (group.ErrorCode == ErrorCode.GroupIdNotFound) return null;
        ThrowIfError(group.ErrorCode, group.ErrorMessage, groupId);
        return new GroupDescription(
            groupId,
            "consumer",
            group.GroupState,
            group.AssignorName,
            group.GroupEpoch,
            coordinatorId,
            [.. group.Members.Select(Member).OrderBy(member => member.Id, StringComparer.Ordinal)]);
    }

    private static GroupMember Member(ConsumerGroupDescribeResponse.Member member) => new(
        member.MemberId,
        member.InstanceId,
        member.ClientId,
        Host(member.ClientHost),
        member.MemberEpoch,
        [.. member.Assignment.TopicPartitions.SelectMany(topic => topic.Partitions.Select(partition => (topic.TopicName, partition))).Order()]);

    private static GroupMember Member(DescribeGroupsResponse.DescribedGroupMember member) =>
        new(member.MemberId, member.GroupInstanceId, member.ClientId, Host(member.ClientHost), null, ReadAssignment(member.MemberAssignment));

    private static string Host(string clientHost) => clientHost.TrimStart('/');

    // What the leader wrote; members of groups that are no consumers write something else.
    private static (string Topic, int Partition)[] ReadAssignment(ReadOnlyMemory<byte> bytes)
    {
        if (!BinaryPrimitives.TryReadInt16BigEndian(bytes.Span, out short version) || version < 0) return [];
        var assignment = new ConsumerProtocolAssignment();
        var reader = new MessageReader(bytes[sizeof(short)..]);
        try
        {
            assignment.Read(ref reader, Math.Min(version, assignment.HighestVersion));
        }
        catch (WireFormatException)
        {
            return []; // Opaque bytes of another kind of group: there is no assignment to show.
        }

        return [.. assignment.AssignedPartitions.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition))).Order()];
    }

    private Task<TResult> AtCoordinatorAsync<TResult>(
        string groupId, Func<KafkaConnection, int, CancellationToken, Task<TResult>> run, CancellationToken cancellationToken) =>
        AtCoordinatorAsync(groupId, GroupKeyType, run, cancellationToken);

    // Coordinators move, and take a moment to load: each attempt looks for the coordinator anew.
    private Task<TResult> AtCoordinatorAsync<TResult>(
        string key, sbyte keyType, Func<KafkaConnection, int, CancellationToken, Task<TResult>> run, CancellationToken cancellationToken) =>
        Retrying.RunAsync(
            _cluster.Options,
            async token =>
            {
                KafkaConnection any = await _cluster.AnyAsync(token).ConfigureAwait(false);
                FindCoordinatorResponse response = await any.SendAsync(new FindCoordinatorRequest { Key = key, KeyType = keyType }, 3, token).ConfigureAwait(false);
                ThrowIfError(response.ErrorCode, response.ErrorMessage, key);
                KafkaConnection connection = await _cluster.BrokerAsync(response.NodeId, token).ConfigureAwait(false);
                return await run(connection, response.NodeId, token).ConfigureAwait(false);
            },
            cancellationToken);
}
