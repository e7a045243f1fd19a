using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>Turns the records of groups into groups: while a shard loads, and for what operations of the newer protocols have just written.</summary>
internal sealed partial class GroupReplay(GroupShardContext shard, ClassicGroups classic)
{
    /// <summary>Reads a record.</summary>
    /// <returns>Null if it is of no type that is known here.</returns>
    /// <exception cref="InvalidDataException">The value is of a version that is not known.</exception>
    /// <exception cref="WireFormatException">The bytes are no such record.</exception>
    public static CoordinatorRecord? TryRead(in ReplayedRecord record) => record.RecordType switch
    {
        GroupMetadataKey.RecordType => Read(record, new GroupMetadataKey(), new GroupMetadataValue()),
        ConsumerGroupMetadataKey.RecordType => Read(record, new ConsumerGroupMetadataKey(), new ConsumerGroupMetadataValue()),
        ConsumerGroupPartitionMetadataKey.RecordType => Read(record, new ConsumerGroupPartitionMetadataKey(), new ConsumerGroupPartitionMetadataValue()),
        ConsumerGroupMemberMetadataKey.RecordType => Read(record, new ConsumerGroupMemberMetadataKey(), new ConsumerGroupMemberMetadataValue()),
        ConsumerGroupTargetAssignmentMetadataKey.RecordType => Read(record, new ConsumerGroupTargetAssignmentMetadataKey(), new ConsumerGroupTargetAssignmentMetadataValue()),
        ConsumerGroupTargetAssignmentMemberKey.RecordType => Read(record, new ConsumerGroupTargetAssignmentMemberKey(), new ConsumerGroupTargetAssignmentMemberValue()),
        ConsumerGroupCurrentMemberAssignmentKey.RecordType => Read(record, new ConsumerGroupCurrentMemberAssignmentKey(), new ConsumerGroupCurrentMemberAssignmentValue()),
        ConsumerGroupRegularExpressionKey.RecordType => Read(record, new ConsumerGroupRegularExpressionKey(), new ConsumerGroupRegularExpressionValue()),
        ShareGroupMemberMetadataKey.RecordType => Read(record, new ShareGroupMemberMetadataKey(), new ShareGroupMemberMetadataValue()),
        ShareGroupMetadataKey.RecordType => Read(record, new ShareGroupMetadataKey(), new ShareGroupMetadataValue()),
        ShareGroupTargetAssignmentMetadataKey.RecordType => Read(record, new ShareGroupTargetAssignmentMetadataKey(), new ShareGroupTargetAssignmentMetadataValue()),
        ShareGroupTargetAssignmentMemberKey.RecordType => Read(record, new ShareGroupTargetAssignmentMemberKey(), new ShareGroupTargetAssignmentMemberValue()),
        ShareGroupCurrentMemberAssignmentKey.RecordType => Read(record, new ShareGroupCurrentMemberAssignmentKey(), new ShareGroupCurrentMemberAssignmentValue()),
        ShareGroupStatePartitionMetadataKey.RecordType => Read(record, new ShareGroupStatePartitionMetadataKey(), new ShareGroupStatePartitionMetadataValue()),
        StreamsGroupMetadataKey.RecordType => Read(record, new StreamsGroupMetadataKey(), new StreamsGroupMetadataValue()),
        StreamsGroupMemberMetadataKey.RecordType => Read(record, new StreamsGroupMemberMetadataKey(), new StreamsGroupMemberMetadataValue()),
        StreamsGroupTargetAssignmentMetadataKey.RecordType => Read(record, new StreamsGroupTargetAssignmentMetadataKey(), new StreamsGroupTargetAssignmentMetadataValue()),
        StreamsGroupTargetAssignmentMemberKey.RecordType => Read(record, new StreamsGroupTargetAssignmentMemberKey(), new StreamsGroupTargetAssignmentMemberValue()),
        StreamsGroupCurrentMemberAssignmentKey.RecordType => Read(record, new StreamsGroupCurrentMemberAssignmentKey(), new StreamsGroupCurrentMemberAssignmentValue()),
        StreamsGroupTopologyKey.RecordType => Read(record, new StreamsGroupTopologyKey(), new StreamsGroupTopologyValue()),
        _ => null,
    };

