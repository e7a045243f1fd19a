using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>The consumer group protocol (KIP-848): what each request and each timer does to a group. No I/O but the records it writes.</summary>
/// <remarks>
/// Each method is an operation of the shard. It works out what shall be in an update, writes the update's records as one batch, and then takes
/// them in as a restarted broker would. What cannot be written has not happened: the client is told so and asks again.
/// </remarks>
internal sealed partial class ConsumerGroups(GroupShardContext shard, ClassicGroups classic, GroupReplay replay)
{
    private readonly ConsumerGroupSettings _settings = shard.ConsumerSettings;

    /// <summary>Starts the timers of a group that was read from the log.</summary>
    public void OnLoaded(ConsumerGroup group)
    {
        // What happened to the topics meanwhile is found out at the next heartbeat.
        group.RefreshDeadlineMs = 0;
        _topicsMadeInVersion = shard.Topics().Image.Version;
        foreach (ConsumerMember member in group.Members.Values)
        {
            StartSession(group, member);
            FollowReconciliation(group, member);
        }
    }

    /// <summary>Topics were made, deleted or given more partitions.</summary>
    /// <param name="names">Which.</param>
    /// <param name="madeInVersion">Version of the metadata in which the last topic was made; null if none was.</param>
    public void OnTopicsChanged(IReadOnlyCollection<string> names, long? madeInVersion)
    {
        if (madeInVersion is { } version) _topicsMadeInVersion = version;
        foreach (Group each in shard.Groups.Values)
        {
            if (each is ConsumerGroup group && names.Any(group.IsSubscribedTo)) group.RefreshDeadlineMs = 0;
        }
    }

    // All or nothing: the records are in the log and in the state, or in neither.
    private ErrorCode Store(ConsumerGroupUpdate update)
    {
        if (update.Records.Count > 0)
        {
            CoordinatorAppend appended = shard.Log.Append(update.Records);
            if (!appended.IsDone) return appended.Error;
            foreach (CoordinatorRecord record in update.Records) replay.Apply(record);
        }
        if (shard.Groups.GetValueOrDefault(update.Group.Id) is not ConsumerGroup group) return ErrorCode.None;
        foreach (string memberId in update.RemovedIds) CancelTimers(group, memberId);
        if (update.IsRefreshed) group.RefreshDeadlineMs = ConsumerGroup.NoRefresh;
        return ErrorCode.None;
    }

    private static Refusal NotStored(ErrorCode error) => new(error, "The group's records could not be written.");
}
