using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Offsets;

// TxnOffsetCommit: offsets that count when the transaction of a producer is committed.
internal sealed partial class GroupOffsetOperations
{
    /// <summary>TxnOffsetCommit. The transaction's coordinator has been asked before.</summary>
    /// <param name="request">What to commit.</param>
    /// <param name="version">Its version.</param>
    /// <param name="transaction">The producer, with the guard that was taken on this shard's log before its coordinator was asked.</param>
    /// <param name="response">Gets one entry for each partition.</param>
    public void Commit(TxnOffsetCommitRequest request, short version, CoordinatorTransaction transaction, TxnOffsetCommitResponse response)
    {
        var identity = new CommitIdentity(request.MemberId, request.GroupInstanceId, request.GenerationId, IsTransactional: true, version);
        Group? group = shard.Groups.GetValueOrDefault(request.GroupId);
        ErrorCode refused = request.GroupId.Length == 0 ? ErrorCode.InvalidGroupId : group?.CheckCommit(identity) ?? CheckWithoutGroup(identity);
        long nowMs = shard.NowMs;
        List<CoordinatorRecord> records = [];
        List<(string Topic, int Partition, CommittedOffset Committed, TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition Entry)> accepted = [];
        foreach ((TopicState? topic, TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition partition, TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition entry) in Answer(request, shard.Topics(), refused, response))
        {
            if (entry.ErrorCode == ErrorCode.None) entry.ErrorCode = group?.CheckCommit(identity, topic!, partition.PartitionIndex) ?? ErrorCode.None;
            if (entry.ErrorCode == ErrorCode.None && partition.CommittedMetadata?.Length > shard.Settings.OffsetMetadataLengthMax) entry.ErrorCode = ErrorCode.OffsetMetadataTooLarge;
            if (entry.ErrorCode != ErrorCode.None) continue;
            var committed = new CommittedOffset(
                partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.CommittedMetadata ?? "", nowMs, -1, topic!.Id, RecordOffset: -1);
            records.Add(OffsetRecords.Of(request.GroupId, topic.Name, partition.PartitionIndex, committed));
            accepted.Add((topic.Name, partition.PartitionIndex, committed, entry));
        }
        if (refused == ErrorCode.None && group is ClassicGroup classic) KeepAlive(classic, request.MemberId);
        if (records.Count == 0) return;

        CoordinatorAppend appended = shard.Log.Append(records, transaction);
        if (appended.IsDone) group ??= FindOrAdd(request.GroupId);
        for (int i = 0; i < accepted.Count; i++)
        {
            if (appended.IsDone) SetPending(group!.Offsets, transaction.ProducerId, accepted[i].Topic, accepted[i].Partition, accepted[i].Committed with { RecordOffset = appended.BaseOffset + i });
            else accepted[i].Entry.ErrorCode = appended.Error;
        }
    }

    /// <summary>Answers a TxnOffsetCommit that did not come to the group.</summary>
    /// <param name="request">What was to be committed.</param>
    /// <param name="topics">The topics now.</param>
    /// <param name="error">Not NONE.</param>
    /// <param name="response">Comes empty.</param>
    public static void Refuse(TxnOffsetCommitRequest request, TopicTable topics, ErrorCode error, TxnOffsetCommitResponse response) => Answer(request, topics, error, response);

    /// <summary>Ends the transaction of a producer in all groups of the shard.</summary>
    public void EndTransaction(long producerId, bool isCommit)
    {
        if (!shard.PendingOffsets.Remove(producerId, out HashSet<GroupOffsets>? pending)) return;
        foreach (GroupOffsets offsets in pending) offsets.EndTransaction(producerId, isCommit);
    }

    private void SetPending(GroupOffsets offsets, long producerId, string topic, int partition, in CommittedOffset committed)
    {
        offsets.SetPending(producerId, topic, partition, committed);
        if (!shard.PendingOffsets.TryGetValue(producerId, out HashSet<GroupOffsets>? pending)) shard.PendingOffsets.Add(producerId, pending = []);
        pending.Add(offsets);
    }

    private static List<(TopicState? Topic, TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition Asked, TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition Entry)> Answer(
        TxnOffsetCommitRequest request, TopicTable topics, ErrorCode refused, TxnOffsetCommitResponse response)
    {
        List<(TopicState?, TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition, TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition)> answers = [];
        foreach (TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic asked in request.Topics)
        {
            // A topic without partitions is not answered, as with Kafka.
            if (asked.Partitions.Count == 0) continue;
            TopicState? topic = topics.Find(asked.Name);
            TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic topicEntry = response.Topics.Add();
            topicEntry.Name = asked.Name;
            foreach (TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition partition in asked.Partitions)
            {
                TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = CheckPartition(topic, partition.PartitionIndex, version: 0, refused);
                answers.Add((topic, partition, entry));
            }
        }
        return answers;
    }
}
