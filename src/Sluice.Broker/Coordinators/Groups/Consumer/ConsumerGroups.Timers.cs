using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// What happens when a member is not heard of, or does not do what it was asked to do.
internal sealed partial class ConsumerGroups
{
    /// <summary>When a removal that could not be written is tried again.</summary>
    private const int RetryMs = 500;

    // It was heard of: its session begins anew.
    private void StartSession(ConsumerGroup group, ConsumerMember member)
    {
        ConsumerMemberTimers timers = group.TimersOf(member.Id);
        timers.Session ??= RemovalTimer(group, member.Id, "its session timed out");
        shard.Timers.Schedule(timers.Session, member.Classic?.SessionTimeoutMs ?? _settings.SessionTimeoutMs(group.Id));
    }

    // While a member has partitions to give up, others wait for it: not for ever.
    private void FollowReconciliation(ConsumerGroup group, ConsumerMember member)
    {
        ConsumerMemberTimers timers = group.TimersOf(member.Id);
        Cancel(timers.Rebalance);
        timers.Rebalance = null;
        if (member.State != ConsumerMemberState.UnrevokedPartitions || member.Epoch == ConsumerMember.LeftEpoch) return;
        timers.Rebalance = RemovalTimer(group, member.Id, "it did not give up its partitions in time", epoch: member.Epoch);
        shard.Timers.Schedule(timers.Rebalance, member.RebalanceTimeoutMs);
    }

    private void ExpectJoin(ConsumerGroup group, ConsumerMember member)
    {
        ConsumerMemberTimers timers = group.TimersOf(member.Id);
        timers.Join ??= RemovalTimer(group, member.Id, "it did not join again in time");
        if (!timers.Join.IsScheduled) shard.Timers.Schedule(timers.Join, member.RebalanceTimeoutMs);
    }

    private void ExpectSync(ConsumerGroup group, ConsumerMember member)
    {
        ConsumerMemberTimers timers = group.TimersOf(member.Id);
        timers.Sync ??= RemovalTimer(group, member.Id, "it did not ask for its assignment in time");
        shard.Timers.Schedule(timers.Sync, member.RebalanceTimeoutMs);
    }

    private void StopClassicTimers(ConsumerGroup group, string memberId)
    {
        ConsumerMemberTimers timers = group.TimersOf(memberId);
        Cancel(timers.Join);
        Cancel(timers.Sync);
    }

    private ShardTimer RemovalTimer(ConsumerGroup group, string memberId, string reason, int? epoch = null)
    {
        ShardTimer? timer = null;
        timer = new ShardTimer(() =>
        {
            if (group.IsRemoved || !group.Members.TryGetValue(memberId, out ConsumerMember? member)) return;
            if (epoch is not null && member.Epoch != epoch) return;
            ErrorCode error = Remove(group, [memberId], reason);
            if (error == ErrorCode.None) return;
            BrokerLog.GroupNotStored(shard.Logger, group.Id, error);
            shard.Timers.Schedule(timer!, RetryMs);
        });
        return timer;
    }

    private void CancelTimers(ConsumerGroup group, string memberId)
    {
        foreach (ShardTimer timer in group.TakeTimers(memberId)) shard.Timers.Cancel(timer);
    }

    private void CancelTimers(ConsumerGroup group)
    {
        foreach (string memberId in group.Members.Keys.ToArray()) CancelTimers(group, memberId);
    }

    private void Cancel(ShardTimer? timer)
    {
        if (timer is not null) shard.Timers.Cancel(timer);
    }
}
