using System.Globalization;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Producers;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>The transaction coordinator: transactional ids and their transactions, in shards over the partitions of <c>__transaction_state</c>.</summary>
internal sealed class TransactionCoordinator : IAsyncDisposable
{
    private const int DecompressedBytesMax = 256 * 1024 * 1024;

    private readonly TransactionCoordinatorSettings _settings;
    private readonly ProducerIdAllocator _producerIds;
    private readonly TimeProvider _time;
    private readonly CoordinatorRuntime<TransactionShard> _runtime;
    private readonly TransactionCompletion _completion;

    /// <summary>Makes the coordinator; <see cref="Start"/> has it load.</summary>
    public TransactionCoordinator(
        TopicManager topics, GroupCoordinator groups, ProducerIdAllocator producerIds, TransactionCoordinatorSettings settings, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _producerIds = producerIds;
        _time = time;
        Markers = new MarkerWriter(topics, groups, time);
        _completion = new TransactionCompletion(Markers, time, logger);
        var topic = new InternalTopic(
            TopicName.TransactionState,
            settings.PartitionCount,
            [
                ("cleanup.policy", "compact"),
                ("compression.type", "uncompressed"),
                ("min.insync.replicas", "1"),
                ("segment.bytes", settings.SegmentBytes.ToString(CultureInfo.InvariantCulture)),
            ]);
        var load = new CoordinatorLoadOptions(settings.LoadBufferBytes, DecompressedBytesMax, settings.Threads);
        _runtime = new CoordinatorRuntime<TransactionShard>(topic, topics, CreateShard, load, logger);

        CoordinatorShard<TransactionShard> CreateShard(PartitionLog log)
        {
            CoordinatorShard<TransactionShard>? shard = null;
            shard = new CoordinatorShard<TransactionShard>(
                log,
                CompressionType.None,
                (writer, timers) => new TransactionShard(new TransactionShardContext
                {
                    Log = writer,
                    Timers = timers,
                    Settings = settings,
                    Completion = new ShardCompletion(_completion, () => shard!),
                    CoordinatorEpoch = () => log.LeaderEpoch,
                    Time = time,
                    Logger = logger,
                }),
                time,
                logger);
            return shard;
        }
    }

    /// <summary>Writes markers.</summary>
    public MarkerWriter Markers { get; }

    /// <summary>Longest transaction timeout that a producer may ask for, in milliseconds.</summary>
    public int TimeoutMsMax => _settings.TimeoutMsMax;

    /// <summary>The shards that are here now.</summary>
    public IReadOnlyList<CoordinatorShard<TransactionShard>> Shards => _runtime.Shards;

    /// <summary>Loads what there is, in the background, takes up transactions whose outcome is decided, and follows the topic from now on.</summary>
    public void Start() => _runtime.Start();

    /// <summary>Makes <c>__transaction_state</c> if there is none: somebody asked for a coordinator.</summary>
    /// <returns>NONE, or what that somebody is answered.</returns>
    public ValueTask<ErrorCode> EnsureTopicAsync(CancellationToken cancellationToken) => _runtime.EnsureTopicAsync(cancellationToken);

    /// <summary>Runs an operation on the shard of a transactional id.</summary>
    /// <inheritdoc cref="CoordinatorShard{TState}.RunAsync"/>
    public ValueTask<ErrorCode> RunAsync(string transactionalId, Action<TransactionShard> operation, CancellationToken cancellationToken) =>
        _runtime.RunAsync(
            transactionalId,
            shard =>
            {
                operation(shard);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>InitProducerId for a transactional id.</summary>
    /// <inheritdoc cref="TransactionShard.InitProducerId"/>
    public async ValueTask<ProducerOutcome> InitProducerIdAsync(string transactionalId, int timeoutMs, ProducerIdentity? expected, CancellationToken cancellationToken)
    {
        for (long freshProducerId = -1; ;)
        {
            ProducerOutcome outcome = default;
            long atHand = freshProducerId;
            ErrorCode error = await RunAsync(
                transactionalId, shard => outcome = shard.InitProducerId(transactionalId, timeoutMs, expected, atHand), cancellationToken).ConfigureAwait(false);
            if (error != ErrorCode.None) return ProducerOutcome.Refused(error);
            if (!outcome.NeedsProducerId) return outcome;
            freshProducerId = await _producerIds.NextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>EndTxn.</summary>
    /// <inheritdoc cref="TransactionShard.End"/>
    public async ValueTask<ProducerOutcome> EndAsync(string transactionalId, ProducerIdentity producer, bool isCommit, bool isVersion2, CancellationToken cancellationToken)
    {
        for (long freshProducerId = -1; ;)
        {
            ProducerOutcome outcome = default;
            long atHand = freshProducerId;
            ErrorCode error = await RunAsync(
                transactionalId, shard => outcome = shard.End(transactionalId, producer, isCommit, isVersion2, atHand), cancellationToken).ConfigureAwait(false);
            if (error != ErrorCode.None) return ProducerOutcome.Refused(error);
            if (!outcome.NeedsProducerId) return outcome;
            freshProducerId = await _producerIds.NextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes partitions part of a transaction, once the markers of the one before are written.</summary>
    /// <returns>NONE if all of them are; CONCURRENT_TRANSACTIONS if those markers take longer than <c>add.partitions.to.txn.retry.backoff.max.ms</c>.</returns>
    public async ValueTask<ErrorCode> AddPartitionsAsync(
        string transactionalId, ProducerIdentity producer, IReadOnlyCollection<TopicPartition> partitions, short clientVersion, CancellationToken cancellationToken)
    {
        AddPartitionsOutcome outcome = await TryAddPartitionsAsync(transactionalId, producer, partitions, clientVersion, cancellationToken).ConfigureAwait(false);
        if (outcome.Hindered is { } before && await WaitForAsync(before, cancellationToken).ConfigureAwait(false))
            outcome = await TryAddPartitionsAsync(transactionalId, producer, partitions, clientVersion, cancellationToken).ConfigureAwait(false);
        return outcome.Error;
    }

    /// <summary>Makes partitions part of a transaction, or says which other transaction must end before.</summary>
    public async ValueTask<AddPartitionsOutcome> TryAddPartitionsAsync(
        string transactionalId, ProducerIdentity producer, IReadOnlyCollection<TopicPartition> partitions, short clientVersion, CancellationToken cancellationToken)
    {
        AddPartitionsOutcome outcome = default;
        ErrorCode error = await RunAsync(
            transactionalId, shard => outcome = shard.AddPartitions(transactionalId, producer, partitions, clientVersion), cancellationToken).ConfigureAwait(false);
        return error == ErrorCode.None ? outcome : new AddPartitionsOutcome(error, null);
    }

    /// <summary>Waits until the markers of a transaction are written, at most for <c>add.partitions.to.txn.retry.backoff.max.ms</c>.</summary>
    /// <returns>Whether they are.</returns>
    public async ValueTask<bool> WaitForAsync(PreparedTransaction prepared, CancellationToken cancellationToken)
    {
        try
        {
            await prepared.Ended.WaitAsync(TimeSpan.FromMilliseconds(_settings.MarkersWaitMs), _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false; // The client comes back.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _completion.DisposeAsync().ConfigureAwait(false);
        await _runtime.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class ShardCompletion(TransactionCompletion completion, Func<CoordinatorShard<TransactionShard>> shard) : ITransactionCompletion
    {
        public void Begin(PreparedTransaction prepared) => completion.Begin(shard(), prepared);
    }
}
