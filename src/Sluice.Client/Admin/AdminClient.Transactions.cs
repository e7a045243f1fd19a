using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

public sealed partial class AdminClient
{
    private const sbyte TransactionKeyType = 1;
    private const short FirstVersionWithDuration = 1;
    private const short FirstVersionWithPattern = 2;
    private static readonly bool[] Done = [true];

    /// <summary>Lists the transactional ids of every broker.</summary>
    /// <param name="query">Which of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>In ascending order of the ids.</returns>
    /// <exception cref="KafkaException">A broker refused or does not answer; it knows no such state, or is too old for a condition.</exception>
    public async Task<IReadOnlyList<TransactionListing>> ListTransactionsAsync(TransactionQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var request = new ListTransactionsRequest { DurationFilter = query.LongerThanMs ?? -1, TransactionalIdPattern = query.IdPattern };
        request.StateFilters.AddRange(query.States);
        request.ProducerIdFilters.AddRange(query.ProducerIds);
        List<TransactionListing> transactions = [];
        ClusterMetadata metadata = await _cluster.RefreshAsync([], cancellationToken).ConfigureAwait(false);
        foreach (int brokerId in metadata.Brokers.Keys)
        {
            ListTransactionsResponse response = await Retrying.RunAsync(
                _cluster.Options,
                async token =>
                {
                    KafkaConnection connection = await _cluster.BrokerAsync(brokerId, token).ConfigureAwait(false);
                    ThrowIfTooOld(connection, query);
                    ListTransactionsResponse answer = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                    ThrowIfError(answer.ErrorCode, null, query.IdPattern);
                    return answer;
                },
                cancellationToken).ConfigureAwait(false);
            if (response.UnknownStateFilters.Count > 0)
                throw new KafkaException(ErrorCode.InvalidRequest, $"broker {brokerId} knows no transaction state '{response.UnknownStateFilters[0]}'");
            transactions.AddRange(response.TransactionStates.Select(state => new TransactionListing(state.TransactionalId, state.ProducerId, state.TransactionState, brokerId)));
        }

        return [.. transactions.OrderBy(transaction => transaction.TransactionalId, StringComparer.Ordinal)];
    }

