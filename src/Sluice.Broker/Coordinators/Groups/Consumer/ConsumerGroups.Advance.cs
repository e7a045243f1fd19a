using Sluice.Broker.Coordinators.Groups.Consumer.Assignors;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// From a member's change to the group's epoch, from there to a target, and from there to what the member has.
internal sealed partial class ConsumerGroups
{
    /// <summary>Puts a member's change, and all that follows from it, into an update.</summary>
    /// <param name="update">Gets it.</param>
    /// <param name="before">The member so far.</param>
    /// <param name="member">The member with its new attributes.</param>
    /// <param name="owned">Partitions that it says it has; null where it did not say.</param>
    /// <param name="mayWait">Whether a target may be late by the group's assignment interval.</param>
    /// <returns>The member as it will be; null if it must be fenced.</returns>
    private ConsumerMember? Change(ConsumerGroupUpdate update, ConsumerMember before, ConsumerMember member, PartitionSet? owned, bool mayWait)
    {
        bool isNew = !update.HasMember(member.Id);
        bool areNamesNew = !member.HasSameTopicNames(before);
        bool isRegexNew = member.Regex != before.Regex;
        if (isNew || !member.HasSameMetadata(before)) update.SetMetadata(member);
        if (isRegexNew) update.RemoveUnusedRegexes();

        TopicTable topics = shard.Topics();
        bool isEpochOver = areNamesNew || (isRegexNew && (member.Regex is null || update.RegexOf(member.Regex) is not null));
        Refresh(update, topics, isEpochOver);
        if (update.Epoch > update.TargetEpoch && (!mayWait || MayAssign(update.Group))) Assign(update, topics);
        ConsumerMember? after = Reconcile(update, member, owned, areNamesNew || isRegexNew, topics);
        if (after is not null && (isNew || !after.HasSameAssignment(member))) update.SetCurrent(after);
        return after;
    }

    // A new epoch if somebody wants one, or if the subscribed topics are not what they were.
    private void Refresh(ConsumerGroupUpdate update, TopicTable topics, bool isEpochOver)
    {
        if (!isEpochOver && update.Group.RefreshDeadlineMs > shard.NowMs) return;
        long hash = TopicsHash.Of(update.SubscribedTopics(), topics);
        if (isEpochOver || hash != update.Group.MetadataHash) update.SetEpoch(update.Group.Epoch + 1, hash);
        update.IsRefreshed = true;
    }

    // Members that come and go together get one assignment, and not one each.
    private bool MayAssign(ConsumerGroup group)
    {
        int intervalMs = _settings.AssignmentIntervalMs(group.Id);
        return intervalMs == 0 || group.TargetTimestampMs == 0 || shard.NowMs >= group.TargetTimestampMs + intervalMs;
    }

    private void Assign(ConsumerGroupUpdate update, TopicTable topics)
    {
        ConsumerMember[] members = [.. update.Members];
        Dictionary<Uuid, int> counts = [];
        Dictionary<string, IReadOnlySet<Uuid>> sets = new(StringComparer.Ordinal);
        AssignmentMember[] inputs =
        [
            .. members.Select(member => new AssignmentMember(member.Id, member.InstanceId, WantedBy(member), update.TargetOf(member.Id) ?? PartitionSet.Empty)),
        ];
        Dictionary<string, PartitionSet> targets = PreferredAssignor(members).Assign(new AssignmentInput(inputs, counts));
        foreach ((string memberId, PartitionSet target) in targets)
        {
            if (!target.Equals(update.TargetOf(memberId))) update.SetTarget(memberId, target);
        }
        update.SetTargetEpoch(update.Epoch, shard.NowMs);
        BrokerLog.ConsumerGroupAssigned(shard.Logger, update.Group.Id, update.Epoch, members.Length);

        // Members mostly want the same: they then share one set.
        IReadOnlySet<Uuid> WantedBy(ConsumerMember member)
        {
            string wish = $"{member.Regex}\n{string.Join(',', member.TopicNames)}";
            if (sets.TryGetValue(wish, out IReadOnlySet<Uuid>? known)) return known;
            HashSet<Uuid> wanted = [];
            foreach (string name in update.TopicsOf(member))
            {
                if (topics.Find(name) is not { } topic) continue;
                wanted.Add(topic.Id);
                counts[topic.Id] = topic.Partitions.Length;
            }
            sets.Add(wish, wanted);
            return wanted;
        }
    }

    private IConsumerAssignor PreferredAssignor(IEnumerable<ConsumerMember> members)
    {
        string? name = members
            .Where(static member => member.ServerAssignor is not null)
            .CountBy(static member => member.ServerAssignor!, StringComparer.Ordinal)
            .OrderByDescending(static votes => votes.Value)
            .ThenBy(static votes => votes.Key, StringComparer.Ordinal)
            .Select(static votes => votes.Key)
            .FirstOrDefault();

        // One that was taken out of the settings since the member asked for it.
        return (name is null ? null : _settings.FindAssignor(name)) ?? _settings.DefaultAssignor;
    }

    private static ConsumerMember? Reconcile(ConsumerGroupUpdate update, ConsumerMember member, PartitionSet? owned, bool isSubscriptionNew, TopicTable topics)
    {
        // By far the most heartbeats end here.
        if (member.State == ConsumerMemberState.Stable && member.Epoch == update.TargetEpoch && !isSubscriptionNew) return member;
        HashSet<string> wanted = update.TopicsOf(member);
        var goal = new ReconciliationGoal(
            update.TargetEpoch, update.TargetOf(member.Id) ?? PartitionSet.Empty, id => topics.Find(id) is { } topic && wanted.Contains(topic.Name));
        return MemberReconciler.Reconcile(member, goal, owned, isSubscriptionNew, update.Group.PartitionEpoch);
    }
}
