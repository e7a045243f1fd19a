using System.Collections.Immutable;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>The records that a streams group is stored in.</summary>
internal static class StreamsGroupRecords
{
    private const string StandbyReplicas = "num.standby.replicas";

    /// <summary>The group's epoch, and what it was made for.</summary>
    /// <param name="groupId">Group id.</param>
    /// <param name="epoch">1 or more.</param>
    /// <param name="basis">What a difference from makes a new epoch.</param>
    public static CoordinatorRecord Epoch(string groupId, int epoch, in StreamsEpochBasis basis)
    {
        StreamsGroupMetadataValue value = new()
        {
            Epoch = epoch,
            MetadataHash = basis.MetadataHash,
            ValidatedTopologyEpoch = basis.ValidatedTopologyEpoch,
            LastAssignmentConfigs = new(),
        };
        StreamsGroupMetadataValue.LastAssignmentConfig config = value.LastAssignmentConfigs.Add();
        config.Key = StandbyReplicas;
        config.Value = basis.StandbyReplicas.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new CoordinatorRecord(StreamsGroupMetadataKey.RecordType, new StreamsGroupMetadataKey { GroupId = groupId }, value, 0);
    }

    /// <summary>What the epoch of a record was made for.</summary>
    public static StreamsEpochBasis Read(StreamsGroupMetadataValue value)
    {
        // Versions before Kafka 4.2 do not tell: then the next heartbeat begins an epoch.
        string? standbys = value.LastAssignmentConfigs?.FirstOrDefault(static config => config.Key == StandbyReplicas)?.Value;
        return new StreamsEpochBasis(
            value.MetadataHash, value.ValidatedTopologyEpoch, int.TryParse(standbys, System.Globalization.CultureInfo.InvariantCulture, out int count) ? count : -1);
    }

    /// <summary>What the application is made of.</summary>
    public static CoordinatorRecord Topology(string groupId, StreamsTopology topology) =>
        new(StreamsGroupTopologyKey.RecordType, new StreamsGroupTopologyKey { GroupId = groupId }, topology.ToRecord(), 0);

    /// <summary>A member's attributes.</summary>
    public static CoordinatorRecord Member(string groupId, StreamsMember member)
    {
        StreamsGroupMemberMetadataValue value = new()
        {
            InstanceId = member.InstanceId,
            RackId = member.RackId,
            ClientId = member.Client.Id,
            ClientHost = member.Client.Host,
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            TopologyEpoch = member.TopologyEpoch,
            ProcessId = member.ProcessId,
            UserEndpoint = member.Endpoint is { } endpoint ? new() { Host = endpoint.Host, Port = endpoint.Port } : null,
        };
        foreach ((string key, string text) in member.Tags)
        {
            StreamsGroupMemberMetadataValue.KeyValue tag = value.ClientTags.Add();
            tag.Key = key;
            tag.Value = text;
        }
        return new CoordinatorRecord(StreamsGroupMemberMetadataKey.RecordType, new StreamsGroupMemberMetadataKey { GroupId = groupId, MemberId = member.Id }, value, 0);
    }

    /// <summary>The epoch of a target assignment.</summary>
    public static CoordinatorRecord TargetEpoch(string groupId, int epoch, long timestampMs) => new(
        StreamsGroupTargetAssignmentMetadataKey.RecordType,
        new StreamsGroupTargetAssignmentMetadataKey { GroupId = groupId },
        new StreamsGroupTargetAssignmentMetadataValue { AssignmentEpoch = epoch, AssignmentTimestamp = timestampMs },
        0);