    /// <summary>Takes a record in.</summary>
    public void Apply(in CoordinatorRecord record)
    {
        switch (record.Key)
        {
            case GroupMetadataKey key when record.Value is GroupMetadataValue value:
                classic.Replay(key.Group, value);
                break;
            case GroupMetadataKey key:
                if (shard.Groups.GetValueOrDefault(key.Group) is ClassicGroup) Remove(key.Group);
                break;
            case ConsumerGroupMetadataKey key when record.Value is null:
                if (shard.Groups.GetValueOrDefault(key.GroupId) is ConsumerGroup) Remove(key.GroupId);
                break;
            case ShareGroupMetadataKey key when record.Value is null:
                if (shard.Groups.GetValueOrDefault(key.GroupId) is ShareGroup) Remove(key.GroupId);
                break;
            case StreamsGroupMetadataKey key when record.Value is null:
                if (shard.Groups.GetValueOrDefault(key.GroupId) is StreamsGroup) Remove(key.GroupId);
                break;
            default:
                if (ShareGroupIdOf(record.Key) is { } shareGroupId) ApplyShare(shareGroupId, record);
                else if (StreamsGroupIdOf(record.Key) is { } streamsGroupId) ApplyStreams(streamsGroupId, record);
                else if (FindOrAdd(GroupIdOf(record.Key), mayAdd: record.Value is not null, static id => new ConsumerGroup(id)) is { } group) Apply(group, record);
                break;
        }
    }

    /// <summary>Takes a record into a group, whichever group it names.</summary>
    public static void Apply(ConsumerGroup group, in CoordinatorRecord record)
    {
        switch (record.Key)
        {
            case ConsumerGroupMetadataKey when record.Value is ConsumerGroupMetadataValue value:
                group.Apply(value);
                break;
            case ConsumerGroupMemberMetadataKey key:
                group.ApplyMember(key.MemberId, (ConsumerGroupMemberMetadataValue?)record.Value);
                break;
            case ConsumerGroupTargetAssignmentMetadataKey:
                group.Apply((ConsumerGroupTargetAssignmentMetadataValue?)record.Value);
                break;
            case ConsumerGroupTargetAssignmentMemberKey key:
                group.ApplyTarget(key.MemberId, (ConsumerGroupTargetAssignmentMemberValue?)record.Value);
                break;
            case ConsumerGroupCurrentMemberAssignmentKey key:
                group.ApplyCurrent(key.MemberId, (ConsumerGroupCurrentMemberAssignmentValue?)record.Value);
                break;
            case ConsumerGroupRegularExpressionKey key:
                group.ApplyRegex(key.RegularExpression, (ConsumerGroupRegularExpressionValue?)record.Value);
                break;
            default:
                break; // Partition metadata of Kafka 4.0: a hash took its place.
        }
    }

    private static CoordinatorRecord Read<TKey, TValue>(in ReplayedRecord record, TKey key, TValue value)
        where TKey : IMessage
        where TValue : class, IMessage =>
        new(record.RecordType, record.ReadKey(key), record.IsTombstone ? null : record.ReadValue(value), 0);

    private static string GroupIdOf(IMessage key) => key switch
    {
        ConsumerGroupMetadataKey known => known.GroupId,
        ConsumerGroupPartitionMetadataKey known => known.GroupId,
        ConsumerGroupMemberMetadataKey known => known.GroupId,
        ConsumerGroupTargetAssignmentMetadataKey known => known.GroupId,
        ConsumerGroupTargetAssignmentMemberKey known => known.GroupId,
        ConsumerGroupCurrentMemberAssignmentKey known => known.GroupId,
        ConsumerGroupRegularExpressionKey known => known.GroupId,
        _ => throw new ArgumentException($"{key.GetType().Name} is no key of a group."),
    };

    // A group of another type that is found here has no record that says so any more, or never had one: the newer record counts.
    private TGroup? FindOrAdd<TGroup>(string groupId, bool mayAdd, Func<string, TGroup> create)
        where TGroup : Group
    {
        Group? found = shard.Groups.GetValueOrDefault(groupId);
        if (found is TGroup known) return known;
        if (!mayAdd) return null;
        found?.OnRemoved();
        TGroup group = create(groupId);
        group.Offsets = found?.Offsets ?? group.Offsets;
        shard.Groups[groupId] = group;
        return group;
    }

    // The offsets have records of their own: only the members are gone.
    private void Remove(string groupId)
    {
        if (!shard.Groups.Remove(groupId, out Group? group)) return;
        group.OnRemoved();
        if (!group.Offsets.IsEmpty) shard.Groups.Add(groupId, new ClassicGroup(groupId, shard.NowMs) { Offsets = group.Offsets });
    }
}
