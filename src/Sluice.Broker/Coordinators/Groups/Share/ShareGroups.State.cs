using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Share;

// Which partitions have state: ordered when somebody subscribes to them, dropped with their topic. The calls to the store are made beside the shard.
internal sealed partial class ShareGroups
{
    // Subscribed partitions that have no state, that none was ordered for, and whose old state is not on its way out.
    private PartitionSet PartitionsWithoutState(ShareGroup group, IEnumerable<string> subscribed, TopicTable topics)
    {
        List<(Uuid, int)> missing = [];
        long nowMs = shard.NowMs;
        foreach (string name in subscribed)
        {
            if (topics.Find(name) is not { } topic || group.State.Deleting.Contains(topic.Id)) continue;
            if (group.State.Initialized.Of(topic.Id).Length == topic.Partitions.Length) continue;
            for (int partition = 0; partition < topic.Partitions.Length; partition++)
            {
                if (group.State.Initialized.Contains(topic.Id, partition)) continue;
                bool isOrdered = group.OrderedMs.TryGetValue((topic.Id, partition), out long orderedMs) && nowMs - orderedMs < _settings.InitializeRetryIntervalMs;
                if (!isOrdered) missing.Add((topic.Id, partition));
            }
        }
        return missing.Count == 0 ? PartitionSet.Empty : PartitionSet.From(missing);
    }

    // Orders state for partitions that stand as initializing.
    private void Initialize(ShareGroup group, PartitionSet partitions)
    {
        if (partitions.IsEmpty) return;
        string groupId = group.Id;
        int stateEpoch = group.Epoch;
        foreach ((Uuid, int) partition in partitions.All) group.OrderedMs[partition] = shard.NowMs;
        shard.Background.RunWaiting(
            () => shard.ShareState.InitializeAsync(groupId, stateEpoch, partitions.All.ToDictionary(static partition => partition, static _ => -1L), CancellationToken.None),
            results => FinishInitialize(groupId, results));
    }

    /// <summary>State was ordered: what has it now may be assigned, what has none is ordered again when somebody asks.</summary>
    /// <param name="groupId">The group, as it was then. It may be another one, or none, by now.</param>
    /// <param name="results">What the store answered.</param>
    /// <returns>NONE if the group knows; else what is wrong with its log.</returns>
    public ErrorCode FinishInitialize(string groupId, Dictionary<(Uuid Topic, int Partition), ErrorCode> results)
    {
        var done = PartitionSet.From(results.Where(static result => result.Value == ErrorCode.None).Select(static result => result.Key));
        var group = shard.Groups.GetValueOrDefault(groupId) as ShareGroup;
        ShareStateParts state = group?.State ?? ShareStateParts.None;

        // The group, the topic, or its offsets were deleted meanwhile.
        PartitionSet unwanted = done.Except(state.Initializing).Except(state.Initialized);
        Forget(groupId, unwanted);
        if (group is null) return ErrorCode.None;
        PartitionSet answered = PartitionSet.From(results.Keys).Intersect(state.Initializing);
        if (answered.IsEmpty) return ErrorCode.None;
        foreach (((Uuid topic, int partition), ErrorCode refused) in results)
        {
            if (refused != ErrorCode.None) BrokerLog.ShareStateNotInitialized(shard.Logger, groupId, $"{topic}-{partition}", refused);
        }
        ShareStateParts after = state with { Initializing = state.Initializing.Except(answered), Initialized = state.Initialized.Union(done.Intersect(answered)) };
        ErrorCode error = StoreState(group, after, shard.Topics());
        if (error != ErrorCode.None) BrokerLog.GroupNotStored(shard.Logger, groupId, error);
        return error;
    }

    // Goes on with the deletions that the group's records tell of.
    private void DeleteState(ShareGroup group)
    {
        PartitionSet partitions = PartitionsOf(group.State.Deleting, shard.Topics());
        if (partitions.IsEmpty) return;
        string groupId = group.Id;
        shard.Background.RunWaiting(
            () => shard.ShareState.DeleteAsync(groupId, partitions, CancellationToken.None),
            results => FinishDelete(groupId, results));
    }

    /// <summary>State was deleted: the group forgets that it was to be. What could not be deleted is tried again later.</summary>
    /// <param name="groupId">The group, as it was then.</param>
    /// <param name="results">What the store answered.</param>
    /// <returns>NONE if all of it is gone.</returns>
    public ErrorCode FinishDelete(string groupId, Dictionary<(Uuid Topic, int Partition), ErrorCode> results)
    {
        if (shard.Groups.GetValueOrDefault(groupId) is not ShareGroup group) return ErrorCode.None;
        HashSet<Uuid> stays = [.. results.Where(static result => result.Value != ErrorCode.None).Select(static result => result.Key.Topic)];
        HashSet<Uuid> gone = [.. results.Keys.Select(static partition => partition.Topic).Where(topic => !stays.Contains(topic))];
        ErrorCode error = ErrorCode.None;
        if (group.State.Deleting.Overlaps(gone)) error = StoreState(group, group.State with { Deleting = group.State.Deleting.Except(gone) }, shard.Topics());
        if (error != ErrorCode.None) BrokerLog.GroupNotStored(shard.Logger, groupId, error);
        if (stays.Count > 0) error = results.Values.First(static result => result != ErrorCode.None);
        if (error != ErrorCode.None) RetryDeletion(group);
        return error;
    }

    private void RetryDeletion(ShareGroup group)
    {
        group.DeletionRetry ??= new ShardTimer(() =>
        {
            if (!group.IsRemoved) DeleteState(group);
        });
        shard.Timers.Schedule(group.DeletionRetry, _settings.InitializeRetryIntervalMs);
    }

    // Their state goes with the topics, at the share coordinator.
    private void ForgetDeletedTopics(ShareGroup group)
    {
        TopicTable topics = shard.Topics();
        if (group.State.Topics.All(topic => topics.Find(topic) is not null)) return;
        ErrorCode error = StoreState(group, group.State.WhereTopic(topic => topics.Find(topic) is not null), topics);

        // Then the next record of this kind leaves them out.
        if (error != ErrorCode.None) BrokerLog.GroupNotStored(shard.Logger, group.Id, error);
    }

    // State that nobody has any more: what becomes of it is nobody's business either.
    private void Forget(string groupId, PartitionSet partitions)
    {
        if (partitions.IsEmpty) return;
        shard.Background.RunWaiting(() => shard.ShareState.DeleteAsync(groupId, partitions, CancellationToken.None), static _ => { });
    }

    private static PartitionSet PartitionsOf(IEnumerable<Uuid> ids, TopicTable topics) => PartitionSet.From(
        ids.Select(topics.Find).OfType<TopicState>().SelectMany(static topic => Enumerable.Range(0, topic.Partitions.Length).Select(partition => (topic.Id, partition))));
}
