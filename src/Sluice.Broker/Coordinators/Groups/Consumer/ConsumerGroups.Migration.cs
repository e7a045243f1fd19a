using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// Groups that change their protocol, with members or without; the offsets stay.
internal sealed partial class ConsumerGroups
{
    /// <summary>The group of a heartbeat: the one there is, a new one, or what a classic group becomes.</summary>
    /// <param name="groupId">Group id.</param>
    /// <param name="mayCreate">Whether the heartbeat is a join.</param>
    /// <param name="update">What will make the group; null if it is refused.</param>
    /// <param name="upgraded">The classic group with members that it comes from.</param>
    private Refusal? Open(string groupId, bool mayCreate, out ConsumerGroupUpdate? update, out ClassicGroup? upgraded)
    {
        update = null;
        upgraded = null;
        Group? found = shard.Groups.GetValueOrDefault(groupId);
        if (found is ConsumerGroup known)
        {
            update = new ConsumerGroupUpdate(known, []);
            return null;
        }
        var absent = new Refusal(ErrorCode.GroupIdNotFound, found is null ? $"There is no group {groupId}." : $"Group {groupId} is not a consumer group.");
        if (!mayCreate || found is not (null or ClassicGroup)) return absent;
        List<CoordinatorRecord> records = [];
        var group = new ConsumerGroup(groupId);
        if (found is ClassicGroup { IsEmpty: true }) found.AddTombstones(records);
        else if (found is ClassicGroup classicGroup)
        {
            if (!TryConvert(classicGroup, group, records)) return absent;
            upgraded = classicGroup;
        }
        update = new ConsumerGroupUpdate(group, records);
        return null;
    }

    // Everybody keeps what they have: the generation becomes the epoch, and the assignment the target.
    private bool TryConvert(ClassicGroup from, ConsumerGroup to, List<CoordinatorRecord> records)
    {
        if (!_settings.Migration.HasFlag(MigrationPolicy.Upgrade) || !from.IsConsumers || from.Members.Count >= _settings.MembersMax) return false;
        List<ConsumerMember> members = [];
        foreach (ClassicMember member in from.Members.Values)
        {
            if (ConvertMember(from, member) is not { } converted) return false;
            members.Add(converted);
        }
        from.AddTombstones(records);
        int tombstoneCount = records.Count;
        foreach (ConsumerMember member in members) records.Add(ConsumerGroupRecords.Member(to.Id, member));
        records.Add(ConsumerGroupRecords.Epoch(to.Id, from.Generation, 0));
        foreach (ConsumerMember member in members) records.Add(ConsumerGroupRecords.Target(to.Id, member.Id, member.Assigned));
        records.Add(ConsumerGroupRecords.TargetEpoch(to.Id, from.Generation, timestampMs: 0));
        foreach (ConsumerMember member in members) records.Add(ConsumerGroupRecords.Current(to.Id, member));
        foreach (CoordinatorRecord record in records.Skip(tombstoneCount)) GroupReplay.Apply(to, record);
        return true;
    }

    private ConsumerMember? ConvertMember(ClassicGroup group, ClassicMember member)
    {
        byte[] metadata = group.ProtocolName is { } chosen ? member.MetadataOf(chosen) : member.Protocols[0].Metadata;
        if (ConsumerProtocol.TryReadSubscription(metadata) is not { } subscription) return null;
        PartitionSet assigned = PartitionSet.Empty;
        if (member.Assignment.Length > 0)
        {
            // User data means that the clients assign in a way of their own, which nobody here could go on with.
            if (ConsumerProtocol.TryReadAssignment(member.Assignment) is not { UserData: null or { Length: 0 } } assignment) return null;
            assigned = ToPartitions(assignment.AssignedPartitions.Select(static topic => (topic.Topic, topic.Partitions)));
        }
        return new ConsumerMember(member.Id)
        {
            InstanceId = member.InstanceId,
            RackId = string.IsNullOrEmpty(subscription.RackId) ? null : subscription.RackId,
            Client = member.Client,
            TopicNames = ConsumerMember.Ordered(subscription.Topics),
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            Classic = new ClassicSupport(member.SessionTimeoutMs, member.Protocols),
            Epoch = group.Generation,
        }.WithAssignment(group.Generation, ConsumerMemberState.Stable, assigned, PartitionSet.Empty) with { PreviousEpoch = group.Generation };
    }

