using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Streams;

// Records become state here, at a start and right after they were written.
internal sealed partial class StreamsGroup
{
    /// <summary>The group's epoch.</summary>
    public void Apply(StreamsGroupMetadataValue value)
    {
        Epoch = value.Epoch;
        Basis = StreamsGroupRecords.Read(value);
    }

    /// <summary>What the application is made of; null forgets it.</summary>
    public void Apply(StreamsGroupTopologyValue? value)
    {
        Topology = value is null ? null : StreamsTopology.From(value);
        Configured = null;
        RefreshDeadlineMs = 0;
    }

    /// <summary>A member's attributes; null removes it.</summary>
    public void ApplyMember(string memberId, StreamsGroupMemberMetadataValue? value)
    {
        _holders = null;
        if (value is null) _members.Remove(memberId);
        else _members[memberId] = StreamsGroupRecords.Read(value, _members.GetValueOrDefault(memberId) ?? new StreamsMember(memberId));
    }

    /// <summary>The target assignment's epoch; null forgets it.</summary>
    public void Apply(StreamsGroupTargetAssignmentMetadataValue? value)
    {
        TargetEpoch = value?.AssignmentEpoch ?? 1;
        TargetTimestampMs = value?.AssignmentTimestamp ?? 0;
    }

    /// <summary>A member's target; null removes it.</summary>
    public void ApplyTarget(string memberId, StreamsGroupTargetAssignmentMemberValue? value)
    {
        if (value is null) _targets.Remove(memberId);
        else _targets[memberId] = StreamsGroupRecords.Read(value);
    }

    /// <summary>What a member has; null resets it to a member that has nothing.</summary>
    public void ApplyCurrent(string memberId, StreamsGroupCurrentMemberAssignmentValue? value)
    {
        StreamsMember? before = _members.GetValueOrDefault(memberId);
        if (value is null && before is null) return;
        _holders = null;
        _members[memberId] = StreamsGroupRecords.Read(value, before ?? new StreamsMember(memberId));
    }
}
