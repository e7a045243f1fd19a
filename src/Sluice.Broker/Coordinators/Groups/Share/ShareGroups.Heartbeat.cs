using Sluice.Broker.Coordinators.Groups.Consumer.Assignors;
using Sluice.Broker.Coordinators.Groups.Share.Assignors;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Share;

// ShareGroupHeartbeat: joining, staying, leaving and being told. Nobody gives anything up before others get it: partitions are shared anyway.
internal sealed partial class ShareGroups
{
    /// <summary>ShareGroupHeartbeat.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="response">Filled.</param>
    public void Heartbeat(ShareGroupHeartbeatRequest request, GroupClient client, ShareGroupHeartbeatResponse response)
    {
        Refusal? refusal = ShareHeartbeatRules.Check(request) ?? (request.MemberEpoch < 0 ? Leave(request, response) : Continue(request, client, response));
        if (refusal is null) return;
        response.Reset();
        response.ErrorCode = refusal.Error;
        response.ErrorMessage = refusal.Message;
    }

    private Refusal? Continue(ShareGroupHeartbeatRequest request, GroupClient client, ShareGroupHeartbeatResponse response)
    {
        if (Open(request.GroupId, mayCreate: request.MemberEpoch == 0, out ShareGroup? group) is { } noGroup) return noGroup;
        ShareMember? known = group!.Members.GetValueOrDefault(request.MemberId);
        if (known is null && group.Members.Count >= _settings.MembersMax)
            return new Refusal(ErrorCode.GroupMaxSizeReached, $"Group {group.Id} has {_settings.MembersMax} members already.");
        if (known is null && request.MemberEpoch > 0) return Unknown(group, request.MemberId);
        if (known is not null && CheckEpoch(known, request.MemberEpoch) is { } fenced) return fenced;

        TopicTable topics = shard.Topics();
        var update = new ShareGroupUpdate(group);
        ShareMember before = known ?? new ShareMember(request.MemberId);
        ShareMember after = Change(update, known, Merge(before, request, client), topics);
        PartitionSet withoutState = PartitionsWithoutState(group, update.SubscribedTopics(), topics);
        if (!withoutState.IsEmpty) update.SetState(group.State with { Initializing = group.State.Initializing.Union(withoutState) }, topics);
        ErrorCode error = Store(update);
        if (error != ErrorCode.None) return NotStored(error);

        group = (ShareGroup)shard.Groups[group.Id];
        StartSession(group, after.Id);
        Fill(response, group, after, withAssignment: request.MemberEpoch == 0 || request.SubscribedTopicNames is not null || !after.Assigned.Equals(before.Assigned));
        Initialize(group, withoutState);
        return null;
    }

    private Refusal? Open(string groupId, bool mayCreate, out ShareGroup? group)
    {
        Group? found = shard.Groups.GetValueOrDefault(groupId);
        group = found as ShareGroup;
        if (group is not null) return null;
        if (found is not null) return new Refusal(ErrorCode.GroupIdNotFound, $"Group {groupId} is not a share group.");
        if (!mayCreate) return new Refusal(ErrorCode.GroupIdNotFound, $"There is no group {groupId}.");
        group = new ShareGroup(groupId);
        return null;
    }

    private static Refusal? CheckEpoch(ShareMember member, int epoch)
    {
        // 0: it joins again, after it was fenced or because the answer was lost. The previous one: the answer that told of the new one was lost.
        if (epoch == 0 || epoch == member.Epoch || epoch == member.PreviousEpoch) return null;
        return new Refusal(ErrorCode.FencedMemberEpoch, $"Member {member.Id} has epoch {member.Epoch}, not {epoch}; it must join again.");
    }

    private static ShareMember Merge(ShareMember before, ShareGroupHeartbeatRequest request, GroupClient client) => before with
    {
        RackId = request.RackId ?? before.RackId,
        Client = client,
        TopicNames = request.SubscribedTopicNames is { } names ? ShareMember.Ordered(names) : before.TopicNames,
    };

    // From a member's change to the group's epoch, from there to a target, and from there to what the member has.
    private ShareMember Change(ShareGroupUpdate update, ShareMember? known, ShareMember member, TopicTable topics)
    {
        bool isSubscriptionNew = known is null || !member.HasSameTopicNames(known);
        if (known is null || !member.HasSameMetadata(known)) update.SetMetadata(member);
        bool hasNewState = update.Epoch == update.TargetEpoch && HasUnassigned(update.Group, topics);
        Refresh(update, topics, isEpochOver: isSubscriptionNew || hasNewState);
        if (update.Epoch > update.TargetEpoch && MayAssign(update.Group)) Assign(update, topics);
        ShareMember after = Reconcile(update, member, isSubscriptionNew, topics);
        if (known is null || !after.HasSameAssignment(known)) update.SetCurrent(after);
        return after;
    }

