using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// ConsumerGroupHeartbeat: joining, staying, telling and being told.
internal sealed partial class ConsumerGroups
{
    /// <summary>ConsumerGroupHeartbeat.</summary>
    /// <param name="request">The request.</param>
    /// <param name="version">From 1 on the client chooses its member id.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="mayDescribe">Which topics the client may know of: any thread may ask. Null if all.</param>
    /// <param name="response">Filled.</param>
    public void Heartbeat(
        ConsumerGroupHeartbeatRequest request, short version, GroupClient client, Func<string, bool>? mayDescribe, ConsumerGroupHeartbeatResponse response)
    {
        Refusal? refusal = _settings.IsServed
            ? HeartbeatRules.Check(request, version, _settings)
            : new Refusal(ErrorCode.UnsupportedVersion, "The consumer group protocol is switched off.");
        refusal ??= request.MemberEpoch < 0 ? Leave(request, response) : Continue(request, client, mayDescribe, response);
        if (refusal is null) return;
        response.Reset();
        response.ErrorCode = refusal.Error;
        response.ErrorMessage = refusal.Message;
    }

    private Refusal? Continue(ConsumerGroupHeartbeatRequest request, GroupClient client, Func<string, bool>? mayDescribe, ConsumerGroupHeartbeatResponse response)
    {
        if (Open(request.GroupId, mayCreate: request.MemberEpoch == 0, out ConsumerGroupUpdate? update, out ClassicGroup? upgraded) is { } noGroup) return noGroup;
        ConsumerGroup group = update!.Group;
        string memberId = request.MemberId.Length > 0 ? request.MemberId : Uuid.NewRandom().ToString();
        if (group.Members.Count >= _settings.MembersMax && !group.Members.ContainsKey(memberId))
            return new Refusal(ErrorCode.GroupMaxSizeReached, $"Group {group.Id} has {_settings.MembersMax} members already.");
        PartitionSet? owned = OwnedBy(request);
        if (FindMember(update, request, memberId, owned, out ConsumerMember before) is { } noMember) return noMember;
        ConsumerMember member = Merge(before, request, client);
        bool isRegexNew = member.Regex != before.Regex;
        if (isRegexNew && member.Regex is { } regex && !IsKnown(group, regex) && TopicPattern.TryCreate(regex) is null)
            return new Refusal(ErrorCode.InvalidRegularExpression, $"SubscribedTopicRegex {regex} is no regular expression.");

        ConsumerMember? after = Change(update, before, member, owned, mayWait: true);
        if (after is null) return new Refusal(ErrorCode.FencedMemberEpoch, $"Member {memberId} is in a state that is not known here; it must join again.");
        ErrorCode error = Store(update);
        if (error != ErrorCode.None) return NotStored(error);

        group = (ConsumerGroup)shard.Groups[group.Id];
        if (upgraded is not null) FinishUpgrade(upgraded, group);
        StartSession(group, after);
        StopClassicTimers(group, memberId);
        if (!after.HasSameAssignment(before)) FollowReconciliation(group, after);
        bool isWhole = request.MemberEpoch == 0
            || (request.RebalanceTimeoutMs != -1 && request.TopicPartitions is not null && (request.SubscribedTopicNames is not null || request.SubscribedTopicRegex is not null));
        Fill(response, group, after, withAssignment: isWhole || !after.Assigned.Equals(before.Assigned));
        ResolveRegexes(group, mayDescribe);
        return null;
    }

