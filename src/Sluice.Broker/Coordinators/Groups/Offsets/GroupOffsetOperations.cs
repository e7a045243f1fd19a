using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Offsets;

/// <summary>Committing, reading and removing offsets of the groups of one shard.</summary>
internal sealed partial class GroupOffsetOperations(GroupShardContext shard)
{
    /// <summary>Records that go into one batch where nothing has to be all or none: a batch must stay below <c>max.message.bytes</c>.</summary>
    private const int RecordsPerBatch = 1000;

    // Read again and again while loading.
    private readonly OffsetCommitKey _key = new();
    private readonly OffsetCommitValue _value = new();
    private readonly LegacyOffsetCommitValue _legacyValue = new();

    /// <summary>Takes a record in that was read from the log.</summary>
    public void Replay(in ReplayedRecord record)
    {
        OffsetCommitKey key = record.ReadKey(_key);
        if (record.IsTombstone)
        {
            if (shard.Groups.GetValueOrDefault(key.Group) is not { } known) return;
            known.Offsets.Remove(key.Topic, key.Partition);
            if (known is ClassicGroup { IsSimple: true, IsStored: false } && known.Offsets.IsEmpty) shard.Groups.Remove(key.Group);
            return;
        }
        CommittedOffset committed = record.RecordType == OffsetCommitKey.RecordType ? ReadValue(record) : ReadLegacyValue(record);
        GroupOffsets offsets = FindOrAdd(key.Group).Offsets;
        if (record.ProducerId >= 0) SetPending(offsets, record.ProducerId, key.Topic, key.Partition, committed);
        else offsets.Set(key.Topic, key.Partition, committed);
    }

    /// <summary>OffsetCommit.</summary>
    /// <param name="request">What to commit.</param>
    /// <param name="version">Its version.</param>
    /// <param name="response">Gets one entry for each partition.</param>
    public void Commit(OffsetCommitRequest request, short version, OffsetCommitResponse response)
    {
        var identity = new CommitIdentity(request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch, IsTransactional: false, version);
        Group? group = shard.Groups.GetValueOrDefault(request.GroupId);
        ErrorCode refused = group?.CheckCommit(identity) ?? CheckWithoutGroup(identity);
        TopicTable topics = shard.Topics();
        long nowMs = shard.NowMs;
        List<CoordinatorRecord> records = [];
        List<(string Topic, int Partition, CommittedOffset Committed, OffsetCommitResponse.OffsetCommitResponsePartition Entry)> accepted = [];
        foreach ((TopicState? topic, OffsetCommitRequest.OffsetCommitRequestPartition partition, OffsetCommitResponse.OffsetCommitResponsePartition entry) in Answer(request, version, topics, refused, response))
        {
            if (entry.ErrorCode == ErrorCode.None) entry.ErrorCode = group?.CheckCommit(identity, topic!, partition.PartitionIndex) ?? ErrorCode.None;
            if (entry.ErrorCode == ErrorCode.None && partition.CommittedMetadata?.Length > shard.Settings.OffsetMetadataLengthMax) entry.ErrorCode = ErrorCode.OffsetMetadataTooLarge;
            if (entry.ErrorCode != ErrorCode.None) continue;
            long expireMs = request.RetentionTimeMs < 0 ? -1 : nowMs + request.RetentionTimeMs;
            var committed = new CommittedOffset(
                partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.CommittedMetadata ?? "", nowMs, expireMs, topic!.Id, RecordOffset: -1);
            records.Add(OffsetRecords.Of(request.GroupId, topic.Name, partition.PartitionIndex, committed));
            accepted.Add((topic.Name, partition.PartitionIndex, committed, entry));
        }
        if (refused == ErrorCode.None && group is ClassicGroup classic) KeepAlive(classic, request.MemberId);
        if (records.Count == 0) return;

        CoordinatorAppend appended = shard.Log.Append(records);
        if (appended.IsDone) group ??= FindOrAdd(request.GroupId);
        for (int i = 0; i < accepted.Count; i++)
        {
            if (appended.IsDone) group!.Offsets.Set(accepted[i].Topic, accepted[i].Partition, accepted[i].Committed with { RecordOffset = appended.BaseOffset + i });
            else accepted[i].Entry.ErrorCode = appended.Error;
        }
    }

