using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups;

// The records of streams groups.
internal sealed partial class GroupReplay
{
    private static string? StreamsGroupIdOf(IMessage key) => key switch
    {
        StreamsGroupMetadataKey known => known.GroupId,
        StreamsGroupMemberMetadataKey known => known.GroupId,
        StreamsGroupTargetAssignmentMetadataKey known => known.GroupId,
        StreamsGroupTargetAssignmentMemberKey known => known.GroupId,
        StreamsGroupCurrentMemberAssignmentKey known => known.GroupId,
        StreamsGroupTopologyKey known => known.GroupId,
        _ => null,
    };

    private void ApplyStreams(string groupId, in CoordinatorRecord record)
    {
        if (FindOrAdd(groupId, mayAdd: record.Value is not null, static id => new StreamsGroup(id)) is not { } group) return;
        switch (record.Key)
        {
            case StreamsGroupMetadataKey:
                group.Apply((StreamsGroupMetadataValue)record.Value!); // Its tombstone has removed the group.
                break;
            case StreamsGroupMemberMetadataKey key:
                group.ApplyMember(key.MemberId, (StreamsGroupMemberMetadataValue?)record.Value);
                break;
            case StreamsGroupTargetAssignmentMetadataKey:
                group.Apply((StreamsGroupTargetAssignmentMetadataValue?)record.Value);
                break;
            case StreamsGroupTargetAssignmentMemberKey key:
                group.ApplyTarget(key.MemberId, (StreamsGroupTargetAssignmentMemberValue?)record.Value);
                break;
            case StreamsGroupCurrentMemberAssignmentKey key:
                group.ApplyCurrent(key.MemberId, (StreamsGroupCurrentMemberAssignmentValue?)record.Value);
                break;
            case StreamsGroupTopologyKey:
                group.Apply((StreamsGroupTopologyValue?)record.Value);
                break;
            default:
                throw new ArgumentException($"{record.Key.GetType().Name} is no key of a streams group.");
        }
    }
}
