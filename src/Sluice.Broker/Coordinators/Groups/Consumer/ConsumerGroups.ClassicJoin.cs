using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// JoinGroup into a consumer group: a heartbeat in other words.
internal sealed partial class ConsumerGroups
{
    /// <summary>JoinGroup of a member of a consumer group.</summary>
    /// <param name="group">Has members.</param>
    /// <param name="request">Its bytes are copied.</param>
    /// <param name="version">From 4 on a member gets its id first.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="response">Filled now, or when the returned task ends.</param>
    public Task Join(ConsumerGroup group, JoinGroupRequest request, short version, GroupClient client, JoinGroupResponse response)
    {
        if (group.Members.Count >= _settings.MembersMax && !group.Members.ContainsKey(request.MemberId)) return ClassicGroups.Refuse(response, ErrorCode.GroupMaxSizeReached, request.MemberId);
        ClassicProtocol[] protocols = [.. request.Protocols.Select(static protocol => new ClassicProtocol(protocol.Name, protocol.Metadata.ToArray()))];
        if (!Supports(group, request, protocols) || ConsumerProtocol.TryReadSubscription(protocols[0].Metadata) is not { } subscription)
            return ClassicGroups.Refuse(response, ErrorCode.InconsistentGroupProtocol, request.MemberId);
        string memberId = request.MemberId.Length > 0 ? request.MemberId : Uuid.NewRandom().ToString();
        if (version >= 4 && request is { MemberId.Length: 0, GroupInstanceId: null }) return ClassicGroups.Refuse(response, ErrorCode.MemberIdRequired, memberId);

        var update = new ConsumerGroupUpdate(group, []);
        ErrorCode error = FindClassicMember(update, request, memberId, out ConsumerMember before, out ConsumerMember? replaced);
        if (error != ErrorCode.None) return ClassicGroups.Refuse(response, error, memberId);
        ConsumerMember member = before with
        {
            InstanceId = request.GroupInstanceId,
            RackId = string.IsNullOrEmpty(subscription.RackId) ? before.RackId : subscription.RackId,
            Client = client,
            RebalanceTimeoutMs = version == 0 ? request.SessionTimeoutMs : request.RebalanceTimeoutMs,
            TopicNames = ConsumerMember.Ordered(subscription.Topics),
            Regex = null,
            ServerAssignor = null,
            Classic = new ClassicSupport(request.SessionTimeoutMs, protocols),
        };
        if (replaced is { IsClassic: false } && (group.Members.Count == 1 || CanDowngrade(group, [replaced.Id])) && _settings.Migration.HasFlag(MigrationPolicy.Downgrade))
            return JoinDowngraded(group, replaced, member, request, version, client, response);

        PartitionSet owned = ToPartitions(subscription.OwnedPartitions.Select(static topic => (topic.Topic, topic.Partitions)));
        if (Change(update, before, member, owned, mayWait: false) is not { } after) return ClassicGroups.Refuse(response, ErrorCode.UnknownMemberId, memberId);
        error = Store(update);
        if (error != ErrorCode.None) return ClassicGroups.Refuse(response, error, memberId);
        StopClassicTimers(group, memberId);
        StartSession(group, after);
        ExpectSync(group, after);
        if (!after.HasSameAssignment(before)) FollowReconciliation(group, after);
        response.MemberId = memberId;
        response.GenerationId = after.Epoch;
        response.ProtocolType = ClassicGroup.ConsumerProtocolType;
        response.ProtocolName = protocols[0].Name;
        return Task.CompletedTask;
    }

    // The last member of the newer protocol comes back as one of the older: from here on its group is a classic one.
    private Task JoinDowngraded(
        ConsumerGroup group, ConsumerMember replaced, ConsumerMember member, JoinGroupRequest request, short version, GroupClient client, JoinGroupResponse response)
    {
        ErrorCode error = Downgrade(group, [replaced.Id], member, replaced.Id);
        if (error != ErrorCode.None) return ClassicGroups.Refuse(response, error, member.Id);
        request.MemberId = member.Id;
        return classic.Join(request, version, client, response);
    }

    private static bool Supports(ConsumerGroup group, JoinGroupRequest request, ClassicProtocol[] protocols)
    {
        if (request.ProtocolType != ClassicGroup.ConsumerProtocolType || protocols.Length == 0) return false;
        ConsumerMember[] others = [.. group.Members.Values.Where(member => member.IsClassic && member.Id != request.MemberId)];
        return protocols.Any(protocol => others.All(member => member.Classic!.Protocols.Any(offered => offered.Name == protocol.Name)));
    }

    private static ErrorCode FindClassicMember(ConsumerGroupUpdate update, JoinGroupRequest request, string memberId, out ConsumerMember member, out ConsumerMember? replaced)
    {
        ConsumerGroup group = update.Group;
        member = new ConsumerMember(memberId) { Epoch = 0 };
        replaced = null;
        if (request.GroupInstanceId is not { } instanceId)
        {
            if (!group.Members.TryGetValue(memberId, out ConsumerMember? known)) return ErrorCode.None;
            member = known;
            return known.IsClassic ? ErrorCode.None : ErrorCode.UnknownMemberId;
        }
        ConsumerMember? holder = group.FindStatic(instanceId);
        if (request.MemberId.Length > 0)
        {
            if (holder is null) return ErrorCode.UnknownMemberId;
            if (holder.Id != memberId) return ErrorCode.FencedInstanceId;
            member = holder;
            return holder.IsClassic ? ErrorCode.None : ErrorCode.UnknownMemberId;
        }
        if (holder is null) return ErrorCode.None;
        replaced = holder;
        member = holder with { Id = memberId, Epoch = 0, PreviousEpoch = 0 };
        update.Replace(holder, member);
        return ErrorCode.None;
    }
}
