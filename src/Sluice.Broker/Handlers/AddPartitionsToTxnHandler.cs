using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AddPartitionsToTxn, key 24, v0–v5.
// v0–v3 one transaction, from its client. v2 PRODUCER_FENCED (KIP-588). v4 several transactions, from brokers: to add, or only to verify (KIP-890).
internal sealed class AddPartitionsToTxnHandler(BrokerServices services, TransactionCoordinator transactions)
    : ApiHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>
{
    private const short FirstBatchedVersion = 4;

    protected override async ValueTask HandleAsync(
        AddPartitionsToTxnRequest request, AddPartitionsToTxnResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (context.ApiVersion < FirstBatchedVersion)
        {
            await AddAsync(request, response, context, cancellationToken).ConfigureAwait(false);
            return;
        }
        context.RequireCluster(AclOperation.ClusterAction);
        foreach (AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction in request.Transactions)
        {
            AddPartitionsToTxnResponse.AddPartitionsToTxnResult result = response.ResultsByTransaction.Add();
            result.TransactionalId = transaction.TransactionalId;
            await HandleAsync(transaction, result, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void Fail(AddPartitionsToTxnRequest request, AddPartitionsToTxnResponse response, ErrorCode error)
    {
        // From version 4 on there is a place for it; the versions before have only the partitions.
        response.ErrorCode = error;
        Answer(request.V3AndBelowTopics, response.ResultsByTopicV3AndBelow, (_, _) => error);
    }

    private async ValueTask AddAsync(AddPartitionsToTxnRequest request, AddPartitionsToTxnResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsTransactionalIdAllowed(AclOperation.Write, request.V3AndBelowTransactionalId))
        {
            Answer(request.V3AndBelowTopics, response.ResultsByTopicV3AndBelow, static (_, _) => ErrorCode.TransactionalIdAuthorizationFailed);
            return;
        }
        List<TopicPartition> partitions = ToList(request.V3AndBelowTopics);
        if (Check(request.V3AndBelowTopics, context) is { } check)
        {
            Answer(request.V3AndBelowTopics, response.ResultsByTopicV3AndBelow, check);
            return;
        }
        var producer = new ProducerIdentity(request.V3AndBelowProducerId, request.V3AndBelowProducerEpoch);
        ErrorCode error = await transactions.AddPartitionsAsync(
            request.V3AndBelowTransactionalId, producer, partitions, clientVersion: 0, cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.ProducerFenced && context.ApiVersion < 2) error = ErrorCode.InvalidProducerEpoch;
        Answer(request.V3AndBelowTopics, response.ResultsByTopicV3AndBelow, (_, _) => error);
    }

    private async ValueTask HandleAsync(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction, AddPartitionsToTxnResponse.AddPartitionsToTxnResult result, CancellationToken cancellationToken)
    {
        if (Check(transaction.Topics, client: null) is { } check)
        {
            Answer(transaction.Topics, result.TopicResults, check);
            return;
        }
        List<TopicPartition> partitions = ToList(transaction.Topics);
        var producer = new ProducerIdentity(transaction.ProducerId, transaction.ProducerEpoch);
        ErrorCode[] errors = new ErrorCode[partitions.Count];
        ErrorCode error = transaction.VerifyOnly
            ? await transactions.RunAsync(
                transaction.TransactionalId, shard => shard.Verify(transaction.TransactionalId, producer, partitions, errors), cancellationToken).ConfigureAwait(false)
            : await transactions.AddPartitionsAsync(transaction.TransactionalId, producer, partitions, clientVersion: 2, cancellationToken).ConfigureAwait(false);
        if (error != ErrorCode.None) Array.Fill(errors, error);
        int index = 0;
        Answer(transaction.Topics, result.TopicResults, (_, _) => errors[index++]);
    }

    // Null if nothing is wrong with any partition; otherwise what each is answered: all of them are added, or none.
    private Func<string, int, ErrorCode>? Check(MessageList<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic> topics, RequestContext? client)
    {
        TopicTable table = services.Topics.Table;
        return topics.All(topic => topic.Partitions.TrueForAll(partition => CheckOne(topic.Name, partition) == ErrorCode.None))
            ? null
            : (topic, partition) => CheckOne(topic, partition) is var error and not ErrorCode.None ? error : ErrorCode.OperationNotAttempted;

        ErrorCode CheckOne(string topic, int partition)
        {
            // Brokers have asked their clients' rights before.
            if (client is not null && (TopicName.IsInternal(topic) || !client.IsTopicAllowed(AclOperation.Write, topic))) return ErrorCode.TopicAuthorizationFailed;
            return table.Find(topic) is { } known && (uint)partition < (uint)known.Partitions.Length ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition;
        }
    }

    private static List<TopicPartition> ToList(MessageList<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic> topics) =>
        [.. topics.SelectMany(static topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition)))];

    private static void Answer(
        MessageList<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic> topics,
        MessageList<AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult> results,
        Func<string, int, ErrorCode> errorOf)
    {
        foreach (AddPartitionsToTxnRequest.AddPartitionsToTxnTopic topic in topics)
        {
            AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult result = results.Add();
            result.Name = topic.Name;
            foreach (int partition in topic.Partitions)
            {
                AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult entry = result.ResultsByPartition.Add();
                entry.PartitionIndex = partition;
                entry.PartitionErrorCode = errorOf(topic.Name, partition);
            }
        }
    }
}