    /// <summary>A member's part of a target assignment.</summary>
    public static CoordinatorRecord Target(string groupId, string memberId, TaskSets target)
    {
        StreamsGroupTargetAssignmentMemberValue value = new();
        Write(target.Active, value.ActiveTasks);
        Write(target.Standby, value.StandbyTasks);
        Write(target.Warmup, value.WarmupTasks);
        return new CoordinatorRecord(
            StreamsGroupTargetAssignmentMemberKey.RecordType, new StreamsGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId }, value, 0);
    }

    /// <summary>What a member has and gives up.</summary>
    public static CoordinatorRecord Current(string groupId, StreamsMember member)
    {
        StreamsGroupCurrentMemberAssignmentValue value = new() { MemberEpoch = member.Epoch, PreviousMemberEpoch = member.PreviousEpoch, State = (sbyte)member.State };
        Write(member.Assigned.Active, value.ActiveTasks, member);
        Write(member.Assigned.Standby, value.StandbyTasks, null);
        Write(member.Assigned.Warmup, value.WarmupTasks, null);
        Write(member.Revoking.Active, value.ActiveTasksPendingRevocation, member);
        Write(member.Revoking.Standby, value.StandbyTasksPendingRevocation, null);
        Write(member.Revoking.Warmup, value.WarmupTasksPendingRevocation, null);
        return new CoordinatorRecord(
            StreamsGroupCurrentMemberAssignmentKey.RecordType, new StreamsGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = member.Id }, value, 0);
    }

    /// <summary>Removes one member.</summary>
    public static IEnumerable<CoordinatorRecord> MemberTombstones(string groupId, string memberId) =>
        [CurrentTombstone(groupId, memberId), TargetTombstone(groupId, memberId), MemberTombstone(groupId, memberId)];

    /// <summary>Removes a whole group, in the order in which readers can follow.</summary>
    public static void AddGroupTombstones(StreamsGroup group, List<CoordinatorRecord> records)
    {
        foreach (string memberId in group.Members.Keys) records.Add(CurrentTombstone(group.Id, memberId));
        foreach (string memberId in group.Targets.Keys) records.Add(TargetTombstone(group.Id, memberId));
        records.Add(CoordinatorRecord.Tombstone(StreamsGroupTargetAssignmentMetadataKey.RecordType, new StreamsGroupTargetAssignmentMetadataKey { GroupId = group.Id }));
        foreach (string memberId in group.Members.Keys) records.Add(MemberTombstone(group.Id, memberId));
        records.Add(CoordinatorRecord.Tombstone(StreamsGroupTopologyKey.RecordType, new StreamsGroupTopologyKey { GroupId = group.Id }));
        records.Add(CoordinatorRecord.Tombstone(StreamsGroupMetadataKey.RecordType, new StreamsGroupMetadataKey { GroupId = group.Id }));
    }

    /// <summary>The member that a record describes.</summary>
    /// <param name="value">The record.</param>
    /// <param name="before">The member so far: its epochs and tasks stay.</param>
    public static StreamsMember Read(StreamsGroupMemberMetadataValue value, StreamsMember before) => before with
    {
        InstanceId = value.InstanceId,
        RackId = value.RackId,
        Client = new GroupClient(value.ClientId, value.ClientHost),
        RebalanceTimeoutMs = value.RebalanceTimeoutMs,
        TopologyEpoch = value.TopologyEpoch,
        ProcessId = value.ProcessId,
        Endpoint = value.UserEndpoint is { } endpoint ? new StreamsEndpoint(endpoint.Host, endpoint.Port) : null,
        Tags = value.ClientTags.ToImmutableSortedDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal),
    };

    /// <summary>The member with what a record says that it has; null for nothing.</summary>
    public static StreamsMember Read(StreamsGroupCurrentMemberAssignmentValue? value, StreamsMember before)
    {
        value ??= new();
        var epochs = ImmutableDictionary.CreateBuilder<TaskId, int>();
        return before with
        {
            Epoch = value.MemberEpoch,
            PreviousEpoch = value.PreviousMemberEpoch,
            State = value.State is >= 0 and <= 2 ? (StreamsMemberState)value.State : StreamsMemberState.Unknown,
            Assigned = new TaskSets(Read(value.ActiveTasks, value.MemberEpoch, epochs), Read(value.StandbyTasks), Read(value.WarmupTasks)),
            Revoking = new TaskSets(
                Read(value.ActiveTasksPendingRevocation, value.MemberEpoch, epochs), Read(value.StandbyTasksPendingRevocation), Read(value.WarmupTasksPendingRevocation)),
            AssignmentEpochs = epochs.ToImmutable(),
        };
    }

    /// <summary>The target that a record describes.</summary>
    public static TaskSets Read(StreamsGroupTargetAssignmentMemberValue value) => new(Read(value.ActiveTasks), Read(value.StandbyTasks), Read(value.WarmupTasks));

    private static void Write(TaskSet tasks, MessageList<StreamsGroupTargetAssignmentMemberValue.TaskIds> list)
    {
        foreach ((string subtopology, List<int> partitions) in tasks.BySubtopology)
        {
            StreamsGroupTargetAssignmentMemberValue.TaskIds entry = list.Add();
            entry.SubtopologyId = subtopology;
            entry.Partitions.AddRange(partitions);
        }
    }

    // Only active tasks have epochs: there is nothing to commit for a copy.
    private static void Write(TaskSet tasks, MessageList<StreamsGroupCurrentMemberAssignmentValue.TaskIds> list, StreamsMember? member)
    {
        foreach ((string subtopology, List<int> partitions) in tasks.BySubtopology)
        {
            StreamsGroupCurrentMemberAssignmentValue.TaskIds entry = list.Add();
            entry.SubtopologyId = subtopology;
            entry.Partitions.AddRange(partitions);
            if (member is not null) entry.AssignmentEpochs = [.. partitions.Select(partition => member.AssignmentEpochs.GetValueOrDefault(new TaskId(subtopology, partition), member.Epoch))];
        }
    }

    private static TaskSet Read(MessageList<StreamsGroupTargetAssignmentMemberValue.TaskIds> list) =>
        TaskSet.From(list.SelectMany(static part => part.Partitions.Select(partition => new TaskId(part.SubtopologyId, partition))));

    private static TaskSet Read(MessageList<StreamsGroupCurrentMemberAssignmentValue.TaskIds> list) =>
        TaskSet.From(list.SelectMany(static part => part.Partitions.Select(partition => new TaskId(part.SubtopologyId, partition))));

    private static TaskSet Read(MessageList<StreamsGroupCurrentMemberAssignmentValue.TaskIds> list, int memberEpoch, ImmutableDictionary<TaskId, int>.Builder epochs)
    {
        foreach (StreamsGroupCurrentMemberAssignmentValue.TaskIds part in list)
        {
            for (int i = 0; i < part.Partitions.Count; i++)
            {
                bool isTold = part.AssignmentEpochs is { } told && told.Count > i;
                epochs[new TaskId(part.SubtopologyId, part.Partitions[i])] = isTold ? part.AssignmentEpochs![i] : memberEpoch;
            }
        }
        return Read(list);
    }

    private static CoordinatorRecord MemberTombstone(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(StreamsGroupMemberMetadataKey.RecordType, new StreamsGroupMemberMetadataKey { GroupId = groupId, MemberId = memberId });

    private static CoordinatorRecord CurrentTombstone(string groupId, string memberId) => CoordinatorRecord.Tombstone(
        StreamsGroupCurrentMemberAssignmentKey.RecordType, new StreamsGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = memberId });

    private static CoordinatorRecord TargetTombstone(string groupId, string memberId) => CoordinatorRecord.Tombstone(
        StreamsGroupTargetAssignmentMemberKey.RecordType, new StreamsGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId });
}
