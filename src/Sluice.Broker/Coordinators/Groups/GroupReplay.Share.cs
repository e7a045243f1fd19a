using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups;

// The records of share groups.
internal sealed partial class GroupReplay
{
    private static string? ShareGroupIdOf(IMessage key) => key switch
    {
        ShareGroupMetadataKey known => known.GroupId,
        ShareGroupMemberMetadataKey known => known.GroupId,
        ShareGroupTargetAssignmentMetadataKey known => known.GroupId,
        ShareGroupTargetAssignmentMemberKey known => known.GroupId,
        ShareGroupCurrentMemberAssignmentKey known => known.GroupId,
        ShareGroupStatePartitionMetadataKey known => known.GroupId,
        _ => null,
    };

    private void ApplyShare(string groupId, in CoordinatorRecord record)
    {
        if (FindOrAdd(groupId, mayAdd: record.Value is not null, static id => new ShareGroup(id)) is not { } group) return;
        switch (record.Key)
        {
            case ShareGroupMetadataKey:
                group.Apply((ShareGroupMetadataValue)record.Value!); // Its tombstone has removed the group.
                break;
            case ShareGroupMemberMetadataKey key:
                group.ApplyMember(key.MemberId, (ShareGroupMemberMetadataValue?)record.Value);
                break;
            case ShareGroupTargetAssignmentMetadataKey:
                group.Apply((ShareGroupTargetAssignmentMetadataValue?)record.Value);
                break;
            case ShareGroupTargetAssignmentMemberKey key:
                group.ApplyTarget(key.MemberId, (ShareGroupTargetAssignmentMemberValue?)record.Value);
                break;
            case ShareGroupCurrentMemberAssignmentKey key:
                group.ApplyCurrent(key.MemberId, (ShareGroupCurrentMemberAssignmentValue?)record.Value);
                break;
            case ShareGroupStatePartitionMetadataKey:
                group.Apply((ShareGroupStatePartitionMetadataValue?)record.Value);
                break;
            default:
                throw new ArgumentException($"{record.Key.GetType().Name} is no key of a share group.");
        }
    }
}
