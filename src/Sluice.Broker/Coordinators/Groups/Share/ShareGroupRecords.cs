using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>The records that a share group is stored in.</summary>
internal static class ShareGroupRecords
{
    /// <summary>The group's epoch and the hash of what it subscribes to.</summary>
    public static CoordinatorRecord Epoch(string groupId, int epoch, long metadataHash) => new(
        ShareGroupMetadataKey.RecordType,
        new ShareGroupMetadataKey { GroupId = groupId },
        new ShareGroupMetadataValue { Epoch = epoch, MetadataHash = metadataHash },
        0);

    /// <summary>A member's attributes and subscription.</summary>
    public static CoordinatorRecord Member(string groupId, ShareMember member)
    {
        var value = new ShareGroupMemberMetadataValue { RackId = member.RackId, ClientId = member.Client.Id, ClientHost = member.Client.Host };
        value.SubscribedTopicNames.AddRange(member.TopicNames);
        return new CoordinatorRecord(ShareGroupMemberMetadataKey.RecordType, MemberKey(groupId, member.Id), value, 0);
    }

    /// <summary>The epoch of a target assignment.</summary>
    public static CoordinatorRecord TargetEpoch(string groupId, int epoch, long timestampMs) => new(
        ShareGroupTargetAssignmentMetadataKey.RecordType,
        new ShareGroupTargetAssignmentMetadataKey { GroupId = groupId },
        new ShareGroupTargetAssignmentMetadataValue { AssignmentEpoch = epoch, AssignmentTimestamp = timestampMs },
        0);

    /// <summary>A member's part of a target assignment.</summary>
    public static CoordinatorRecord Target(string groupId, string memberId, PartitionSet target)
    {
        var value = new ShareGroupTargetAssignmentMemberValue();
        foreach (Uuid topic in target.Topics.Order())
        {
            var entry = value.TopicPartitions.Add();
            entry.TopicId = topic;
            entry.Partitions.AddRange(target.Of(topic));
        }
        return new CoordinatorRecord(ShareGroupTargetAssignmentMemberKey.RecordType, TargetKey(groupId, memberId), value, 0);
    }

    /// <summary>What a member has.</summary>
    public static CoordinatorRecord Current(string groupId, ShareMember member)
    {
        // The state is that of consumer groups, where members give partitions up before others get them: here everybody is always there.
        var value = new ShareGroupCurrentMemberAssignmentValue { MemberEpoch = member.Epoch, PreviousMemberEpoch = member.PreviousEpoch, State = 0 };
        foreach (Uuid topic in member.Assigned.Topics.Order())
        {
            var entry = value.AssignedPartitions.Add();
            entry.TopicId = topic;
            entry.Partitions.AddRange(member.Assigned.Of(topic));
        }
        return new CoordinatorRecord(ShareGroupCurrentMemberAssignmentKey.RecordType, CurrentKey(groupId, member.Id), value, 0);
    }

    /// <summary>Of which partitions there is state. Topics that are no more are left out: nobody needs their state.</summary>
    public static CoordinatorRecord State(string groupId, ShareStateParts state, TopicTable topics)
    {
        var value = new ShareGroupStatePartitionMetadataValue();
        Write(value.InitializingTopics, state.Initializing, topics);
        Write(value.InitializedTopics, state.Initialized, topics);
        foreach (Uuid id in state.Deleting.Order())
        {
            if (topics.Find(id) is not { } topic) continue;
            ShareGroupStatePartitionMetadataValue.TopicInfo entry = value.DeletingTopics.Add();
            entry.TopicId = id;
            entry.TopicName = topic.Name;
        }
        return new CoordinatorRecord(ShareGroupStatePartitionMetadataKey.RecordType, StateKey(groupId), value, 0);
    }