    /// <summary>Answers an OffsetCommit whose group cannot be reached.</summary>
    /// <param name="request">What was to be committed.</param>
    /// <param name="version">Its version.</param>
    /// <param name="topics">The topics now.</param>
    /// <param name="error">Not NONE.</param>
    /// <param name="response">Comes empty.</param>
    public static void Refuse(OffsetCommitRequest request, short version, TopicTable topics, ErrorCode error, OffsetCommitResponse response) =>
        Answer(request, version, topics, error, response);

    /// <summary>OffsetDelete.</summary>
    /// <param name="request">Which offsets.</param>
    /// <param name="response">Gets one entry for each partition, or an error for all.</param>
    public void Delete(OffsetDeleteRequest request, OffsetDeleteResponse response)
    {
        response.ErrorCode = CheckDelete(request.GroupId, out Group? group);
        if (response.ErrorCode != ErrorCode.None) return;
        TopicTable topics = shard.Topics();
        List<(Group Group, string Topic, int Partition)> removed = [];
        List<OffsetDeleteResponse.OffsetDeleteResponsePartition> entries = [];
        foreach (OffsetDeleteRequest.OffsetDeleteRequestTopic asked in request.Topics)
        {
            OffsetDeleteResponse.OffsetDeleteResponseTopic topicEntry = response.Topics.Add();
            topicEntry.Name = asked.Name;
            bool isSubscribed = group!.IsSubscribedTo(asked.Name);
            foreach (OffsetDeleteRequest.OffsetDeleteRequestPartition partition in asked.Partitions)
            {
                OffsetDeleteResponse.OffsetDeleteResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                if (topics.Find(asked.Name) is not { } topic || (uint)partition.PartitionIndex >= (uint)topic.Partitions.Length) entry.ErrorCode = ErrorCode.UnknownTopicOrPartition;
                else if (isSubscribed) entry.ErrorCode = ErrorCode.GroupSubscribedToTopic;
                else if (group.Offsets.TryGet(asked.Name, partition.PartitionIndex, out _) || group.Offsets.IsPending(asked.Name, partition.PartitionIndex))
                {
                    removed.Add((group, asked.Name, partition.PartitionIndex));
                    entries.Add(entry);
                }
            }
        }
        ErrorCode error = Remove(removed);
        foreach (OffsetDeleteResponse.OffsetDeleteResponsePartition entry in entries) entry.ErrorCode = error;
    }

    /// <summary>Removes every offset of a group, pending ones too.</summary>
    /// <returns>NONE, or why not all of them are gone.</returns>
    public ErrorCode RemoveAll(Group group) => Remove([
        .. group.Offsets.Topics.SelectMany(topic => group.Offsets.Of(topic).Select(entry => (group, topic, entry.Key))),
        .. group.Offsets.PendingPartitions.Where(pending => !group.Offsets.TryGet(pending.Topic, pending.Partition, out _)).Select(pending => (group, pending.Topic, pending.Partition)),
    ]);

    /// <summary>Removes the offsets of topics that were deleted.</summary>
    public void OnTopicsDeleted(IReadOnlyList<string> topics)
    {
        List<(Group, string, int)> removed = [];
        foreach (Group group in shard.Groups.Values)
        {
            foreach (string topic in topics) removed.AddRange(group.Offsets.Of(topic).Select(entry => (group, topic, entry.Key)));
        }
        Remove(removed);
    }

    // Batch by batch: what is in the log is removed here as well, whatever becomes of the rest.
    private ErrorCode Remove(List<(Group Group, string Topic, int Partition)> offsets)
    {
        foreach ((Group Group, string Topic, int Partition)[] piece in offsets.Chunk(RecordsPerBatch))
        {
            CoordinatorAppend appended = shard.Log.Append([.. piece.Select(static offset => OffsetRecords.Tombstone(offset.Group.Id, offset.Topic, offset.Partition))]);
            if (!appended.IsDone) return appended.Error;
            foreach ((Group group, string topic, int partition) in piece) group.Offsets.Remove(topic, partition);
        }
        return ErrorCode.None;
    }