    /// <summary>Describes a transactional id and its transaction.</summary>
    /// <param name="transactionalId">Transactional id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the coordinator does not know the id.</returns>
    /// <exception cref="KafkaException">The coordinator refused, or none is found.</exception>
    public Task<TransactionDescription?> DescribeTransactionAsync(string transactionalId, CancellationToken cancellationToken = default) =>
        AtCoordinatorAsync(
            transactionalId,
            TransactionKeyType,
            async (connection, coordinatorId, token) =>
            {
                var request = new DescribeTransactionsRequest();
                request.TransactionalIds.Add(transactionalId);
                DescribeTransactionsResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                DescribeTransactionsResponse.TransactionStateData state = response.TransactionStates[0];
                if (state.ErrorCode == ErrorCode.TransactionalIdNotFound) return null;
                ThrowIfError(state.ErrorCode, null, transactionalId);
                return new TransactionDescription(
                    transactionalId,
                    state.TransactionState,
                    state.ProducerId,
                    state.ProducerEpoch,
                    state.TransactionTimeoutMs,
                    Known(state.TransactionStartTimeMs),
                    coordinatorId,
                    [.. state.Topics.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition))).Order()]);
            },
            cancellationToken);

    /// <summary>Describes the producers that partitions remember.</summary>
    /// <param name="topic">Topic of the partitions.</param>
    /// <param name="partitions">At least one; all must exist.</param>
    /// <param name="brokerId">The replica to ask; null = the leaders.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By partition and producer.</returns>
    /// <exception cref="KafkaException">A broker refused or does not answer.</exception>
    public async Task<IReadOnlyList<PartitionProducer>> DescribeProducersAsync(
        string topic, IReadOnlyList<int> partitions, int? brokerId = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<PartitionProducer> producers;
        if (brokerId is { } replica)
        {
            KafkaConnection connection = await _cluster.BrokerAsync(replica, cancellationToken).ConfigureAwait(false);
            producers = await DescribeProducersAsync(connection, topic, partitions, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            producers = await AskLeadersAsync(
                topic, partitions, (connection, mine, token) => DescribeProducersAsync(connection, topic, mine, token), cancellationToken).ConfigureAwait(false);
        }

        return [.. producers.OrderBy(producer => producer.Partition).ThenBy(producer => producer.ProducerId)];
    }

    /// <summary>Writes the end of an aborted transaction into one partition, past the coordinator: for a transaction that no coordinator will end.</summary>
    /// <param name="topic">Topic of the partition.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="producerId">Whose transaction.</param>
    /// <param name="producerEpoch">The epoch that the partition has of the producer, or a larger one.</param>
    /// <param name="coordinatorEpoch">The epoch that the partition has of the coordinator, or a larger one.</param>
    /// <param name="cancellationToken">Gives up waiting; the marker may be written then.</param>
    /// <exception cref="KafkaException">The leader refused: <see cref="ErrorCode.InvalidProducerEpoch"/>, <see cref="ErrorCode.TransactionCoordinatorFenced"/>, ...</exception>
    public Task AbortTransactionAsync(
        string topic, int partition, long producerId, short producerEpoch, int coordinatorEpoch, CancellationToken cancellationToken = default) =>
        AskLeadersAsync(
            topic,
            [partition],
            async (connection, _, token) =>
            {
                var request = new WriteTxnMarkersRequest();
                WriteTxnMarkersRequest.WritableTxnMarker marker = request.Markers.Add();
                (marker.ProducerId, marker.ProducerEpoch, marker.CoordinatorEpoch) = (producerId, producerEpoch, coordinatorEpoch);
                WriteTxnMarkersRequest.WritableTxnMarkerTopic asked = marker.Topics.Add();
                asked.Name = topic;
                asked.PartitionIndexes.Add(partition);
                WriteTxnMarkersResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                ThrowIfError(response.Markers[0].Topics[0].Partitions[0].ErrorCode, null, $"{topic}-{partition}");
                return Done;
            },
            cancellationToken);

    /// <summary>Takes a transactional id away from its producer, whose transaction is aborted.</summary>
    /// <param name="transactionalId">Transactional id; the coordinator makes it if there is none.</param>
    /// <param name="cancellationToken">Gives up waiting; the producer may be fenced then.</param>
    /// <exception cref="KafkaException">The coordinator refused, or the transaction did not end in time.</exception>
    public Task FenceProducerAsync(string transactionalId, CancellationToken cancellationToken = default) =>
        AtCoordinatorAsync(
            transactionalId,
            TransactionKeyType,
            async (connection, _, token) =>
            {
                // Is repeated while the transaction ends: until then the answer is that another operation is going on.
                var request = new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = TimeoutMs };
                InitProducerIdResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                ThrowIfError(response.ErrorCode, null, transactionalId);
                return true;
            },
            cancellationToken);

    private static async Task<PartitionProducer[]> DescribeProducersAsync(
        KafkaConnection connection, string topic, IReadOnlyList<int> partitions, CancellationToken cancellationToken)
    {
        var request = new DescribeProducersRequest();
        DescribeProducersRequest.TopicRequest asked = request.Topics.Add();
        asked.Name = topic;
        asked.PartitionIndexes.AddRange(partitions);
        DescribeProducersResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        List<PartitionProducer> producers = [];
        foreach (DescribeProducersResponse.PartitionResponse partition in response.Topics[0].Partitions)
        {
            ThrowIfError(partition.ErrorCode, partition.ErrorMessage, $"{topic}-{partition.PartitionIndex}");
            producers.AddRange(partition.ActiveProducers.Select(producer => new PartitionProducer(
                topic,
                partition.PartitionIndex,
                producer.ProducerId,
                producer.ProducerEpoch,
                producer.LastSequence < 0 ? null : producer.LastSequence,
                Known(producer.LastTimestamp),
                producer.CoordinatorEpoch < 0 ? null : producer.CoordinatorEpoch,
                Known(producer.CurrentTxnStartOffset))));
        }

        return [.. producers];
    }

    // A condition that the broker cannot be told would be a longer list than was asked for.
    private static void ThrowIfTooOld(KafkaConnection connection, TransactionQuery query)
    {
        short version = connection.HighestCommonVersion(ApiKey.ListTransactions);
        string? unknown = query switch
        {
            { IdPattern: not null } when version < FirstVersionWithPattern => "a pattern of ids",
            { LongerThanMs: not null } when version < FirstVersionWithDuration => "their duration",
            _ => null,
        };
        if (unknown is not null) throw new KafkaException(ErrorCode.UnsupportedVersion, $"the broker at {connection.Endpoint} is too old to select transactions by {unknown}");
    }
}
