using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>The records that a consumer group is stored in.</summary>
internal static class ConsumerGroupRecords
{
    /// <summary>The group's epoch and the hash of what it subscribes to.</summary>
    public static CoordinatorRecord Epoch(string groupId, int epoch, long metadataHash) => new(
        ConsumerGroupMetadataKey.RecordType,
        new ConsumerGroupMetadataKey { GroupId = groupId },
        new ConsumerGroupMetadataValue { Epoch = epoch, MetadataHash = metadataHash },
        0);

    /// <summary>A member's attributes and subscription.</summary>
    public static CoordinatorRecord Member(string groupId, ConsumerMember member)
    {
        var value = new ConsumerGroupMemberMetadataValue
        {
            InstanceId = member.InstanceId,
            RackId = member.RackId,
            ClientId = member.Client.Id,
            ClientHost = member.Client.Host,
            SubscribedTopicRegex = member.Regex,
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            ServerAssignor = member.ServerAssignor,
            ClassicMemberMetadata = null,
        };
        value.SubscribedTopicNames.AddRange(member.TopicNames);
        if (member.Classic is { } classic)
        {
            value.ClassicMemberMetadata = new ConsumerGroupMemberMetadataValue.ClassicMemberMetadataData { SessionTimeoutMs = classic.SessionTimeoutMs };
            foreach (ClassicProtocol protocol in classic.Protocols)
            {
                var entry = value.ClassicMemberMetadata.SupportedProtocols.Add();
                entry.Name = protocol.Name;
                entry.Metadata = protocol.Metadata;
            }
        }
        return new CoordinatorRecord(ConsumerGroupMemberMetadataKey.RecordType, MemberKey(groupId, member.Id), value, 0);
    }

    /// <summary>The epoch of a target assignment.</summary>
    public static CoordinatorRecord TargetEpoch(string groupId, int epoch, long timestampMs) => new(
        ConsumerGroupTargetAssignmentMetadataKey.RecordType,
        new ConsumerGroupTargetAssignmentMetadataKey { GroupId = groupId },
        new ConsumerGroupTargetAssignmentMetadataValue { AssignmentEpoch = epoch, AssignmentTimestamp = timestampMs },
        0);