    private ErrorCode CheckDelete(string groupId, out Group? group)
    {
        group = shard.Groups.GetValueOrDefault(groupId);
        if (groupId.Length == 0) return ErrorCode.InvalidGroupId;
        if (group is null || group.Type == GroupType.Share) return ErrorCode.GroupIdNotFound;
        return group is ClassicGroup { IsEmpty: false, IsConsumers: false } ? ErrorCode.NonEmptyGroup : ErrorCode.None;
    }

    // Adds one entry for each partition that is asked for, with what is wrong with the partition or else with the group.
    private static List<(TopicState? Topic, OffsetCommitRequest.OffsetCommitRequestPartition Asked, OffsetCommitResponse.OffsetCommitResponsePartition Entry)> Answer(
        OffsetCommitRequest request, short version, TopicTable topics, ErrorCode refused, OffsetCommitResponse response)
    {
        List<(TopicState?, OffsetCommitRequest.OffsetCommitRequestPartition, OffsetCommitResponse.OffsetCommitResponsePartition)> answers = [];
        foreach (OffsetCommitRequest.OffsetCommitRequestTopic asked in request.Topics)
        {
            // A topic without partitions is not answered, as with Kafka.
            if (asked.Partitions.Count == 0) continue;
            TopicState? topic = version >= 10 ? topics.Find(asked.TopicId) : topics.Find(asked.Name);
            OffsetCommitResponse.OffsetCommitResponseTopic topicEntry = response.Topics.Add();
            topicEntry.Name = topic?.Name ?? asked.Name;
            topicEntry.TopicId = asked.TopicId;
            foreach (OffsetCommitRequest.OffsetCommitRequestPartition partition in asked.Partitions)
            {
                OffsetCommitResponse.OffsetCommitResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = CheckPartition(topic, partition.PartitionIndex, version, refused);
                answers.Add((topic, partition, entry));
            }
        }
        return answers;
    }

    // What is wrong with the partition is told first, whatever is wrong with the group.
    private static ErrorCode CheckPartition(TopicState? topic, int partitionIndex, short version, ErrorCode refused)
    {
        if (topic is null) return version >= 10 ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
        return (uint)partitionIndex >= (uint)topic.Partitions.Length ? ErrorCode.UnknownTopicOrPartition : refused;
    }

    private static ErrorCode CheckWithoutGroup(in CommitIdentity identity)
    {
        // Somebody who assigns partitions by hand commits into a group that this commit makes.
        if (identity.GenerationOrEpoch < 0) return ErrorCode.None;
        return identity.Version >= 9 && !identity.IsTransactional ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration;
    }

    private void KeepAlive(ClassicGroup group, string memberId)
    {
        if (group.State is ClassicGroupState.Stable or ClassicGroupState.PreparingRebalance && group.Members.GetValueOrDefault(memberId)?.SessionTimer is { } timer)
            shard.Timers.Schedule(timer, group.Members[memberId].SessionTimeoutMs);
    }

    private Group FindOrAdd(string groupId)
    {
        if (!shard.Groups.TryGetValue(groupId, out Group? group)) shard.Groups.Add(groupId, group = new ClassicGroup(groupId, shard.NowMs));
        return group;
    }

    private CommittedOffset ReadValue(in ReplayedRecord record)
    {
        OffsetCommitValue value = record.ReadValue(_value);
        return new CommittedOffset(value.Offset, value.LeaderEpoch, value.Metadata, value.CommitTimestamp, value.ExpireTimestamp, value.TopicId, record.Offset);
    }

    private CommittedOffset ReadLegacyValue(in ReplayedRecord record)
    {
        LegacyOffsetCommitValue value = record.ReadValue(_legacyValue);
        return new CommittedOffset(value.Offset, -1, value.Metadata, value.CommitTimestamp, -1, Uuid.Zero, record.Offset);
    }
}
