using Sluice.Broker.Coordinators.Share;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>Calls to the store of share partition state, for many partitions at a time. Beside the shards of the group coordinator: touches nothing of them.</summary>
/// <remarks>Any thread. A store that is only just loading, because its topic was made a moment ago, is waited for, a few seconds at most.</remarks>
/// <param name="store">Where the state is.</param>
/// <param name="time">Clock of the waits.</param>
internal sealed class ShareStateCalls(IShareStateStore store, TimeProvider time)
{
    /// <summary>Calls that are under way at the same time. The store has one queue for each of its shards, 50 by default.</summary>
    private const int CallsAtOnce = 64;

    // 50 ms, then doubling: three seconds together.
    private const int FirstWaitMs = 50;
    private const int LastWaitMs = 1600;

    /// <summary>Begins partitions, or begins them anew.</summary>
    /// <param name="groupId">The share group.</param>
    /// <param name="stateEpoch">The group's epoch.</param>
    /// <param name="startOffsets">For each partition; -1 leaves it to the first who reads.</param>
    /// <param name="cancellationToken">Gives up waiting; some may be begun then.</param>
    /// <returns>For each partition what came of it.</returns>
    public ValueTask<Dictionary<(Uuid Topic, int Partition), ErrorCode>> InitializeAsync(
        string groupId, int stateEpoch, IReadOnlyDictionary<(Uuid Topic, int Partition), long> startOffsets, CancellationToken cancellationToken) =>
        ForEachAsync(
            groupId, startOffsets.Keys, (key, token) => store.InitializeAsync(key, stateEpoch, startOffsets[(key.TopicId, key.Partition)], token), static error => error, cancellationToken);

    /// <summary>Forgets partitions.</summary>
    /// <param name="groupId">The share group.</param>
    /// <param name="partitions">Which. Those that have no state are fine.</param>
    /// <param name="cancellationToken">Gives up waiting; some may be gone then.</param>
    /// <returns>For each partition what came of it.</returns>
    public ValueTask<Dictionary<(Uuid Topic, int Partition), ErrorCode>> DeleteAsync(string groupId, PartitionSet partitions, CancellationToken cancellationToken) =>
        ForEachAsync(groupId, partitions.All, store.DeleteAsync, static error => error, cancellationToken);

    /// <summary>Reads how far partitions are.</summary>
    /// <param name="groupId">The share group.</param>
    /// <param name="partitions">Which, each once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>For each partition its state, or why it cannot be read: NOT_COORDINATOR at once if nothing was ever begun.</returns>
    public ValueTask<Dictionary<(Uuid Topic, int Partition), (ErrorCode Error, ShareState? State)>> ReadSummariesAsync(
        string groupId, IEnumerable<(Uuid Topic, int Partition)> partitions, CancellationToken cancellationToken) =>
        ForEachAsync(
            groupId, partitions, store.ReadSummaryAsync, static result => result.Error == ErrorCode.NotCoordinator ? ErrorCode.None : result.Error, cancellationToken);

    private async ValueTask<Dictionary<(Uuid Topic, int Partition), TResult>> ForEachAsync<TResult>(
        string groupId,
        IEnumerable<(Uuid Topic, int Partition)> partitions,
        Func<SharePartitionKey, CancellationToken, ValueTask<TResult>> call,
        Func<TResult, ErrorCode> errorOf,
        CancellationToken cancellationToken)
    {
        Dictionary<(Uuid, int), TResult> results = [];
        foreach ((Uuid Topic, int Partition)[] piece in partitions.Chunk(CallsAtOnce))
        {
            Task<TResult>[] calls = [.. piece.Select(partition => CallAsync(new SharePartitionKey(groupId, partition.Topic, partition.Partition), call, errorOf, cancellationToken))];
            TResult[] answers = await Task.WhenAll(calls).ConfigureAwait(false);
            for (int i = 0; i < piece.Length; i++) results.Add(piece[i], answers[i]);
        }
        return results;
    }

    private async Task<TResult> CallAsync<TResult>(
        SharePartitionKey key, Func<SharePartitionKey, CancellationToken, ValueTask<TResult>> call, Func<TResult, ErrorCode> errorOf, CancellationToken cancellationToken)
    {
        for (int waitMs = FirstWaitMs; ; waitMs *= 2)
        {
            TResult result = await call(key, cancellationToken).ConfigureAwait(false);
            bool mayPass = errorOf(result) is ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator;
            if (!mayPass || waitMs > LastWaitMs) return result;
            await Task.Delay(TimeSpan.FromMilliseconds(waitMs), time, cancellationToken).ConfigureAwait(false);
        }
    }
}
