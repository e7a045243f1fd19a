using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Classic;

/// <summary>The record that a classic group is stored in.</summary>
internal static class ClassicGroupRecords
{
    private const short ValueVersion = 3;

    /// <summary>The group as it is: its members with their subscription in the chosen protocol, and their assignments.</summary>
    public static CoordinatorRecord Of(ClassicGroup group)
    {
        var value = new GroupMetadataValue
        {
            ProtocolType = group.ProtocolType ?? "",
            Generation = group.Generation,
            Protocol = group.ProtocolName,
            Leader = group.LeaderId,
            CurrentStateTimestamp = group.StateSinceMs,
        };
        foreach (ClassicMember member in group.Members.Values)
        {
            GroupMetadataValue.MemberMetadata entry = value.Members.Add();
            entry.MemberId = member.Id;
            entry.GroupInstanceId = member.InstanceId;
            entry.ClientId = member.Client.Id;
            entry.ClientHost = member.Client.Host;
            entry.SessionTimeout = member.SessionTimeoutMs;
            entry.RebalanceTimeout = member.RebalanceTimeoutMs;
            entry.Subscription = member.MetadataOf(group.ProtocolName);
            entry.Assignment = member.Assignment;
        }
        return new CoordinatorRecord(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = group.Id }, value, ValueVersion);
    }

    /// <summary>A group whose first members are on their way in: it is there, and nothing more.</summary>
    public static CoordinatorRecord OfNew(ClassicGroup group)
    {
        var value = new GroupMetadataValue { ProtocolType = "", Protocol = null, Leader = null, CurrentStateTimestamp = group.StateSinceMs };
        return new CoordinatorRecord(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = group.Id }, value, ValueVersion);
    }
}
