using Sluice.Broker.Coordinators.Groups.Streams.Assignors;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Streams;

// From a member's change to the group's epoch, from there to a target, and from there to what the member has.
internal sealed partial class StreamsGroups
{
    /// <summary>Puts a member's change, and all that follows from it, into an update.</summary>
    /// <param name="update">Gets it.</param>
    /// <param name="known">The member so far; null for a new one.</param>
    /// <param name="member">The member with its new attributes.</param>
    /// <param name="told">The topology that it tells; null where it does not.</param>
    /// <param name="owned">Tasks that it says it has; null where it did not say.</param>
    /// <param name="isDelayed">Whether the group still waits for more members.</param>
    /// <param name="after">The member as it will be; null if it is refused.</param>
    private Refusal? Change(
        StreamsGroupUpdate update, StreamsMember? known, StreamsMember member, StreamsGroupHeartbeatRequest.TopologyData? told, TaskSets? owned, bool isDelayed, out StreamsMember? after)
    {
        after = null;
        bool isEpochOver = known is null || !member.HasSameMetadata(known);
        if (isEpochOver) update.SetMetadata(member);
        if (told is not null && Tell(update, StreamsTopology.From(told)) is { } unwanted) return unwanted;
        if (Refresh(update, isEpochOver) is { } impossible) return impossible;
        if (owned is not null && CheckTasks(update, owned) is { } unknown) return unknown;
        if (update.Epoch > update.TargetEpoch && !isDelayed && MayAssign(update.Group)) Assign(update);

        // Who has what is only asked for where something has to change.
        after = member.State == StreamsMemberState.Stable && member.Epoch == update.TargetEpoch
            ? member
            : StreamsReconciler.Reconcile(member, update.TargetEpoch, update.TargetOf(member.Id) ?? TaskSets.Empty, owned, update.Group.Holders);
        if (after is null) return new Refusal(ErrorCode.FencedMemberEpoch, $"Member {member.Id} is in a state that is not known here; it must join again.");
        if (known is null || !after.HasSameAssignment(known)) update.SetCurrent(after);
        return null;
    }

    // The first member decides; others may have an older one, and go on with it until they are replaced.
    private static Refusal? Tell(StreamsGroupUpdate update, StreamsTopology told)
    {
        if (update.Topology is not { } topology)
        {
            update.SetTopology(told);
            return null;
        }
        return told.Epoch < topology.Epoch || told.Equals(topology)
            ? null
            : new Refusal(ErrorCode.InvalidRequest, "The topology differs from the group's, and cannot be changed: stop all members and delete the group, or use another application id.");
    }

    // A new epoch if somebody wants one, or if the topics or settings are not what they were.
    private Refusal? Refresh(StreamsGroupUpdate update, bool isEpochOver)
    {
        StreamsGroup group = update.Group;
        StreamsEpochBasis basis = group.Basis with { StandbyReplicas = _settings.StandbyReplicas(group.Id) };
        if (update.Topology is { } topology && (update.Configured is null || group.RefreshDeadlineMs <= shard.NowMs))
        {
            TopicTable topics = shard.Topics();
            if (TopologyConfigurator.Configure(topology, topics, out ConfiguredTopology? configured) is { } refusal) return refusal;
            update.SetConfigured(configured!);
            basis = basis with
            {
                MetadataHash = TopicsHash.Of(topology.RequiredTopics, topics),
                ValidatedTopologyEpoch = configured!.IsReady ? topology.Epoch : basis.ValidatedTopologyEpoch,
            };
        }
        if (isEpochOver || basis != group.Basis) update.SetEpoch(group.Epoch + 1, basis);
        return null;
    }

    private static Refusal? CheckTasks(StreamsGroupUpdate update, TaskSets owned)
    {
        if (update.Configured is not { IsReady: true } configured) return null;
        foreach (TaskId task in owned.Active.All.Concat(owned.Standby.All))
        {
            if (task.Partition < 0 || task.Partition >= configured.TaskCounts.GetValueOrDefault(task.Subtopology))
                return new Refusal(ErrorCode.InvalidRequest, $"The topology has no task {task}.");
        }
        return null;
    }

    // Members that come and go together get one assignment, and not one each.
    private bool MayAssign(StreamsGroup group)
    {
        int intervalMs = _settings.AssignmentIntervalMs(group.Id);
        return intervalMs == 0 || group.TargetTimestampMs == 0 || shard.NowMs >= group.TargetTimestampMs + intervalMs;
    }

    private void Assign(StreamsGroupUpdate update)
    {
        TaskAssignmentMember[] members = [.. update.Members.Select(member => new TaskAssignmentMember(member.Id, member.ProcessId, update.TargetOf(member.Id) ?? TaskSets.Empty))];
        TaskId[] tasks = [];
        HashSet<string> stateful = [];
        if (update is { Topology: { } topology, Configured: { IsReady: true } configured })
        {
            tasks = [.. configured.TaskCounts.SelectMany(static part => Enumerable.Range(0, part.Value).Select(partition => new TaskId(part.Key, partition))).Order()];
            stateful.UnionWith(topology.Subtopologies.Where(static part => !part.Changelogs.IsEmpty).Select(static part => part.Id));
        }
        var input = new TaskAssignmentInput(members, tasks, stateful.Contains, _settings.StandbyReplicas(update.Group.Id));
        foreach ((string memberId, TaskSets target) in StickyTaskAssignor.Assign(input))
        {
            if (target != update.TargetOf(memberId)) update.SetTarget(memberId, target);
        }
        update.SetTargetEpoch(update.Epoch, shard.NowMs);
        BrokerLog.StreamsGroupAssigned(shard.Logger, update.Group.Id, update.Epoch, tasks.Length, members.Length);
    }
}
