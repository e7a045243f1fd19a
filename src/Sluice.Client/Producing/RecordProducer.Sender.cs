using System.Threading.Channels;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Client.Producing;

public sealed partial class RecordProducer
{
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _closing = new();
    private readonly BrokerConnections _connections;
    private readonly bool _isIdempotent;
    private readonly long _producerId;
    private readonly short _producerEpoch;
    private readonly Task _sending;

    // Tasks and turn are the sender's own; the rest is under the lock.
    private readonly List<Task> _requests = [];
    private readonly Dictionary<int, int> _inFlightByBroker = [];
    private readonly HashSet<string> _staleTopics = new(StringComparer.Ordinal);
    private int _nextPartition;

    private void Wake() => _news.Writer.TryWrite(true);

    // Runs for the life of the producer, until it is disposed; a bug in here ends the producer with its reason.
    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using ITimer timer = _time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            while (true)
            {
                await _news.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                TimeSpan? pause = await SendWhatIsReadyAsync(cancellationToken).ConfigureAwait(false);
                if (pause is { } wait) timer.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed: whoever disposes gives up the rest.
        }
        catch (Exception exception)
        {
            EndWith(new KafkaException(ErrorCode.UnknownServerError, $"the producer failed: {exception.Message}", exception));
        }
    }

    // Returns the time after which there may be something to do without anybody saying so; null = never.
    private async Task<TimeSpan?> SendWhatIsReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await RefreshStaleTopicsAsync(cancellationToken).ConfigureAwait(false);
            ProducePlan plan;
            lock (_lock) plan = Plan();
            foreach (ProduceDispatch dispatch in plan.Dispatches) await DispatchAsync(dispatch, cancellationToken).ConfigureAwait(false);
            if (plan.Dispatches.Count == 0 && !plan.HasStaleTopics) return plan.Pause;
        }
    }

    private async Task DispatchAsync(ProduceDispatch dispatch, CancellationToken cancellationToken)
    {
        KafkaConnection connection;
        try
        {
            BrokerEndpoint endpoint = await _cluster.EndpointAsync(dispatch.BrokerId, cancellationToken).ConfigureAwait(false);
            connection = await _connections.GetAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception)
        {
            lock (_lock) AnswerAll(dispatch, exception);
            return;
        }

        foreach ((_, ProducerBatch batch) in dispatch.Batches)
        {
            if (batch.Bytes.IsEmpty)
            {
                batch.Builder.BaseSequence = batch.BaseSequence;
                batch.Bytes = batch.Builder.Build();
            }
        }

        // Started one after another from here, so that requests reach the connection in the order of their sequences.
        _requests.RemoveAll(request => request.IsCompleted);
        _requests.Add(SendAsync(connection, dispatch, cancellationToken));
    }

    // Never throws: what goes wrong is the answer to every batch of the request.
    private async Task SendAsync(KafkaConnection connection, ProduceDispatch dispatch, CancellationToken cancellationToken)
    {
        try
        {
            ProduceRequest request = dispatch.ToRequest(_options.Acks, _cluster.Options.RequestTimeout, _cluster.FindTopic);
            if (_options.Acks == Acks.None)
            {
                await connection.SendOneWayAsync(ApiKey.Produce, request, null, cancellationToken).ConfigureAwait(false);
                lock (_lock) AnswerAll(dispatch, failure: null);
            }
            else
            {
                ProduceResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
                lock (_lock) Answer(dispatch, response);
            }
        }
        catch (KafkaException exception)
        {
            lock (_lock) AnswerAll(dispatch, exception);
        }
        catch (OperationCanceledException exception)
        {
            lock (_lock) AnswerAll(dispatch, new KafkaException(ErrorCode.NetworkException, "the producer was closed before the record was delivered", exception));
        }

        Wake();
    }

    private ProducePlan Plan()
    {
        var plan = new ProducePlan();
        long now = _time.GetTimestamp();
        int count = _partitions.Count;
        for (int step = 0; step < count; step++)
        {
            ProducerPartition partition = _partitions[(_nextPartition + step) % count];
            if (!partition.HasWaiting) continue;
            Expire(partition, now);
            if (partition.IsRecovering || partition.InFlightCount >= _options.InFlightRequestsMax) continue;
            if (!IsDue(partition, now, plan)) continue;
            if (!partition.HasClosed) Close(partition);

            if (_cluster.FindTopic(partition.Topic)?.Find(partition.Index) is not { LeaderId: >= 0 } known)
            {
                // Nobody leads it, or nobody knows: ask, but not in a tight loop.
                partition.NotBeforeTimestamp = now + Ticks(_cluster.Options.RetryBackoff);
                _staleTopics.Add(partition.Topic);
                plan.HasStaleTopics = true;
                continue;
            }

            if (_inFlightByBroker.GetValueOrDefault(known.LeaderId) >= _options.InFlightRequestsMax) continue;
            ProduceDispatch dispatch = plan.For(known.LeaderId);
            int sizeBytes = partition.Peek()!.Builder.UncompressedSizeBytes;
            if (dispatch.Batches.Count > 0 && dispatch.SizeBytes + sizeBytes > _options.RequestBytesMax) continue;
            ProducerBatch batch = partition.Take(_isIdempotent);
            if (batch.AttemptsCount++ > 0) _counts = _counts with { RetriesCount = _counts.RetriesCount + 1 };
            dispatch.Add(partition, batch, sizeBytes);
        }

        foreach (ProduceDispatch dispatch in plan.Dispatches)
        {
            _inFlightByBroker[dispatch.BrokerId] = _inFlightByBroker.GetValueOrDefault(dispatch.BrokerId) + 1;
        }

        _nextPartition = count == 0 ? 0 : (_nextPartition + 1) % count;
        return plan;
    }

    private bool IsDue(ProducerPartition partition, long now, ProducePlan plan)
    {
        long due = partition.NotBeforeTimestamp;
        bool isPressed = _flushersCount > 0 || _spaceFreed is not null;
        if (!partition.HasClosed && !isPressed) due = Math.Max(due, partition.Open!.CreatedTimestamp + Ticks(_options.Linger));
        if (due <= now) return true;
        plan.WakeAfter(_time.GetElapsedTime(now, due));
        return false;
    }

    private async Task RefreshStaleTopicsAsync(CancellationToken cancellationToken)
    {
        string[] topics;
        lock (_lock)
        {
            topics = [.. _staleTopics];
            _staleTopics.Clear();
        }

        if (topics.Length == 0) return;
        try
        {
            ClusterMetadata metadata = await _cluster.RefreshAsync(topics, cancellationToken).ConfigureAwait(false);
            foreach (string topic in topics)
            {
                if (!metadata.Topics.ContainsKey(topic)) GiveUpTopic(topic);
            }
        }
        catch (KafkaException exception)
        {
            // Nobody answers. The batches are tried again after their pause, which asks again, until they are too old.
            lock (_lock)
            {
                foreach (string topic in topics) _staleTopics.Add(topic);
                long pauseEnd = _time.GetTimestamp() + Ticks(_cluster.Options.RetryBackoff);
                foreach (ProducerPartition partition in _partitions)
                {
                    partition.LastFailure = exception;
                    partition.NotBeforeTimestamp = Math.Max(partition.NotBeforeTimestamp, pauseEnd);
                }
            }
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
