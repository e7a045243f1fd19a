using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>The group coordinator: committed offsets and groups, in shards over the partitions of <c>__consumer_offsets</c>.</summary>
internal sealed class GroupCoordinator : IAsyncDisposable
{
    private const int DecompressedBytesMax = 256 * 1024 * 1024;

    private readonly TopicManager _topics;
    private readonly CoordinatorRuntime<GroupShard> _runtime;

    /// <summary>Makes the coordinator; <see cref="Start"/> has it load.</summary>
    /// <param name="topics">The topics; groups are kept in one of them.</param>
    /// <param name="settings">Settings of all groups.</param>
    /// <param name="consumerSettings">Settings of consumer groups.</param>
    /// <param name="shareSettings">Settings of share groups.</param>
    /// <param name="streamsSettings">Settings of streams groups.</param>
    /// <param name="shareState">Where the state of share partitions is kept; it must serve for as long as this.</param>
    /// <param name="time">Clock of records and timers.</param>
    /// <param name="logger">Told of rebalances and failures.</param>
    public GroupCoordinator(
        TopicManager topics,
        GroupCoordinatorSettings settings,
        ConsumerGroupSettings consumerSettings,
        ShareGroupSettings shareSettings,
        StreamsGroupSettings streamsSettings,
        ShareStateCalls shareState,
        TimeProvider time,
        ILogger logger)
    {
        _topics = topics;
        var topic = new InternalTopic(
            TopicName.ConsumerOffsets,
            settings.PartitionCount,
            [("cleanup.policy", "compact"), ("compression.type", "producer"), ("segment.bytes", settings.SegmentBytes.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        var load = new CoordinatorLoadOptions(settings.LoadBufferBytes, DecompressedBytesMax, settings.Threads);
        var backgroundSlots = new SemaphoreSlim(settings.BackgroundThreads);
        _runtime = new CoordinatorRuntime<GroupShard>(topic, topics, CreateShard, load, logger);

        CoordinatorShard<GroupShard> CreateShard(PartitionLog log)
        {
            CoordinatorShard<GroupShard>? shard = null;
            shard = new CoordinatorShard<GroupShard>(
                log,
                settings.Compression,
                (writer, timers) => new GroupShard(new GroupShardContext
                {
                    Log = writer,
                    Timers = timers,
                    Settings = settings,
                    ConsumerSettings = consumerSettings,
                    ShareSettings = shareSettings,
                    StreamsSettings = streamsSettings,
                    ShareState = shareState,
                    Background = new BackgroundWork(backgroundSlots, () => shard!),
                    Time = time,
                    Topics = () => topics.Table,
                    Logger = logger,
                }),
                time,
                logger);
            return shard;
        }
    }

    /// <summary>The shards that are here now.</summary>
    public IReadOnlyList<CoordinatorShard<GroupShard>> Shards => _runtime.Shards;

    /// <summary>Loads what there is, in the background, and follows the topics from now on.</summary>
    public void Start()
    {
        _topics.TableChanged += OnTableChanged;
        _runtime.Start();
    }

    /// <summary>Makes <c>__consumer_offsets</c> if there is none: somebody asked for a coordinator.</summary>
    /// <returns>NONE, or what that somebody is answered.</returns>
    public ValueTask<ErrorCode> EnsureTopicAsync(CancellationToken cancellationToken) => _runtime.EnsureTopicAsync(cancellationToken);

    /// <summary>Runs an operation on the shard of a group.</summary>
    /// <inheritdoc cref="CoordinatorShard{TState}.RunAsync"/>
    public ValueTask<ErrorCode> RunAsync(string groupId, Func<GroupShard, Task> operation, CancellationToken cancellationToken) =>
        _runtime.RunAsync(groupId, operation, cancellationToken);

    /// <summary>Runs an operation that completes at once on the shard of a group.</summary>
    /// <inheritdoc cref="CoordinatorShard{TState}.RunAsync"/>
    public ValueTask<ErrorCode> RunAsync(string groupId, Action<GroupShard> operation, CancellationToken cancellationToken) =>
        _runtime.RunAsync(
            groupId,
            shard =>
            {
                operation(shard);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>The partition of <c>__consumer_offsets</c> that a group belongs to.</summary>
    /// <returns>-1 if there is no such topic.</returns>
    public int PartitionFor(string groupId) => _runtime.PartitionFor(groupId);

    /// <summary>The log that a group's offsets are written to; null if it is not here.</summary>
    public PartitionLog? LogOf(string groupId) => _runtime.Find(groupId)?.Log;

    /// <summary>Writes the end of a transaction into a partition of <c>__consumer_offsets</c>; its offsets count from then on, or are dropped.</summary>
    /// <param name="partition">Number of the partition.</param>
    /// <param name="marker">The end.</param>
    /// <param name="cancellationToken">Gives up waiting for the shard.</param>
    /// <returns>NONE; why the shard cannot do it now; or what the log says against it.</returns>
    public async ValueTask<ErrorCode> EndTransactionAsync(int partition, TransactionMarker marker, CancellationToken cancellationToken)
    {
        if (_runtime.At(partition) is not { } shard) return ErrorCode.NotCoordinator;
        ErrorCode refused = ErrorCode.None;
        ErrorCode error = await shard.RunAsync(
            state =>
            {
                refused = state.EndTransaction(marker);
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        return error == ErrorCode.None ? refused : error;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _topics.TableChanged -= OnTableChanged;
        return _runtime.DisposeAsync();
    }

    private void OnTableChanged(TopicTable before, TopicTable after)
    {
        ImmutableArray<string> deleted = [.. before.All.Where(topic => after.Find(topic.Id) is null).Select(static topic => topic.Name)];
        ImmutableArray<string> changed =
        [
            .. after.All.Where(topic => before.Find(topic.Id)?.Partitions.Length != topic.Partitions.Length).Select(static topic => topic.Name),
            .. deleted.Where(name => after.Find(name) is null),
        ];
        if (changed.IsEmpty) return;
        long? madeInVersion = after.All.Any(topic => before.Find(topic.Id) is null) ? after.Image.Version : null;
        foreach (CoordinatorShard<GroupShard> shard in _runtime.Shards) _ = TellAsync(shard, deleted, changed, madeInVersion);
    }

    // A shard that is loading looks at all topics anew afterwards. It keeps the offsets of one that went at this moment: they count for nothing, and expire.
    private static async Task TellAsync(CoordinatorShard<GroupShard> shard, ImmutableArray<string> deleted, ImmutableArray<string> changed, long? madeInVersion) =>
        await shard.RunAsync(
            state =>
            {
                state.OnTopicsChanged(deleted, changed, madeInVersion);
                return Task.CompletedTask;
            },
            CancellationToken.None).ConfigureAwait(false);
}
