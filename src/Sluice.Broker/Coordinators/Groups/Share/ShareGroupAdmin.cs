using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Topics;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>What operators do to share groups: an operation of the group, calls to the store of share partition state, and mostly a second operation.</summary>
/// <remarks>
/// Any thread; no gate is held while the store is called. What is about to happen is in the group's log before the store is asked, so that a broker
/// that stops in between goes on with it.
/// </remarks>
internal sealed class ShareGroupAdmin(GroupCoordinator groups, ShareStateCalls store, TopicManager topics)
{
    /// <summary>DescribeShareGroupOffsets for one group. One that is not there is where all groups begin: nowhere.</summary>
    /// <param name="request">The group and its topics; null topics ask for all that have state.</param>
    /// <param name="response">Filled: each partition once, with a start offset of -1 where none is known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask DescribeOffsetsAsync(
        DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup request,
        DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup response,
        CancellationToken cancellationToken)
    {
        response.GroupId = request.GroupId;
        TopicTable table = topics.Table;
        List<(Uuid Topic, DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition Entry)> known = [];
        if (request.Topics is { } named)
        {
            foreach (IGrouping<string, DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic> asked in named.GroupBy(static topic => topic.TopicName, StringComparer.Ordinal))
                Add(asked.Key, table.Find(asked.Key), asked.SelectMany(static topic => topic.Partitions).Distinct());
        }
        else
        {
            PartitionSet withState = PartitionSet.Empty;
            ErrorCode error = await groups.RunAsync(request.GroupId, shard => { withState = shard.Share.PartitionsWithState(request.GroupId); }, cancellationToken).ConfigureAwait(false);
            if (error is not (ErrorCode.None or ErrorCode.NotCoordinator))
            {
                response.ErrorCode = error;
                response.ErrorMessage = ErrorCodes.Name(error);
                return;
            }
            foreach (TopicState topic in withState.Topics.Select(table.Find).OfType<TopicState>().OrderBy(static topic => topic.Name, StringComparer.Ordinal))
                Add(topic.Name, topic, withState.Of(topic.Id));
        }
        var states = await store.ReadSummariesAsync(request.GroupId, known.Select(static each => (each.Topic, each.Entry.PartitionIndex)), cancellationToken).ConfigureAwait(false);
        foreach ((Uuid topic, DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition entry) in known)
        {
            // An offset that cannot be read just now is told as one that is not known.
            if (states[(topic, entry.PartitionIndex)].State is { StartOffset: >= 0 } state) Fill(entry, state, table, topic);
        }

        void Add(string name, TopicState? topic, IEnumerable<int> partitions)
        {
            DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic topicEntry = response.Topics.Add();
            topicEntry.TopicName = name;
            topicEntry.TopicId = topic?.Id ?? Uuid.Zero;
            foreach (int partition in partitions)
            {
                DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition;
                entry.StartOffset = -1;
                entry.Lag = -1;
                if (topic is not null && (uint)partition < (uint)topic.Partitions.Length) known.Add((topic.Id, entry));
            }
        }
    }

    /// <summary>AlterShareGroupOffsets.</summary>
    /// <param name="request">The group and where it is to start.</param>
    /// <param name="response">Filled.</param>
    /// <param name="cancellationToken">Gives up waiting; offsets may be altered then.</param>
    public async ValueTask AlterOffsetsAsync(AlterShareGroupOffsetsRequest request, AlterShareGroupOffsetsResponse response, CancellationToken cancellationToken)
    {
        ShareOffsetChange? change = null;
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => { change = shard.Share.BeginAlter(request, response); }, cancellationToken).ConfigureAwait(false);
        if (error != ErrorCode.None)
        {
            response.Reset();
            response.ErrorCode = error;
            response.ErrorMessage = ErrorCodes.Name(error);
            return;
        }
        if (change!.StartOffsets.Count == 0) return;
        Dictionary<(Uuid, int), ErrorCode> results = await store.InitializeAsync(
            request.GroupId, change.StateEpoch, change.StartOffsets, cancellationToken).ConfigureAwait(false);
        change.Complete(results);
        ErrorCode stored = ErrorCode.None;
        error = await groups.RunAsync(request.GroupId, shard => { stored = shard.Share.FinishInitialize(request.GroupId, results); }, CancellationToken.None).ConfigureAwait(false);
        if (error == ErrorCode.None) error = stored;
        if (error != ErrorCode.None) change.Fail(error);
    }

    /// <summary>DeleteShareGroupOffsets.</summary>
    /// <param name="request">The group and its topics.</param>
    /// <param name="response">Filled.</param>
    /// <param name="cancellationToken">Gives up waiting; the deletion goes on.</param>
    public async ValueTask DeleteOffsetsAsync(DeleteShareGroupOffsetsRequest request, DeleteShareGroupOffsetsResponse response, CancellationToken cancellationToken)
    {
        PartitionSet partitions = PartitionSet.Empty;
        ErrorCode error = await groups.RunAsync(
            request.GroupId, shard => { partitions = shard.Share.BeginDeleteOffsets(request, response); }, cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None && !partitions.IsEmpty) error = await DeleteStateAsync(request.GroupId, partitions).ConfigureAwait(false);
        if (error == ErrorCode.None) return;
        response.Reset();
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Name(error);
    }

    /// <summary>DeleteGroups for one group, of any type.</summary>
    /// <returns>NONE if it is gone with all it had.</returns>
    public async ValueTask<ErrorCode> DeleteGroupAsync(string groupId, CancellationToken cancellationToken)
    {
        PartitionSet partitions = PartitionSet.Empty;
        ErrorCode error = await RunAsync(
            groupId,
            shard => shard.Groups.GetValueOrDefault(groupId) is ShareGroup group ? shard.Share.BeginDeleteGroup(group, out partitions) : ErrorCode.None,
            cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None && !partitions.IsEmpty) error = await DeleteStateAsync(groupId, partitions).ConfigureAwait(false);
        return error == ErrorCode.None ? await RunAsync(groupId, shard => shard.Delete(groupId), cancellationToken).ConfigureAwait(false) : error;
    }

    private static void Fill(DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition entry, ShareState state, TopicTable table, Uuid topic)
    {
        entry.ErrorCode = table.Find(topic, entry.PartitionIndex, out _, out Partition? partition);
        if (entry.ErrorCode != ErrorCode.None) return;
        entry.StartOffset = state.StartOffset;
        entry.LeaderEpoch = Math.Max(0, state.LeaderEpoch);
        if (state.DeliveryCompleteCount >= 0) entry.Lag = Math.Max(0, partition!.Log.Offsets().HighWatermark - state.StartOffset - state.DeliveryCompleteCount);
    }

    // Not given up when the client goes: it is noted, and would be gone on with at the next start only.
    private async ValueTask<ErrorCode> DeleteStateAsync(string groupId, PartitionSet partitions)
    {
        Dictionary<(Uuid, int), ErrorCode> results = await store.DeleteAsync(groupId, partitions, CancellationToken.None).ConfigureAwait(false);
        return await RunAsync(groupId, shard => shard.Share.FinishDelete(groupId, results), CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask<ErrorCode> RunAsync(string groupId, Func<GroupShard, ErrorCode> operation, CancellationToken cancellationToken)
    {
        ErrorCode result = ErrorCode.None;
        ErrorCode error = await groups.RunAsync(groupId, shard => { result = operation(shard); }, cancellationToken).ConfigureAwait(false);
        return error == ErrorCode.None ? result : error;
    }
}
