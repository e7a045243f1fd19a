using System.Globalization;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Share;

/// <summary>The share coordinator: the state of share partitions, in shards over the partitions of <c>__share_group_state</c>.</summary>
internal sealed class ShareCoordinator : IShareStateStore, IAsyncDisposable
{
    private const int DecompressedBytesMax = 256 * 1024 * 1024;

    private readonly TopicManager _topics;
    private readonly CoordinatorRuntime<ShareShard> _runtime;

    /// <summary>Makes the coordinator; <see cref="Start"/> has it load.</summary>
    public ShareCoordinator(TopicManager topics, ShareCoordinatorSettings settings, TimeProvider time, ILogger logger)
    {
        _topics = topics;
        var topic = new InternalTopic(
            TopicName.ShareGroupState,
            settings.PartitionCount,
            [
                ("cleanup.policy", "delete"),
                ("compression.type", "producer"),
                ("segment.bytes", settings.SegmentBytes.ToString(CultureInfo.InvariantCulture)),
                ("retention.ms", "-1"),
            ]);
        var load = new CoordinatorLoadOptions(settings.LoadBufferBytes, DecompressedBytesMax, settings.Threads);
        _runtime = new CoordinatorRuntime<ShareShard>(topic, topics, CreateShard, load, logger);

        CoordinatorShard<ShareShard> CreateShard(PartitionLog log) => new(
            log,
            settings.Compression,
            (writer, timers) => new ShareShard(writer, timers, settings, time, () => topics.Table, offset => _ = PruneAsync(log, offset, logger), logger),
            time,
            logger);
    }

    /// <summary>Loads what there is, in the background, and follows the topics from now on.</summary>
    public void Start()
    {
        _topics.TableChanged += OnTableChanged;
        _runtime.Start();
    }

    /// <summary>Makes <c>__share_group_state</c> if there is none: a share group is there that needs it.</summary>
    /// <returns>NONE, or what whoever asked is answered.</returns>
    public ValueTask<ErrorCode> EnsureTopicAsync(CancellationToken cancellationToken) => _runtime.EnsureTopicAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ErrorCode> InitializeAsync(SharePartitionKey key, int stateEpoch, long startOffset, CancellationToken cancellationToken)
    {
        ErrorCode error = await EnsureTopicAsync(cancellationToken).ConfigureAwait(false);
        return error == ErrorCode.None ? await RunAsync(key, shard => shard.Initialize(key, stateEpoch, startOffset), cancellationToken).ConfigureAwait(false) : error;
    }

    /// <inheritdoc/>
    public async ValueTask<(ErrorCode Error, ShareState? State)> ReadAsync(SharePartitionKey key, int leaderEpoch, CancellationToken cancellationToken)
    {
        ShareState? state = null;
        ErrorCode error = await RunAsync(key, shard => shard.Read(key, leaderEpoch, out state), cancellationToken).ConfigureAwait(false);
        return (error, error == ErrorCode.None ? state : null);
    }

    /// <inheritdoc/>
    public ValueTask<ErrorCode> WriteAsync(SharePartitionKey key, ShareState change, CancellationToken cancellationToken) =>
        RunAsync(key, shard => shard.Write(key, change), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<(ErrorCode Error, ShareState? State)> ReadSummaryAsync(SharePartitionKey key, CancellationToken cancellationToken)
    {
        ShareState? state = null;
        ErrorCode error = await RunAsync(key, shard => shard.ReadSummary(key, out state), cancellationToken).ConfigureAwait(false);
        return (error, error == ErrorCode.None ? state : null);
    }

    /// <inheritdoc/>
    public ValueTask<ErrorCode> DeleteAsync(SharePartitionKey key, CancellationToken cancellationToken) => RunAsync(key, shard => shard.Delete(key), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _topics.TableChanged -= OnTableChanged;
        return _runtime.DisposeAsync();
    }

    // What the old records said must be on the device in its new form before they go.
    private static async Task PruneAsync(PartitionLog log, long offset, ILogger logger)
    {
        try
        {
            await log.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            return; // The log has logged it and gone offline.
        }
        ErrorCode error = log.DeleteRecords(offset, out _);
        if (error != ErrorCode.None) BrokerLog.CoordinatorLogNotPruned(logger, log.TopicPartition.ToString(), offset, error);
    }

    private async ValueTask<ErrorCode> RunAsync(SharePartitionKey key, Func<ShareShard, ErrorCode> operation, CancellationToken cancellationToken)
    {
        ErrorCode answer = ErrorCode.None;
        ErrorCode error = await _runtime.RunAsync(
            key.ToString(),
            shard =>
            {
                answer = operation(shard);
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        return error == ErrorCode.None ? answer : error;
    }

    private void OnTableChanged(TopicTable before, TopicTable after)
    {
        HashSet<Uuid> deleted = [.. before.All.Where(topic => after.Find(topic.Id) is null).Select(static topic => topic.Id)];
        if (deleted.Count == 0) return;
        foreach (CoordinatorShard<ShareShard> shard in _runtime.Shards) _ = TellAsync(shard, deleted);
    }

    // A shard that is loading looks at all topics afterwards.
    private static async Task TellAsync(CoordinatorShard<ShareShard> shard, HashSet<Uuid> deleted) =>
        await shard.RunAsync(
            state =>
            {
                state.OnTopicsDeleted(deleted);
                return Task.CompletedTask;
            },
            CancellationToken.None).ConfigureAwait(false);
}
