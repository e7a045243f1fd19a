using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Client.Producing;

/// <summary>Collects records into batches by partition and delivers them to the partitions' leaders.</summary>
/// <remarks>
/// Safe for any number of callers at once; the records of one caller keep their order within a partition. Batches are repeated on retriable
/// errors until <see cref="RecordProducerOptions.DeliveryTimeout"/>; with idempotence each is stored once all the same.
/// </remarks>
public sealed partial class RecordProducer : IAsyncDisposable
{
    private const int SpareBuildersMax = 64;

    private readonly KafkaCluster _cluster;
    private readonly RecordProducerOptions _options;
    private readonly TimeProvider _time;

    // Guards everything below, and all batches and partitions. Held for memory work only.
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, int Index), ProducerPartition> _partitionsByName = [];
    private readonly List<ProducerPartition> _partitions = [];
    private readonly Dictionary<string, int> _stickyPartitions = new(StringComparer.Ordinal);
    private readonly Stack<RecordBatchBuilder> _spareBuilders = new();
    private TaskCompletionSource? _spaceFreed;
    private TaskCompletionSource? _drained;
    private ProducerCounts _counts;
    private KafkaException? _firstFailure;
    private KafkaException? _end;
    private long _bufferedBytes;
    private long _outstandingCount;
    private long _lastBatchNumber;
    private int _flushersCount;

    private RecordProducer(KafkaCluster cluster, RecordProducerOptions options, InitProducerIdResponse? identity)
    {
        _cluster = cluster;
        _options = options;
        _time = cluster.Options.TimeProvider;
        _connections = new BrokerConnections(cluster.Options);
        _isIdempotent = identity is not null;
        _producerId = identity?.ProducerId ?? RecordBatchFormat.NoProducerId;
        _producerEpoch = identity?.ProducerEpoch ?? RecordBatchFormat.NoProducerEpoch;
        _sending = RunAsync(_closing.Token);
    }

    /// <summary>What has been done so far; one consistent picture.</summary>
    public ProducerCounts Counts
    {
        get
        {
            lock (_lock) return _counts;
        }
    }

    /// <summary>Why the first record that was given up since the last flush was given up; null = none was.</summary>
    public KafkaException? Failure
    {
        get
        {
            lock (_lock) return _firstFailure;
        }
    }

    /// <summary>Why records wait although they could have been sent: the last attempt failed, and will be repeated. Null = nothing is in the way.</summary>
    public KafkaException? Trouble
    {
        get
        {
            lock (_lock) return _partitions.Find(static partition => partition is { HasWaiting: true, LastFailure: not null })?.LastFailure;
        }
    }

    /// <summary>Whether brokers recognise repeated batches of this producer.</summary>
    public bool IsIdempotent => _isIdempotent;

    /// <summary>Starts a producer.</summary>
    /// <param name="cluster">Borrowed; to be disposed after the producer.</param>
    /// <param name="options">Null = defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The producer, to be flushed and disposed by the caller.</returns>
    /// <exception cref="KafkaException">The cluster has no producer id to give although it serves them.</exception>
    public static async Task<RecordProducer> StartAsync(
        KafkaCluster cluster,
        RecordProducerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        options ??= new RecordProducerOptions();
        InitProducerIdResponse? identity = null;
        if (options is { Idempotence: true, Acks: Acks.All })
            identity = await Retrying.RunAsync(cluster.Options, token => IdentifyAsync(cluster, token), cancellationToken).ConfigureAwait(false);
        return new RecordProducer(cluster, options, identity);
    }

    /// <summary>Hands a record over; waits only for the topic's metadata and for room in the buffer.</summary>
    /// <param name="record">Copied.</param>
    /// <param name="cancellationToken">Gives up while the record has not been taken.</param>
    /// <exception cref="KafkaException">There is no such topic or partition, or the producer cannot go on.</exception>
    /// <exception cref="ObjectDisposedException">The producer was disposed.</exception>
    public ValueTask AppendAsync(OutgoingRecord record, CancellationToken cancellationToken = default) =>
        _cluster.FindTopic(record.Topic) is { } topic && TryAdd(record, topic, out _, out _, out _)
            ? ValueTask.CompletedTask
            : new ValueTask(AddAsync(record, cancellationToken));

    /// <summary>Hands a record over and waits until it is delivered.</summary>
    /// <param name="record">Copied.</param>
    /// <param name="cancellationToken">Gives up waiting; a record that was taken will be sent all the same.</param>
    /// <exception cref="KafkaException">The record could not be delivered.</exception>
    public async Task<Delivery> SendAsync(OutgoingRecord record, CancellationToken cancellationToken = default)
    {
        (ProducerBatch batch, int index, int partition) = await AddAsync(record, cancellationToken).ConfigureAwait(false);
        BatchOutcome outcome = await batch.Outcome.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (outcome.Failure is { } failure) throw new KafkaException(failure.Error, failure.Message, failure);
        return new Delivery(record.Topic, partition, outcome.BaseOffset < 0 ? -1 : outcome.BaseOffset + index, outcome.LogAppendTimeMs);
    }

    /// <summary>Sends what has been appended without waiting for more, and waits until all of it is delivered or given up.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="KafkaException">Records were given up since the last flush: the first reason.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        Task drained;
        lock (_lock)
        {
            _flushersCount++;
            if (_outstandingCount > 0) _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _drained?.Task ?? Task.CompletedTask;
        }

        try
        {
            Wake();
            await drained.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock) _flushersCount--;
        }

        KafkaException? failure;
        lock (_lock)
        {
            failure = _firstFailure;
            _firstFailure = null;
        }

        if (failure is not null) throw new KafkaException(failure.Error, failure.Message, failure);
    }

    /// <summary>Stops at once. What was not flushed is given up, although some of it may have been stored.</summary>
    /// <returns>Completes when nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        await Task.WhenAll(_requests).ConfigureAwait(false);
        EndWith(new KafkaException(ErrorCode.NetworkException, "the producer was closed before the record was delivered"));
        _closing.Dispose();
    }

    private static async Task<InitProducerIdResponse?> IdentifyAsync(KafkaCluster cluster, CancellationToken cancellationToken)
    {
        KafkaConnection connection = await cluster.AnyAsync(cancellationToken).ConfigureAwait(false);
        if (!connection.TryGetHighestCommonVersion(ApiKey.InitProducerId, out _)) return null;
        var request = new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = int.MaxValue };
        InitProducerIdResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        return response.ErrorCode == ErrorCode.None ? response : throw KafkaException.FromResponse(response.ErrorCode);
    }
}