    private static PartitionSet? OwnedBy(ConsumerGroupHeartbeatRequest request) => request.TopicPartitions is { } topics
        ? PartitionSet.From(topics.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition))))
        : null;

    // The member as it is before this heartbeat; one that comes in has no subscription yet.
    private static Refusal? FindMember(
        ConsumerGroupUpdate update, ConsumerGroupHeartbeatRequest request, string memberId, PartitionSet? owned, out ConsumerMember member)
    {
        ConsumerGroup group = update.Group;
        member = new ConsumerMember(memberId) { Epoch = 0 };
        if (request.InstanceId is not { } instanceId)
        {
            if (group.Members.TryGetValue(memberId, out ConsumerMember? known)) return CheckEpoch(member = known, request.MemberEpoch, owned);
            return request.MemberEpoch == 0 ? null : Unknown(group, memberId);
        }
        ConsumerMember? holder = group.FindStatic(instanceId);
        if (request.MemberEpoch > 0)
        {
            if (holder is null) return Unknown(group, memberId);
            return holder.Id == memberId ? CheckEpoch(member = holder, request.MemberEpoch, owned) : Fenced(instanceId);
        }
        if (holder is null)
        {
            if (group.Members.TryGetValue(memberId, out ConsumerMember? known)) member = known;
            return null;
        }
        if (holder.Id == memberId)
        {
            member = holder;
            if (holder.Epoch != ConsumerMember.LeftEpoch) return null;
            member = holder with { Epoch = 0, PreviousEpoch = 0 };
            update.SetCurrent(member);
            return null;
        }
        if (!holder.IsClassic && holder.Epoch != ConsumerMember.LeftEpoch)
            return new Refusal(ErrorCode.UnreleasedInstanceId, $"Instance {instanceId} is held by member {holder.Id}, which has not left.");
        member = holder with { Id = memberId, Epoch = 0, PreviousEpoch = 0 };
        update.Replace(holder, member);
        return null;
    }

    private static Refusal? CheckEpoch(ConsumerMember member, int epoch, PartitionSet? owned)
    {
        // 0: it joins again, after it was fenced or because the answer was lost. The previous one: the answer that told of the new one was lost.
        if (epoch == 0 || epoch == member.Epoch) return null;
        bool isRetry = epoch < member.Epoch && epoch == member.PreviousEpoch && owned is not null && owned.IsSubsetOf(member.Assigned);
        return isRetry ? null : new Refusal(ErrorCode.FencedMemberEpoch, $"Member {member.Id} has epoch {member.Epoch}, not {epoch}; it must give up its partitions and join again.");
    }

    private static ConsumerMember Merge(ConsumerMember before, ConsumerGroupHeartbeatRequest request, GroupClient client) => before with
    {
        InstanceId = request.InstanceId ?? before.InstanceId,
        RackId = request.RackId ?? before.RackId,
        Client = client,
        RebalanceTimeoutMs = request.RebalanceTimeoutMs == -1 ? before.RebalanceTimeoutMs : request.RebalanceTimeoutMs,
        TopicNames = request.SubscribedTopicNames is { } names ? ConsumerMember.Ordered(names) : before.TopicNames,
        Regex = request.SubscribedTopicRegex switch { null => before.Regex, "" => null, { } given => given },
        ServerAssignor = request.ServerAssignor ?? before.ServerAssignor,
        Classic = null,
    };

    private void Fill(ConsumerGroupHeartbeatResponse response, ConsumerGroup group, ConsumerMember member, bool withAssignment)
    {
        response.MemberId = member.Id;
        response.MemberEpoch = member.Epoch;
        response.HeartbeatIntervalMs = _settings.HeartbeatIntervalMs(group.Id);
        if (!withAssignment) return;
        response.Assignment = new ConsumerGroupHeartbeatResponse.AssignmentData();
        foreach (Uuid topic in member.Assigned.Topics.Order())
        {
            var entry = response.Assignment.TopicPartitions.Add();
            entry.TopicId = topic;
            entry.Partitions.AddRange(member.Assigned.Of(topic));
        }
    }

    private static Refusal Unknown(ConsumerGroup group, string memberId) => new(ErrorCode.UnknownMemberId, $"Member {memberId} is not in group {group.Id}.");

    private static Refusal Fenced(string instanceId) => new(ErrorCode.FencedInstanceId, $"Instance {instanceId} is held by another member.");
}
