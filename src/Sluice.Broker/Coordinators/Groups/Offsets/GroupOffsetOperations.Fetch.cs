using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Offsets;

// OffsetFetch: reading what was committed.
internal sealed partial class GroupOffsetOperations
{
    /// <summary>OffsetFetch for one group.</summary>
    /// <param name="request">The group and its topics; null topics ask for all.</param>
    /// <param name="version">From 10 on topics are told by id.</param>
    /// <param name="requireStable">Whether offsets that a transaction may still change are refused.</param>
    /// <param name="response">Gets one entry for each partition, or an error for the group.</param>
    public void Fetch(
        OffsetFetchRequest.OffsetFetchRequestGroup request, short version, bool requireStable, OffsetFetchResponse.OffsetFetchResponseGroup response)
    {
        response.GroupId = request.GroupId;
        Group? group = shard.Groups.GetValueOrDefault(request.GroupId);
        if (group?.Type == GroupType.Share) group = null;
        response.ErrorCode = group?.CheckFetch(request.MemberId, request.MemberEpoch) ?? ErrorCode.None;
        if (response.ErrorCode != ErrorCode.None) return;
        TopicTable topics = shard.Topics();
        if (request.Topics is null)
        {
            if (group is not null) FetchAll(group, topics, version, requireStable, response);
            return;
        }
        foreach (OffsetFetchRequest.OffsetFetchRequestTopics asked in request.Topics)
        {
            TopicState? byId = version >= 10 ? topics.Find(asked.TopicId) : null;
            OffsetFetchResponse.OffsetFetchResponseTopics topicEntry = response.Topics.Add();
            topicEntry.Name = byId?.Name ?? asked.Name;
            topicEntry.TopicId = asked.TopicId;
            foreach (int partition in asked.PartitionIndexes)
            {
                OffsetFetchResponse.OffsetFetchResponsePartitions entry = AddWithoutOffset(topicEntry, partition);
                if (version >= 10 && byId is null) entry.ErrorCode = ErrorCode.UnknownTopicId;
                else if (group is not null) Fill(group, topicEntry.Name, byId?.Id, requireStable, entry);
            }
        }
    }

    private static void FetchAll(Group group, TopicTable topics, short version, bool requireStable, OffsetFetchResponse.OffsetFetchResponseGroup response)
    {
        foreach (string topic in group.Offsets.Topics.Order(StringComparer.Ordinal))
        {
            Uuid? id = version >= 10 ? topics.Find(topic)?.Id : null;
            if (version >= 10 && id is null) continue;
            OffsetFetchResponse.OffsetFetchResponseTopics topicEntry = response.Topics.Add();
            topicEntry.Name = topic;
            topicEntry.TopicId = id ?? Uuid.Zero;
            foreach ((int partition, _) in group.Offsets.Of(topic)) Fill(group, topic, id, requireStable, AddWithoutOffset(topicEntry, partition));
        }
    }

    private static void Fill(Group group, string topic, Uuid? expectedId, bool requireStable, OffsetFetchResponse.OffsetFetchResponsePartitions entry)
    {
        if (requireStable && group.Offsets.IsPending(topic, entry.PartitionIndex))
        {
            entry.ErrorCode = ErrorCode.UnstableOffsetCommit;
            return;
        }
        if (!group.Offsets.TryGet(topic, entry.PartitionIndex, out CommittedOffset committed)) return;

        // Committed for a topic of that name which is no more.
        if (expectedId is { } id && committed.TopicId != Uuid.Zero && committed.TopicId != id) return;
        entry.CommittedOffset = committed.Offset;
        entry.CommittedLeaderEpoch = committed.LeaderEpoch;
        entry.Metadata = committed.Metadata;
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartitions AddWithoutOffset(OffsetFetchResponse.OffsetFetchResponseTopics topic, int partition)
    {
        OffsetFetchResponse.OffsetFetchResponsePartitions entry = topic.Partitions.Add();
        entry.PartitionIndex = partition;
        entry.CommittedOffset = -1;
        entry.CommittedLeaderEpoch = -1;
        entry.Metadata = "";
        return entry;
    }
}