    // A new epoch if somebody wants one, or if the subscribed topics are not what they were.
    private void Refresh(ShareGroupUpdate update, TopicTable topics, bool isEpochOver)
    {
        if (!isEpochOver && update.Group.RefreshDeadlineMs > shard.NowMs) return;
        long hash = TopicsHash.Of(update.SubscribedTopics(), topics);
        if (isEpochOver || hash != update.Group.MetadataHash) update.SetEpoch(update.Group.Epoch + 1, hash);
        update.IsRefreshed = true;
    }

    // Whether partitions got state since the target was made.
    private static bool HasUnassigned(ShareGroup group, TopicTable topics)
    {
        if (group.IsEmpty) return false;
        foreach (Uuid id in group.State.Initialized.Topics)
        {
            if (topics.Find(id) is not { } topic || !group.IsSubscribedTo(topic.Name)) continue;
            foreach (int partition in group.State.Initialized.Of(id))
            {
                if (!group.Targeted.Contains(id, partition)) return true;
            }
        }
        return false;
    }

    // Members that come and go together get one assignment, and not one each.
    private bool MayAssign(ShareGroup group)
    {
        int intervalMs = _settings.AssignmentIntervalMs(group.Id);
        return intervalMs == 0 || group.TargetTimestampMs == 0 || shard.NowMs >= group.TargetTimestampMs + intervalMs;
    }

    private void Assign(ShareGroupUpdate update, TopicTable topics)
    {
        Dictionary<string, IReadOnlySet<Uuid>> sets = new(StringComparer.Ordinal);
        AssignmentMember[] members =
        [
            .. update.Members.Select(member => new AssignmentMember(member.Id, InstanceId: null, WantedBy(member), update.TargetOf(member.Id) ?? PartitionSet.Empty)),
        ];
        foreach ((string memberId, PartitionSet target) in SimpleAssignor.Assign(new ShareAssignmentInput(members, update.Group.State.Initialized)))
        {
            if (!target.Equals(update.TargetOf(memberId))) update.SetTarget(memberId, target);
        }
        update.SetTargetEpoch(update.Epoch, shard.NowMs);
        BrokerLog.ShareGroupAssigned(shard.Logger, update.Group.Id, update.Epoch, members.Length);

        // Members mostly want the same: they then share one set.
        IReadOnlySet<Uuid> WantedBy(ShareMember member)
        {
            string wish = string.Join('\n', member.TopicNames);
            if (sets.TryGetValue(wish, out IReadOnlySet<Uuid>? known)) return known;
            HashSet<Uuid> wanted = [.. member.TopicNames.Select(topics.Find).OfType<TopicState>().Select(static topic => topic.Id)];
            sets.Add(wish, wanted);
            return wanted;
        }
    }

    private static ShareMember Reconcile(ShareGroupUpdate update, ShareMember member, bool isSubscriptionNew, TopicTable topics)
    {
        // By far the most heartbeats end here.
        if (member.Epoch == update.TargetEpoch && !isSubscriptionNew) return member;
        PartitionSet target = update.TargetOf(member.Id) ?? PartitionSet.Empty;
        return member.WithAssignment(update.TargetEpoch, target.WhereTopic(id => topics.Find(id) is { } topic && member.TopicNames.Contains(topic.Name)));
    }

    private void Fill(ShareGroupHeartbeatResponse response, ShareGroup group, ShareMember member, bool withAssignment)
    {
        response.MemberId = member.Id;
        response.MemberEpoch = member.Epoch;
        response.HeartbeatIntervalMs = _settings.HeartbeatIntervalMs(group.Id);
        if (!withAssignment) return;
        response.Assignment = new ShareGroupHeartbeatResponse.AssignmentData();
        foreach (Uuid topic in member.Assigned.Topics.Order())
        {
            var entry = response.Assignment.TopicPartitions.Add();
            entry.TopicId = topic;
            entry.Partitions.AddRange(member.Assigned.Of(topic));
        }
    }

    private Refusal? Leave(ShareGroupHeartbeatRequest request, ShareGroupHeartbeatResponse response)
    {
        if (Open(request.GroupId, mayCreate: false, out ShareGroup? group) is { } noGroup) return noGroup;
        if (!group!.Members.ContainsKey(request.MemberId)) return Unknown(group, request.MemberId);
        ErrorCode error = Remove(group, request.MemberId, "it left");
        if (error != ErrorCode.None) return NotStored(error);
        response.MemberId = request.MemberId;
        response.MemberEpoch = request.MemberEpoch;
        return null;
    }

    private ErrorCode Remove(ShareGroup group, string memberId, string reason)
    {
        var update = new ShareGroupUpdate(group);
        update.Remove(memberId);
        update.SetEpoch(group.Epoch + 1, TopicsHash.Of(update.SubscribedTopics(), shard.Topics()));
        ErrorCode error = Store(update);
        if (error == ErrorCode.None) BrokerLog.GroupMemberRemoved(shard.Logger, group.Id, memberId, reason);
        return error;
    }

    private static Refusal Unknown(ShareGroup group, string memberId) => new(ErrorCode.UnknownMemberId, $"Member {memberId} is not in group {group.Id}.");
}