    /// <summary>A member's part of a target assignment.</summary>
    public static CoordinatorRecord Target(string groupId, string memberId, PartitionSet target)
    {
        var value = new ConsumerGroupTargetAssignmentMemberValue();
        foreach (Uuid topic in target.Topics.Order())
        {
            var entry = value.TopicPartitions.Add();
            entry.TopicId = topic;
            entry.Partitions.AddRange(target.Of(topic));
        }
        return new CoordinatorRecord(
            ConsumerGroupTargetAssignmentMemberKey.RecordType, new ConsumerGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId }, value, 0);
    }

    /// <summary>What a member has and gives up.</summary>
    public static CoordinatorRecord Current(string groupId, ConsumerMember member)
    {
        var value = new ConsumerGroupCurrentMemberAssignmentValue { MemberEpoch = member.Epoch, PreviousMemberEpoch = member.PreviousEpoch, State = (sbyte)member.State };
        Write(value.AssignedPartitions, member.Assigned, member);
        Write(value.PartitionsPendingRevocation, member.Revoking, member);
        return new CoordinatorRecord(
            ConsumerGroupCurrentMemberAssignmentKey.RecordType, new ConsumerGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = member.Id }, value, 0);
    }

    /// <summary>What a pattern matched.</summary>
    public static CoordinatorRecord Regex(string groupId, string regex, ResolvedRegex resolved)
    {
        var value = new ConsumerGroupRegularExpressionValue { Version = resolved.MetadataVersion, Timestamp = resolved.TimestampMs };
        value.Topics.AddRange(resolved.Topics);
        return new CoordinatorRecord(ConsumerGroupRegularExpressionKey.RecordType, RegexKey(groupId, regex), value, 0);
    }

    /// <summary>Forgets what a pattern matched.</summary>
    public static CoordinatorRecord RegexTombstone(string groupId, string regex) =>
        CoordinatorRecord.Tombstone(ConsumerGroupRegularExpressionKey.RecordType, RegexKey(groupId, regex));

    /// <summary>Removes one member.</summary>
    public static IEnumerable<CoordinatorRecord> MemberTombstones(string groupId, string memberId) =>
        [CurrentTombstone(groupId, memberId), TargetTombstone(groupId, memberId), MemberTombstone(groupId, memberId)];

    /// <summary>Removes a whole group, in the order in which readers can follow.</summary>
    public static void AddGroupTombstones(ConsumerGroup group, List<CoordinatorRecord> records)
    {
        foreach (string memberId in group.Members.Keys) records.Add(CurrentTombstone(group.Id, memberId));
        foreach (string memberId in group.Targets.Keys) records.Add(TargetTombstone(group.Id, memberId));
        records.Add(CoordinatorRecord.Tombstone(ConsumerGroupTargetAssignmentMetadataKey.RecordType, new ConsumerGroupTargetAssignmentMetadataKey { GroupId = group.Id }));
        foreach (string memberId in group.Members.Keys) records.Add(MemberTombstone(group.Id, memberId));
        foreach (string regex in group.Regexes.Keys) records.Add(RegexTombstone(group.Id, regex));
        records.Add(CoordinatorRecord.Tombstone(ConsumerGroupPartitionMetadataKey.RecordType, new ConsumerGroupPartitionMetadataKey { GroupId = group.Id }));
        records.Add(CoordinatorRecord.Tombstone(ConsumerGroupMetadataKey.RecordType, new ConsumerGroupMetadataKey { GroupId = group.Id }));
    }

    /// <summary>The member that a record describes.</summary>
    /// <param name="value">Its bytes are copied.</param>
    /// <param name="before">The member so far: its epochs and partitions stay.</param>
    public static ConsumerMember Read(ConsumerGroupMemberMetadataValue value, ConsumerMember before) => before with
    {
        InstanceId = value.InstanceId,
        RackId = value.RackId,
        Client = new GroupClient(value.ClientId, value.ClientHost),
        TopicNames = ConsumerMember.Ordered(value.SubscribedTopicNames),
        Regex = string.IsNullOrEmpty(value.SubscribedTopicRegex) ? null : value.SubscribedTopicRegex,
        ServerAssignor = value.ServerAssignor,
        RebalanceTimeoutMs = value.RebalanceTimeoutMs,

        // Where the field is absent it is empty, not null.
        Classic = value.ClassicMemberMetadata is { SupportedProtocols.Count: > 0 } classic
            ? new ClassicSupport(classic.SessionTimeoutMs, [.. classic.SupportedProtocols.Select(static protocol => new ClassicProtocol(protocol.Name, protocol.Metadata.ToArray()))])
            : null,
    };

    /// <summary>The member with what a record says that it has; null for nothing.</summary>
    public static ConsumerMember Read(ConsumerGroupCurrentMemberAssignmentValue? value, ConsumerMember before)
    {
        if (value is null)
        {
            var nobody = new ConsumerMember(before.Id);
            return before with
            {
                Epoch = nobody.Epoch,
                PreviousEpoch = nobody.PreviousEpoch,
                State = nobody.State,
                Assigned = nobody.Assigned,
                Revoking = nobody.Revoking,
                AssignmentEpochs = nobody.AssignmentEpochs,
            };
        }
        var epochs = ImmutableDictionary.CreateBuilder<(Uuid, int), int>();
        return before with
        {
            Epoch = value.MemberEpoch,
            PreviousEpoch = value.PreviousMemberEpoch,
            State = value.State is >= 0 and <= 2 ? (ConsumerMemberState)value.State : ConsumerMemberState.Unknown,
            Assigned = Read(value.AssignedPartitions, value.MemberEpoch, epochs),
            Revoking = Read(value.PartitionsPendingRevocation, value.MemberEpoch, epochs),
            AssignmentEpochs = epochs.ToImmutable(),
        };
    }

    private static void Write(MessageList<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> list, PartitionSet partitions, ConsumerMember member)
    {
        foreach (Uuid topic in partitions.Topics.Order())
        {
            var entry = list.Add();
            entry.TopicId = topic;
            entry.Partitions.AddRange(partitions.Of(topic));
            entry.AssignmentEpochs = [.. partitions.Of(topic).Select(partition => member.AssignmentEpochs.GetValueOrDefault((topic, partition), member.Epoch))];
        }
    }

    private static PartitionSet Read(
        MessageList<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> list, int memberEpoch, ImmutableDictionary<(Uuid, int), int>.Builder epochs)
    {
        foreach (var topic in list)
        {
            for (int i = 0; i < topic.Partitions.Count; i++)
            {
                // Versions before Kafka 4.3 do not tell.
                bool isTold = topic.AssignmentEpochs is { } told && told.Count > i;
                epochs[(topic.TopicId, topic.Partitions[i])] = isTold ? topic.AssignmentEpochs![i] : memberEpoch;
            }
        }
        return PartitionSet.From(list.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition))));
    }

    private static ConsumerGroupMemberMetadataKey MemberKey(string groupId, string memberId) => new() { GroupId = groupId, MemberId = memberId };

    private static ConsumerGroupRegularExpressionKey RegexKey(string groupId, string regex) => new() { GroupId = groupId, RegularExpression = regex };

    private static CoordinatorRecord MemberTombstone(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupMemberMetadataKey.RecordType, MemberKey(groupId, memberId));

    private static CoordinatorRecord CurrentTombstone(string groupId, string memberId) => CoordinatorRecord.Tombstone(
        ConsumerGroupCurrentMemberAssignmentKey.RecordType, new ConsumerGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = memberId });

    private static CoordinatorRecord TargetTombstone(string groupId, string memberId) => CoordinatorRecord.Tombstone(
        ConsumerGroupTargetAssignmentMemberKey.RecordType, new ConsumerGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId });
}
