using Microsoft.Extensions.Logging;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>The shards of one coordinator: one for each partition of its internal topic that is here.</summary>
/// <typeparam name="TState">State of a shard.</typeparam>
/// <remarks>Follows the topic: shards load when it appears and are given up when it goes.</remarks>
internal sealed class CoordinatorRuntime<TState> : IAsyncDisposable
    where TState : class, ICoordinatorState
{
    private readonly InternalTopic _topic;
    private readonly Func<PartitionLog, CoordinatorShard<TState>> _createShard;
    private readonly CoordinatorLoadOptions _load;
    private readonly TopicManager _topics;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _loadSlots;
    private readonly Lock _lock = new();
    private CoordinatorShard<TState>?[] _shards = [];
    private Uuid _topicId;
    private bool _disposed;

    /// <summary>Makes a runtime without shards; <see cref="Start"/> brings them up.</summary>
    /// <param name="topic">The internal topic.</param>
    /// <param name="topics">Where it is found and made.</param>
    /// <param name="createShard">Makes a shard that is not loaded yet.</param>
    /// <param name="load">How logs are read.</param>
    /// <param name="logger">Told of failures.</param>
    public CoordinatorRuntime(
        InternalTopic topic, TopicManager topics, Func<PartitionLog, CoordinatorShard<TState>> createShard, CoordinatorLoadOptions load, ILogger logger)
    {
        _topic = topic;
        _topics = topics;
        _createShard = createShard;
        _load = load;
        _logger = logger;
        _loadSlots = new SemaphoreSlim(load.ShardsAtOnce);
    }

    /// <summary>The shards there are now. A snapshot.</summary>
    public IReadOnlyList<CoordinatorShard<TState>> Shards => [.. Volatile.Read(ref _shards).OfType<CoordinatorShard<TState>>()];

    /// <summary>Loads the shards of the topic if there is one, and follows it from now on.</summary>
    public void Start()
    {
        _topics.TableChanged += OnTableChanged;
        Follow(_topics.Table);
    }

    /// <summary>Makes the topic if there is none.</summary>
    /// <returns>NONE, or why there is no coordinator.</returns>
    public async ValueTask<ErrorCode> EnsureTopicAsync(CancellationToken cancellationToken) =>
        _topics.Table.Find(_topic.Name) is null ? await _topics.CreateInternalAsync(_topic.ToNewTopic(), cancellationToken).ConfigureAwait(false) : ErrorCode.None;

    /// <summary>The shard that <paramref name="key"/> belongs to.</summary>
    /// <param name="key">Group id, transactional id or share partition.</param>
    /// <returns>Null if its partition is not here.</returns>
    public CoordinatorShard<TState>? Find(string key)
    {
        CoordinatorShard<TState>?[] shards = Volatile.Read(ref _shards);
        return shards.Length == 0 ? null : shards[CoordinatorPartitioner.PartitionFor(key, shards.Length)];
    }

    /// <summary>The shard of one partition.</summary>
    /// <returns>Null if that partition is not here.</returns>
    public CoordinatorShard<TState>? At(int partition)
    {
        CoordinatorShard<TState>?[] shards = Volatile.Read(ref _shards);
        return (uint)partition < (uint)shards.Length ? shards[partition] : null;
    }

    /// <summary>The partition that <paramref name="key"/> belongs to.</summary>
    /// <returns>-1 if there is no topic.</returns>
    public int PartitionFor(string key)
    {
        int count = Volatile.Read(ref _shards).Length;
        return count == 0 ? -1 : CoordinatorPartitioner.PartitionFor(key, count);
    }

    /// <summary>Runs an operation on the shard of <paramref name="key"/>.</summary>
    /// <inheritdoc cref="CoordinatorShard{TState}.RunAsync"/>
    public ValueTask<ErrorCode> RunAsync(string key, Func<TState, Task> operation, CancellationToken cancellationToken) =>
        Find(key) is { } shard ? shard.RunAsync(operation, cancellationToken) : ValueTask.FromResult(ErrorCode.NotCoordinator);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _topics.TableChanged -= OnTableChanged;
        CoordinatorShard<TState>?[] shards;
        lock (_lock)
        {
            _disposed = true;
            shards = _shards;
            _shards = [];
        }
        foreach (CoordinatorShard<TState>? shard in shards)
        {
            if (shard is not null) await shard.DisposeAsync().ConfigureAwait(false);
        }
        _loadSlots.Dispose();
    }

    private void OnTableChanged(TopicTable before, TopicTable after) => Follow(after);

    private void Follow(TopicTable table)
    {
        TopicState? topic = table.Find(_topic.Name);
        List<CoordinatorShard<TState>> gone = [];
        lock (_lock)
        {
            if (_disposed) return;
            Uuid id = topic?.Id ?? Uuid.Zero;
            int count = topic?.Partitions.Length ?? 0;

            // With other partitions every group would be somewhere else.
            bool isOther = id != _topicId || count != _shards.Length;
            CoordinatorShard<TState>?[] shards = isOther ? new CoordinatorShard<TState>?[count] : [.. _shards];
            if (isOther) gone.AddRange(_shards.OfType<CoordinatorShard<TState>>());
            for (int index = 0; index < count; index++)
            {
                if (shards[index] is not null || topic!.Partitions[index] is not { } partition) continue;
                CoordinatorShard<TState> shard = _createShard(partition.Log);
                shards[index] = shard;
                shard.BeginLoading(_load.ChunkBytes, _load.DecompressedBytesMax, _loadSlots);
            }
            _topicId = id;
            Volatile.Write(ref _shards, shards);
        }
        if (gone.Count > 0) _ = GiveUpAsync(gone);
    }

    private async Task GiveUpAsync(List<CoordinatorShard<TState>> shards)
    {
        foreach (CoordinatorShard<TState> shard in shards) await shard.DisposeAsync().ConfigureAwait(false);
        BrokerLog.CoordinatorUnloaded(_logger, _topic.Name, shards.Count);
    }
}
