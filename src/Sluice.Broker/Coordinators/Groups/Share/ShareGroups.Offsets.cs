using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Share;

// What an operator does to the start offsets of a group: its part of it. The calls to the store in between are ShareGroupAdmin's.
internal sealed partial class ShareGroups
{
    /// <summary>The partitions of a group that have state; none if it is no share group.</summary>
    public PartitionSet PartitionsWithState(string groupId) => (shard.Groups.GetValueOrDefault(groupId) as ShareGroup)?.State.Initialized ?? PartitionSet.Empty;

    /// <summary>AlterShareGroupOffsets: decides what may be altered, and notes partitions that had no state.</summary>
    /// <param name="request">The group, which is made if there is none, and where it is to start.</param>
    /// <param name="response">Gets one entry for each partition, or an error for all.</param>
    /// <returns>What to order from the store.</returns>
    public ShareOffsetChange BeginAlter(AlterShareGroupOffsetsRequest request, AlterShareGroupOffsetsResponse response)
    {
        var change = new ShareOffsetChange();
        ShareGroup? group = null;
        Refusal? refusal = RefuseNameless(request.GroupId) ?? Open(request.GroupId, mayCreate: true, out group) ?? RefuseMembers(group!);
        if (refusal is not null)
        {
            response.ErrorCode = refusal.Error;
            response.ErrorMessage = refusal.Message;
            return change;
        }
        TopicTable topics = shard.Topics();
        foreach (AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic asked in request.Topics)
        {
            TopicState? topic = topics.Find(asked.TopicName);
            AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic topicEntry = response.Responses.Add();
            topicEntry.TopicName = asked.TopicName;
            topicEntry.TopicId = topic?.Id ?? Uuid.Zero;
            foreach (AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition partition in asked.Partitions)
            {
                AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = CheckAlter(group!, topic, partition);
                if (entry.ErrorCode != ErrorCode.None) entry.ErrorMessage = ErrorCodes.Name(entry.ErrorCode);
                else change.Add((topic!.Id, partition.PartitionIndex), partition.StartOffset, entry);
            }
        }
        if (change.StartOffsets.Count == 0) return change;
        change.StateEpoch = group!.Epoch;
        PartitionSet withoutState = PartitionSet.From(change.StartOffsets.Keys).Except(group.State.Initialized);
        ErrorCode error = ErrorCode.None;
        if (!withoutState.IsEmpty) error = StoreState(group, group.State with { Initializing = group.State.Initializing.Union(withoutState) }, topics);
        if (error != ErrorCode.None)
        {
            change.Fail(error);
            return change;
        }
        if (shard.Groups.GetValueOrDefault(group.Id) is not ShareGroup stored) return change;
        foreach ((Uuid, int) partition in withoutState.All) stored.OrderedMs[partition] = shard.NowMs;
        return change;
    }

    /// <summary>DeleteShareGroupOffsets: decides which topics' state goes, and notes that it does.</summary>
    /// <param name="request">The group and its topics.</param>
    /// <param name="response">Gets one entry for each topic, or an error for all.</param>
    /// <returns>What to delete from the store.</returns>
    public PartitionSet BeginDeleteOffsets(DeleteShareGroupOffsetsRequest request, DeleteShareGroupOffsetsResponse response)
    {
        Refusal? refusal = Find(request.GroupId, out ShareGroup? group) ?? RefuseMembers(group!);
        if (refusal is not null)
        {
            response.ErrorCode = refusal.Error;
            response.ErrorMessage = refusal.Message;
            return PartitionSet.Empty;
        }
        TopicTable topics = shard.Topics();
        HashSet<Uuid> withState = [.. group!.State.Topics];
        HashSet<Uuid> deleted = [];
        foreach (string name in request.Topics.Select(static asked => asked.TopicName).Distinct(StringComparer.Ordinal))
        {
            TopicState? topic = topics.Find(name);
            DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic entry = response.Responses.Add();
            entry.TopicName = name;
            if (topic is not null && withState.Contains(topic.Id))
            {
                entry.TopicId = topic.Id;
                deleted.Add(topic.Id);
                continue;
            }
            entry.ErrorCode = ErrorCode.UnknownTopicOrPartition;
            entry.ErrorMessage = topic is null ? $"There is no topic {name}." : $"Group {group.Id} has no offsets for topic {name}.";
        }
        ErrorCode error = BeginDelete(group, deleted, topics);
        if (error == ErrorCode.None) return PartitionsOf(deleted, topics);
        response.Reset();
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Name(error);
        return PartitionSet.Empty;
    }

    /// <summary>DeleteGroups: decides whether a share group may go, and notes that its state does.</summary>
    /// <param name="group">The group.</param>
    /// <param name="partitions">What to delete from the store before the group itself.</param>
    /// <returns>NONE if it may.</returns>
    public ErrorCode BeginDeleteGroup(ShareGroup group, out PartitionSet partitions)
    {
        partitions = PartitionSet.Empty;
        if (!group.IsEmpty) return ErrorCode.NonEmptyGroup;
        TopicTable topics = shard.Topics();
        Uuid[] withState = [.. group.State.Topics];
        partitions = PartitionsOf(withState, topics);
        return BeginDelete(group, withState, topics);
    }

    private ErrorCode BeginDelete(ShareGroup group, IReadOnlyCollection<Uuid> topicIds, TopicTable topics) =>
        topicIds.Count == 0 ? ErrorCode.None : StoreState(group, group.State.Delete(topicIds), topics);

    private static Refusal? RefuseMembers(ShareGroup group) =>
        group.IsEmpty ? null : new Refusal(ErrorCode.NonEmptyGroup, $"Group {group.Id} has members.");

    private static Refusal? RefuseNameless(string groupId) => groupId.Length == 0 ? new Refusal(ErrorCode.InvalidGroupId, "The group id is empty.") : null;

    private static ErrorCode CheckAlter(ShareGroup group, TopicState? topic, AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition partition)
    {
        if (topic is null || (uint)partition.PartitionIndex >= (uint)topic.Partitions.Length) return ErrorCode.UnknownTopicOrPartition;

        // -1 leaves it to the first who reads; nothing below means anything.
        if (partition.StartOffset < -1) return ErrorCode.InvalidRequest;

        // The deletion that is under way would take the new offset along.
        return group.State.Deleting.Contains(topic.Id) ? ErrorCode.CoordinatorNotAvailable : ErrorCode.None;
    }
}
