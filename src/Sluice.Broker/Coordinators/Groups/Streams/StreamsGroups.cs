using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>The streams group protocol (KIP-1071): what each request and each timer does to a group. No I/O but the records it writes.</summary>
/// <remarks>Works as <see cref="ConsumerGroups"/> do: an update is worked out, written as one batch, and then taken in as a restarted broker would take it in.</remarks>
internal sealed partial class StreamsGroups(GroupShardContext shard, GroupReplay replay)
{
    /// <summary>When a removal that could not be written is tried again.</summary>
    private const int RetryMs = 500;

    private readonly StreamsGroupSettings _settings = shard.StreamsSettings;

    /// <summary>Starts the timers of a group that was read from the log.</summary>
    public void OnLoaded(StreamsGroup group)
    {
        // What happened to the topics meanwhile is found out at the next heartbeat; until then the group is shown as it stands beside the topics of now.
        group.RefreshDeadlineMs = 0;
        if (group.Topology is { } topology && TopologyConfigurator.Configure(topology, shard.Topics(), out ConfiguredTopology? configured) is null) group.Configured = configured;
        foreach (StreamsMember member in group.Members.Values)
        {
            StartSession(group, member.Id);
            FollowReconciliation(group, member);
        }
    }

    /// <summary>Topics were made, deleted or given more partitions.</summary>
    /// <param name="names">Which.</param>
    public void OnTopicsChanged(IReadOnlyCollection<string> names)
    {
        foreach (StreamsGroup group in shard.Groups.Values.OfType<StreamsGroup>())
        {
            if (group.Topology is { } topology && topology.RequiredTopics.Any(names.Contains)) group.RefreshDeadlineMs = 0;
        }
    }

    // All or nothing: the records are in the log and in the state, or in neither.
    private ErrorCode Store(StreamsGroupUpdate update)
    {
        if (update.Records.Count > 0)
        {
            CoordinatorAppend appended = shard.Log.Append(update.Records);
            if (!appended.IsDone) return appended.Error;
            foreach (CoordinatorRecord record in update.Records) replay.Apply(record);
        }
        if (shard.Groups.GetValueOrDefault(update.Group.Id) is not StreamsGroup group) return ErrorCode.None;
        foreach (string memberId in update.RemovedIds)
        {
            foreach (ShardTimer timer in group.TakeTimers(memberId)) shard.Timers.Cancel(timer);
        }
        if (group.IsEmpty) group.ShutdownRequestedBy = null;
        group.Configured = update.Configured;
        if (update.IsRefreshed) group.RefreshDeadlineMs = StreamsGroup.NoRefresh;
        return ErrorCode.None;
    }

    private ErrorCode Remove(StreamsGroup group, string memberId, string reason)
    {
        var update = new StreamsGroupUpdate(group, []);
        update.Remove(memberId);
        update.SetEpoch(group.Epoch + 1, group.Basis);
        ErrorCode error = Store(update);
        if (error == ErrorCode.None) BrokerLog.GroupMemberRemoved(shard.Logger, group.Id, memberId, reason);
        return error;
    }

    // It was heard of: its session begins anew.
    private void StartSession(StreamsGroup group, string memberId)
    {
        ConsumerMemberTimers timers = group.TimersOf(memberId);
        timers.Session ??= RemovalTimer(group, memberId, "its session timed out");
        shard.Timers.Schedule(timers.Session, _settings.SessionTimeoutMs(group.Id));
    }

    // While a member has tasks to give up, others wait for it: not for ever.
    private void FollowReconciliation(StreamsGroup group, StreamsMember member)
    {
        ConsumerMemberTimers timers = group.TimersOf(member.Id);
        if (timers.Rebalance is { } former) shard.Timers.Cancel(former);
        timers.Rebalance = null;
        if (member.State != StreamsMemberState.UnrevokedTasks) return;
        timers.Rebalance = RemovalTimer(group, member.Id, "it did not give up its tasks in time", member.Epoch);
        shard.Timers.Schedule(timers.Rebalance, member.RebalanceTimeoutMs);
    }

    private ShardTimer RemovalTimer(StreamsGroup group, string memberId, string reason, int? epoch = null)
    {
        ShardTimer? timer = null;
        timer = new ShardTimer(() =>
        {
            if (group.IsRemoved || !group.Members.TryGetValue(memberId, out StreamsMember? member)) return;
            if (epoch is not null && member.Epoch != epoch) return;
            ErrorCode error = Remove(group, memberId, reason);
            if (error == ErrorCode.None) return;
            BrokerLog.GroupNotStored(shard.Logger, group.Id, error);
            shard.Timers.Schedule(timer!, RetryMs);
        });
        return timer;
    }

    // Members of an application mostly come together: they then get one assignment. The first heartbeat after the delay makes it.
    private void DelayAssignment(StreamsGroup group, int delayMs)
    {
        group.InitialDelay ??= new ShardTimer(static () => { });
        if (!group.InitialDelay.IsScheduled) shard.Timers.Schedule(group.InitialDelay, delayMs);
    }

    private static Refusal NotStored(ErrorCode error) => new(error, "The group's records could not be written.");
}