    private void FinishUpgrade(ClassicGroup from, ConsumerGroup to)
    {
        classic.GiveUp(from, ErrorCode.RebalanceInProgress);
        foreach (ConsumerMember member in to.Members.Values) StartSession(to, member);
        BrokerLog.GroupUpgraded(shard.Logger, to.Id, to.Epoch, to.Members.Count);
    }

    private bool CanDowngrade(ConsumerGroup group, IReadOnlyCollection<string> leavingIds)
    {
        if (!_settings.Migration.HasFlag(MigrationPolicy.Downgrade)) return false;
        ConsumerMember[] staying = [.. group.Members.Values.Where(member => !leavingIds.Contains(member.Id))];
        return staying.Length > 0 && staying.Length <= shard.Settings.MembersMax && staying.All(static member => member.IsClassic);
    }

    private ErrorCode Downgrade(ConsumerGroup group, IReadOnlyCollection<string> leavingIds, ConsumerMember? replacement = null, string? replacedId = null)
    {
        List<ConsumerMember> members = [.. group.Members.Values.Where(member => !leavingIds.Contains(member.Id))];
        if (replacement is not null) members.Add(replacement);
        TopicTable topics = shard.Topics();
        var scratch = new ClassicGroup(group.Id, shard.NowMs) { Generation = group.Epoch };
        foreach (ConsumerMember member in members) scratch.Add(ConvertMember(member), ClassicGroup.ConsumerProtocolType);
        scratch.ProtocolName = scratch.ChooseProtocol();
        foreach (ClassicMember member in scratch.Members.Values)
        {
            PartitionSet target = group.Targets.GetValueOrDefault(member.Id == replacement?.Id ? replacedId! : member.Id) ?? PartitionSet.Empty;
            member.Assignment = ToAssignment(target, member.MetadataOf(scratch.ProtocolName), topics);
        }
        scratch.Enter(ClassicGroupState.Stable, shard.NowMs);
        List<CoordinatorRecord> records = [];
        group.AddTombstones(records);
        records.Add(ClassicGroupRecords.Of(scratch));
        CoordinatorAppend appended = shard.Log.Append(records);
        if (!appended.IsDone) return appended.Error;

        CancelTimers(group);
        foreach (CoordinatorRecord record in records) replay.Apply(record);
        var classicGroup = (ClassicGroup)shard.Groups[group.Id];

        // The record has the chosen protocol only; the members still offer all of theirs.
        foreach (ClassicMember member in classicGroup.Members.Values) classicGroup.SetProtocols(member, scratch.Members[member.Id].Protocols);
        BrokerLog.GroupDowngraded(shard.Logger, group.Id, classicGroup.Generation, members.Count);
        classic.TakeOver(classicGroup, rebalance: replacement is null);
        return ErrorCode.None;
    }

    private static ClassicMember ConvertMember(ConsumerMember member) => new(member.Id, member.InstanceId)
    {
        Client = member.Client,
        RebalanceTimeoutMs = member.RebalanceTimeoutMs,
        SessionTimeoutMs = member.Classic!.SessionTimeoutMs,
        Protocols = member.Classic.Protocols,
    };

    // In the version that the member itself writes.
    private static byte[] ToAssignment(PartitionSet partitions, byte[] subscription, TopicTable topics)
    {
        var assignment = new ConsumerProtocolAssignment { UserData = null };
        foreach (Uuid id in partitions.Topics.Order())
        {
            if (topics.Find(id) is not { } topic) continue;
            ConsumerProtocolAssignment.TopicPartition entry = assignment.AssignedPartitions.Add();
            entry.Topic = topic.Name;
            entry.Partitions.AddRange(partitions.Of(id));
        }
        return ConsumerProtocol.Write(assignment, ConsumerProtocol.VersionOf(subscription));
    }

    private PartitionSet ToPartitions(IEnumerable<(string Topic, List<int> Partitions)> byName)
    {
        TopicTable topics = shard.Topics();
        return PartitionSet.From(byName.SelectMany(each => topics.Find(each.Topic) is { } topic ? each.Partitions.Select(partition => (topic.Id, partition)) : []));
    }
}
