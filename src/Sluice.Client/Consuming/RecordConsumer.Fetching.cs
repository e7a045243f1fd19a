using System.Threading.Channels;
using Sluice.Client.Admin;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Consuming;

public sealed partial class RecordConsumer
{
    private TimeSpan _backoff;
    private long _troubleTimestamp;

    // Runs for one reading. Never throws: failures reach the reader through the channel.
    private async Task FetchAllAsync(ChannelWriter<IReadOnlyList<FetchedBatch>> answers, CancellationToken cancellationToken)
    {
        List<Task<FetchAnswer>> fetches = [];
        Exception? failure = null;
        try
        {
            await FindPositionsAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                fetches.AddRange(StartFetches(cancellationToken));
                if (fetches.Count == 0) break;
                Task<FetchAnswer> finished = await Task.WhenAny(fetches).ConfigureAwait(false);
                fetches.Remove(finished);
                await TakeAsync(await finished.ConfigureAwait(false), answers, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // The fetches that are still under way give up as soon as the reader does; their failures are values.
        answers.TryComplete(failure);
        await Task.WhenAll(fetches).ConfigureAwait(false);
    }

    private async Task FindPositionsAsync(CancellationToken cancellationToken)
    {
        foreach (IGrouping<(string Topic, StartPosition Start), ConsumedPartition> group in _partitions.GroupBy(partition => (partition.Topic, partition.Start)))
        {
            int[] indexes = [.. group.Select(partition => partition.Index)];
            Dictionary<int, long> ends = await OffsetsAsync(group.Key.Topic, OffsetQuery.Latest, indexes, cancellationToken).ConfigureAwait(false);
            Dictionary<int, long>? starts = group.Key.Start.Kind is StartPositionKind.Beginning or StartPositionKind.Time
                ? await OffsetsAsync(group.Key.Topic, group.Key.Start.ToQuery(), indexes, cancellationToken).ConfigureAwait(false)
                : null;
            foreach (ConsumedPartition partition in group)
            {
                long end = ends[partition.Index];
                if (!_options.Follow) partition.EndOffset = end;
                if (partition.Start.Kind == StartPositionKind.Offset) partition.Position = partition.Start.Value;
                else partition.Position = starts is not null && starts[partition.Index] >= 0 ? starts[partition.Index] : end;
                if (partition.Position > end) throw OutOfRange(partition, $"the log ends at offset {end}");
            }
        }
    }

    private async Task<Dictionary<int, long>> OffsetsAsync(string topic, OffsetQuery query, int[] indexes, CancellationToken cancellationToken)
    {
        IReadOnlyList<PartitionOffset> offsets = await _admin
            .ListOffsetsAsync(topic, query, indexes, _options.IsolationLevel, cancellationToken).ConfigureAwait(false);
        return offsets.ToDictionary(offset => offset.Partition, offset => offset.Offset);
    }

    private IEnumerable<Task<FetchAnswer>> StartFetches(CancellationToken cancellationToken)
    {
        ConsumedPartition[] idle = [.. _partitions.Where(partition => !partition.IsDone && !partition.IsFetching)];
        foreach (IGrouping<int, ConsumedPartition> group in idle.GroupBy(LeaderOf).ToArray())
        {
            ConsumedPartition[] mine = [.. group];
            foreach (ConsumedPartition partition in mine) partition.IsFetching = true;
            yield return FetchAsync(group.Key, mine, cancellationToken);
        }
    }

    private int LeaderOf(ConsumedPartition partition) => _cluster.FindTopic(partition.Topic)?.Find(partition.Index)?.LeaderId ?? -1;

    // One request to one leader; failures are values, so that nobody has to be there for them.
    private async Task<FetchAnswer> FetchAsync(int leaderId, ConsumedPartition[] partitions, CancellationToken cancellationToken)
    {
        try
        {
            if (_backoff > TimeSpan.Zero) await Task.Delay(_backoff, _cluster.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            if (leaderId < 0) throw new KafkaException(ErrorCode.LeaderNotAvailable, $"{partitions[0]} has no leader at the moment");
            BrokerEndpoint endpoint = await _cluster.EndpointAsync(leaderId, cancellationToken).ConfigureAwait(false);
            KafkaConnection connection = await _connections.GetAsync(endpoint, cancellationToken).ConfigureAwait(false);
            FetchResponse response = await connection.SendAsync(ToRequest(partitions), null, cancellationToken).ConfigureAwait(false);
            return new FetchAnswer(partitions, response, null);
        }
        catch (Exception exception) when (exception is KafkaException or OperationCanceledException or ObjectDisposedException)
        {
            return new FetchAnswer(partitions, null, exception);
        }
    }

    private FetchRequest ToRequest(ConsumedPartition[] partitions)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = (int)Math.Min(_options.FetchWait.TotalMilliseconds, int.MaxValue),
            MinBytes = 1,
            MaxBytes = _options.FetchBytesMax,
            IsolationLevel = (sbyte)_options.IsolationLevel,
        };
        foreach (IGrouping<string, ConsumedPartition> group in partitions.GroupBy(partition => partition.Topic))
        {
            // Named both ways: each version writes the one that it has.
            FetchRequest.FetchTopic topic = request.Topics.Add();
            topic.Topic = group.Key;
            topic.TopicId = _cluster.FindTopic(group.Key)?.Id ?? default;
            foreach (ConsumedPartition partition in group)
            {
                FetchRequest.FetchPartition asked = topic.Partitions.Add();
                asked.Partition = partition.Index;
                asked.FetchOffset = partition.Position;
                asked.PartitionMaxBytes = _options.PartitionBytesMax;
            }
        }

        return request;
    }

    private async Task TakeAsync(FetchAnswer answer, ChannelWriter<IReadOnlyList<FetchedBatch>> answers, CancellationToken cancellationToken)
    {
        foreach (ConsumedPartition partition in answer.Partitions) partition.IsFetching = false;
        KafkaException? trouble = answer.Failure as KafkaException;
        if (answer.Failure is not null && trouble is null) throw answer.Failure;
        if (answer.Response is { ErrorCode: not ErrorCode.None } refused) trouble = KafkaException.FromResponse(refused.ErrorCode);

        List<FetchedBatch> batches = [];
        foreach (FetchResponse.FetchableTopicResponse topic in trouble is null ? answer.Response!.Responses : [])
        {
            foreach (FetchResponse.PartitionData data in topic.Partitions)
            {
                ConsumedPartition? partition = Find(answer.Partitions, topic, data.PartitionIndex);
                if (partition is null) continue;
                if (data.ErrorCode == ErrorCode.None) FetchedBatches.Split(partition, data, _options, batches);
                else if (data.ErrorCode == ErrorCode.OffsetOutOfRange) await SkipDeletedAsync(partition, cancellationToken).ConfigureAwait(false);
                else trouble = KafkaException.FromResponse(data.ErrorCode, subject: partition.ToString());
            }
        }

        if (batches.Count > 0) await answers.WriteAsync(batches, cancellationToken).ConfigureAwait(false);
        if (trouble is null) _backoff = TimeSpan.Zero;
        else await RecoverAsync(answer.Partitions, trouble, cancellationToken).ConfigureAwait(false);
    }

    private async Task SkipDeletedAsync(ConsumedPartition partition, CancellationToken cancellationToken)
    {
        Dictionary<int, long> starts = await OffsetsAsync(partition.Topic, OffsetQuery.Earliest, [partition.Index], cancellationToken).ConfigureAwait(false);
        long start = starts[partition.Index];
        if (!_options.SkipDeleted || start <= partition.Position) throw OutOfRange(partition, $"the log starts at offset {start}");
        partition.Position = start;
    }

    private async Task RecoverAsync(ConsumedPartition[] partitions, KafkaException trouble, CancellationToken cancellationToken)
    {
        TimeProvider time = _cluster.Options.TimeProvider;
        if (_backoff == TimeSpan.Zero) _troubleTimestamp = time.GetTimestamp();
        if (!trouble.IsRetriable || time.GetElapsedTime(_troubleTimestamp) >= _cluster.Options.RetryTimeout) throw trouble;
        _backoff = _backoff == TimeSpan.Zero ? _cluster.Options.RetryBackoff : Retrying.Next(_backoff);

        string[] topics = [.. partitions.Select(partition => partition.Topic).Distinct()];
        ClusterMetadata metadata;
        try
        {
            metadata = await _cluster.RefreshAsync(topics, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception) when (exception.IsRetriable)
        {
            // Nobody answers at the moment; the next fetch finds out whether that lasts.
            return;
        }

        if (topics.FirstOrDefault(topic => !metadata.Topics.ContainsKey(topic)) is { } gone)
            throw new KafkaException(ErrorCode.UnknownTopicOrPartition, $"there is no topic '{gone}' any more");
    }

    private ConsumedPartition? Find(ConsumedPartition[] partitions, FetchResponse.FetchableTopicResponse topic, int index)
    {
        foreach (ConsumedPartition partition in partitions)
        {
            bool isTopic = topic.TopicId == Uuid.Zero ? partition.Topic == topic.Topic : _cluster.FindTopic(partition.Topic)?.Id == topic.TopicId;
            if (isTopic && partition.Index == index) return partition;
        }

        return null;
    }

    private static KafkaException OutOfRange(ConsumedPartition partition, string why) =>
        new(ErrorCode.OffsetOutOfRange, $"{partition}: there is no offset {partition.Position}, {why}");

    private sealed record FetchAnswer(ConsumedPartition[] Partitions, FetchResponse? Response, Exception? Failure);
}
