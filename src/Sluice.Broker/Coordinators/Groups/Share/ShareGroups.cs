using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>The membership of share groups (KIP-932): what each request and each timer does to a group. No I/O but the records it writes.</summary>
/// <remarks>
/// Each method is an operation of the shard, and stores what it changes as <see cref="Consumer.ConsumerGroups"/> does: the records as one batch, which
/// are then taken in as a restarted broker would. The state of share partitions is kept elsewhere (<see cref="ShareStateCalls"/>);
/// it is ordered and deleted beside the shard, and what came of it comes back as an operation.
/// </remarks>
internal sealed partial class ShareGroups(GroupShardContext shard, GroupReplay replay)
{
    /// <summary>When a removal that could not be written is tried again.</summary>
    private const int RetryMs = 500;

    private readonly ShareGroupSettings _settings = shard.ShareSettings;

    /// <summary>Starts the timers of a group that was read from the log, and goes on with what was under way.</summary>
    public void OnLoaded(ShareGroup group)
    {
        // What happened to the topics meanwhile is found out at the next heartbeat.
        group.RefreshDeadlineMs = 0;
        foreach (string memberId in group.Members.Keys) StartSession(group, memberId);
        ForgetDeletedTopics(group);

        // What has state was only to be begun anew by somebody who was not told that it worked.
        Initialize(group, group.State.Initializing.Except(group.State.Initialized));
        DeleteState(group);
    }

    /// <summary>Topics were made, deleted or given more partitions.</summary>
    /// <param name="names">Which.</param>
    public void OnTopicsChanged(IReadOnlyCollection<string> names)
    {
        foreach (ShareGroup group in shard.Groups.Values.OfType<ShareGroup>().ToArray())
        {
            if (names.Any(group.IsSubscribedTo)) group.RefreshDeadlineMs = 0;
            ForgetDeletedTopics(group);
        }
    }

    // All or nothing: the records are in the log and in the state, or in neither.
    private ErrorCode Store(ShareGroupUpdate update)
    {
        if (update.Records.Count > 0)
        {
            CoordinatorAppend appended = shard.Log.Append(update.Records);
            if (!appended.IsDone) return appended.Error;
            foreach (CoordinatorRecord record in update.Records) replay.Apply(record);
        }
        if (shard.Groups.GetValueOrDefault(update.Group.Id) is not ShareGroup group) return ErrorCode.None;
        foreach (string memberId in update.RemovedIds)
        {
            if (group.TakeSession(memberId) is { } timer) shard.Timers.Cancel(timer);
        }
        if (update.IsRefreshed) group.RefreshDeadlineMs = ShareGroup.NoRefresh;
        return ErrorCode.None;
    }

    private ErrorCode StoreState(ShareGroup group, ShareStateParts state, TopicTable topics)
    {
        var update = new ShareGroupUpdate(group);
        update.SetState(state, topics);
        return Store(update);
    }

    // It was heard of: its session begins anew.
    private void StartSession(ShareGroup group, string memberId)
    {
        ShardTimer? timer = group.SessionOf(memberId);
        if (timer is null)
        {
            timer = new ShardTimer(() =>
            {
                if (group.IsRemoved || !group.Members.ContainsKey(memberId)) return;
                ErrorCode error = Remove(group, memberId, "its session timed out");
                if (error == ErrorCode.None) return;
                BrokerLog.GroupNotStored(shard.Logger, group.Id, error);
                shard.Timers.Schedule(timer!, RetryMs);
            });
            group.SetSession(memberId, timer);
        }
        shard.Timers.Schedule(timer, _settings.SessionTimeoutMs(group.Id));
    }

    private static Refusal NotStored(ErrorCode error) => new(error, "The group's records could not be written.");
}