    /// <summary>Removes one member.</summary>
    public static IEnumerable<CoordinatorRecord> MemberTombstones(string groupId, string memberId) =>
        [CurrentTombstone(groupId, memberId), TargetTombstone(groupId, memberId), MemberTombstone(groupId, memberId)];

    /// <summary>Removes a whole group, in the order in which readers can follow.</summary>
    public static void AddGroupTombstones(ShareGroup group, List<CoordinatorRecord> records)
    {
        foreach (string memberId in group.Members.Keys) records.Add(CurrentTombstone(group.Id, memberId));
        foreach (string memberId in group.Targets.Keys) records.Add(TargetTombstone(group.Id, memberId));
        records.Add(CoordinatorRecord.Tombstone(ShareGroupTargetAssignmentMetadataKey.RecordType, new ShareGroupTargetAssignmentMetadataKey { GroupId = group.Id }));
        foreach (string memberId in group.Members.Keys) records.Add(MemberTombstone(group.Id, memberId));
        records.Add(CoordinatorRecord.Tombstone(ShareGroupStatePartitionMetadataKey.RecordType, StateKey(group.Id)));
        records.Add(CoordinatorRecord.Tombstone(ShareGroupMetadataKey.RecordType, new ShareGroupMetadataKey { GroupId = group.Id }));
    }

    /// <summary>The member that a record describes; its epochs and partitions stay.</summary>
    public static ShareMember Read(ShareGroupMemberMetadataValue value, ShareMember before) => before with
    {
        RackId = value.RackId,
        Client = new GroupClient(value.ClientId, value.ClientHost),
        TopicNames = ShareMember.Ordered(value.SubscribedTopicNames),
    };

    /// <summary>The member with what a record says that it has; null for nothing.</summary>
    public static ShareMember Read(ShareGroupCurrentMemberAssignmentValue? value, ShareMember before) => before with
    {
        Epoch = value?.MemberEpoch ?? 0,
        PreviousEpoch = value?.PreviousMemberEpoch ?? 0,
        Assigned = value is null
            ? PartitionSet.Empty
            : PartitionSet.From(value.AssignedPartitions.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition)))),
    };

    /// <summary>The partitions with state that a record tells.</summary>
    public static ShareStateParts Read(ShareGroupStatePartitionMetadataValue value) =>
        new(Read(value.InitializingTopics), Read(value.InitializedTopics), [.. value.DeletingTopics.Select(static topic => topic.TopicId)]);

    private static void Write(MessageList<ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo> list, PartitionSet partitions, TopicTable topics)
    {
        foreach (Uuid id in partitions.Topics.Order())
        {
            if (topics.Find(id) is not { } topic) continue;
            ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo entry = list.Add();
            entry.TopicId = id;
            entry.TopicName = topic.Name;
            entry.Partitions.AddRange(partitions.Of(id));
        }
    }

    private static PartitionSet Read(MessageList<ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo> list) =>
        PartitionSet.From(list.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition))));

    private static ShareGroupMemberMetadataKey MemberKey(string groupId, string memberId) => new() { GroupId = groupId, MemberId = memberId };

    private static ShareGroupTargetAssignmentMemberKey TargetKey(string groupId, string memberId) => new() { GroupId = groupId, MemberId = memberId };

    private static ShareGroupCurrentMemberAssignmentKey CurrentKey(string groupId, string memberId) => new() { GroupId = groupId, MemberId = memberId };

    private static ShareGroupStatePartitionMetadataKey StateKey(string groupId) => new() { GroupId = groupId };

    private static CoordinatorRecord MemberTombstone(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ShareGroupMemberMetadataKey.RecordType, MemberKey(groupId, memberId));

    private static CoordinatorRecord CurrentTombstone(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ShareGroupCurrentMemberAssignmentKey.RecordType, CurrentKey(groupId, memberId));

    private static CoordinatorRecord TargetTombstone(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ShareGroupTargetAssignmentMemberKey.RecordType, TargetKey(groupId, memberId));
}
