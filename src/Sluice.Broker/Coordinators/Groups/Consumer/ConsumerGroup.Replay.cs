using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// Records become state here, at a start and right after they were written.
internal sealed partial class ConsumerGroup
{
    /// <summary>The group's epoch.</summary>
    public void Apply(ConsumerGroupMetadataValue value)
    {
        Epoch = value.Epoch;
        MetadataHash = value.MetadataHash;
    }

    /// <summary>A member's attributes; null removes it.</summary>
    public void ApplyMember(string memberId, ConsumerGroupMemberMetadataValue? value)
    {
        _subscribedTopics = null;
        _usedRegexes = null;
        ConsumerMember? before = _members.GetValueOrDefault(memberId);
        if (before?.InstanceId is { } left && _memberIdByInstanceId.GetValueOrDefault(left) == memberId) _memberIdByInstanceId.Remove(left);
        if (value is null)
        {
            if (before is null) return;
            MovePartitions(before, new ConsumerMember(memberId));
            _members.Remove(memberId);
            return;
        }
        _members[memberId] = ConsumerGroupRecords.Read(value, before ?? new ConsumerMember(memberId));
        if (value.InstanceId is { } instanceId) _memberIdByInstanceId[instanceId] = memberId;
    }

    /// <summary>The target assignment's epoch; null forgets it.</summary>
    public void Apply(ConsumerGroupTargetAssignmentMetadataValue? value)
    {
        TargetEpoch = value?.AssignmentEpoch ?? -1;
        TargetTimestampMs = value?.AssignmentTimestamp ?? 0;
    }

    /// <summary>A member's target; null removes it.</summary>
    public void ApplyTarget(string memberId, ConsumerGroupTargetAssignmentMemberValue? value)
    {
        if (value is null) _targets.Remove(memberId);
        else _targets[memberId] = PartitionSet.From(value.TopicPartitions.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition))));
    }

    /// <summary>What a member has; null resets it to a member that has nothing.</summary>
    public void ApplyCurrent(string memberId, ConsumerGroupCurrentMemberAssignmentValue? value)
    {
        ConsumerMember? before = _members.GetValueOrDefault(memberId);
        if (value is null && before is null) return;
        before ??= new ConsumerMember(memberId);
        ConsumerMember after = ConsumerGroupRecords.Read(value, before);
        _members[memberId] = after;
        MovePartitions(before, after);
    }

    /// <summary>What a pattern matched; null forgets it.</summary>
    public void ApplyRegex(string regex, ConsumerGroupRegularExpressionValue? value)
    {
        _subscribedTopics = null;
        if (value is null) _regexes.Remove(regex);
        else _regexes[regex] = new ResolvedRegex(ConsumerMember.Ordered(value.Topics), value.Version, value.Timestamp);
    }
}
