using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Share;

// Records become state here, at a start and right after they were written.
internal sealed partial class ShareGroup
{
    /// <summary>The group's epoch.</summary>
    public void Apply(ShareGroupMetadataValue value)
    {
        Epoch = value.Epoch;
        MetadataHash = value.MetadataHash;
    }

    /// <summary>A member's attributes; null removes it.</summary>
    public void ApplyMember(string memberId, ShareGroupMemberMetadataValue? value)
    {
        _subscribedTopics = null;
        if (value is null) _members.Remove(memberId);
        else _members[memberId] = ShareGroupRecords.Read(value, _members.GetValueOrDefault(memberId) ?? new ShareMember(memberId));
    }

    /// <summary>The target assignment's epoch; null forgets it.</summary>
    public void Apply(ShareGroupTargetAssignmentMetadataValue? value)
    {
        TargetEpoch = value?.AssignmentEpoch ?? 1;
        TargetTimestampMs = value?.AssignmentTimestamp ?? 0;
    }

    /// <summary>A member's target; null removes it.</summary>
    public void ApplyTarget(string memberId, ShareGroupTargetAssignmentMemberValue? value)
    {
        _targeted = null;
        if (value is null) _targets.Remove(memberId);
        else _targets[memberId] = PartitionSet.From(value.TopicPartitions.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition))));
    }

    /// <summary>What a member has; null resets it to a member that has nothing.</summary>
    public void ApplyCurrent(string memberId, ShareGroupCurrentMemberAssignmentValue? value)
    {
        ShareMember? before = _members.GetValueOrDefault(memberId);
        if (value is null && before is null) return;
        _members[memberId] = ShareGroupRecords.Read(value, before ?? new ShareMember(memberId));
    }

    /// <summary>Of which partitions there is state; null for none.</summary>
    public void Apply(ShareGroupStatePartitionMetadataValue? value)
    {
        State = value is null ? ShareStateParts.None : ShareGroupRecords.Read(value);
        if (OrderedMs.Count == 0) return;
        foreach ((Protocol.Uuid Topic, int Partition) partition in OrderedMs.Keys.Where(each => !State.Initializing.Contains(each.Topic, each.Partition)).ToArray()) OrderedMs.Remove(partition);
    }
}
