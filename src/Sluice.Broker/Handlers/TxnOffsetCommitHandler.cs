using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// TxnOffsetCommit, key 28, v0–v5.
// Commits offsets inside a producer's transaction. v2 leader epoch. v3 generation and member (KIP-447). v5 the broker adds the group's partition to
// the transaction itself (KIP-890).
internal sealed class TxnOffsetCommitHandler(BrokerServices services, GroupCoordinator groups, TransactionVerifier transactions)
    : ApiHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse>
{
    private const short ImplicitAddVersion = 5;

    protected override async ValueTask HandleAsync(
        TxnOffsetCommitRequest request, TxnOffsetCommitResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (Check(request, context) is var refused and not ErrorCode.None)
        {
            Fail(request, response, refused);
            return;
        }
        IReadOnlyList<TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic> denied = context.TakeDeniedTopics(request.Topics, AclOperation.Read, static topic => topic.Name);
        if (denied.Count == 0 || request.Topics.Count > 0) await CommitAsync(request, response, context, cancellationToken).ConfigureAwait(false);
        foreach (TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic topic in denied) Refuse(topic, response, ErrorCode.TopicAuthorizationFailed);
    }

    private static ErrorCode Check(TxnOffsetCommitRequest request, RequestContext context)
    {
        if (!context.IsTransactionalIdAllowed(AclOperation.Write, request.TransactionalId)) return ErrorCode.TransactionalIdAuthorizationFailed;
        return context.IsGroupAllowed(AclOperation.Read, request.GroupId) ? ErrorCode.None : ErrorCode.GroupAuthorizationFailed;
    }

    private async ValueTask CommitAsync(
        TxnOffsetCommitRequest request, TxnOffsetCommitResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        ErrorCode error = request.GroupId.Length == 0 ? ErrorCode.InvalidGroupId : await groups.EnsureTopicAsync(cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None)
        {
            error = groups.LogOf(request.GroupId) is { } log
                ? await CommitAsync(request, response, log, context.ApiVersion, cancellationToken).ConfigureAwait(false)
                : ErrorCode.NotCoordinator;
        }
        if (error == ErrorCode.None) return;
        response.Reset();
        if (error == ErrorCode.CoordinatorLoadInProgress && context.ApiVersion < 2) error = ErrorCode.CoordinatorNotAvailable;
        GroupOffsetOperations.Refuse(request, services.Topics.Table, error, response);
    }

    protected override void Fail(TxnOffsetCommitRequest request, TxnOffsetCommitResponse response, ErrorCode error)
    {
        foreach (TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic topic in request.Topics) Refuse(topic, response, error);
    }

    private static void Refuse(TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic topic, TxnOffsetCommitResponse response, ErrorCode error)
    {
        TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic topicEntry = response.Topics.Add();
        topicEntry.Name = topic.Name;
        foreach (TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition partition in topic.Partitions)
        {
            TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition entry = topicEntry.Partitions.Add();
            entry.PartitionIndex = partition.PartitionIndex;
            entry.ErrorCode = error;
        }
    }

    private async ValueTask<ErrorCode> CommitAsync(
        TxnOffsetCommitRequest request, TxnOffsetCommitResponse response, PartitionLog log, short version, CancellationToken cancellationToken)
    {
        var producer = new ProducerIdentity(request.ProducerId, request.ProducerEpoch);
        bool mayAdd = version >= ImplicitAddVersion;
        bool hasWaited = false;
        for (int attempt = 1; ; attempt++)
        {
            TransactionGuard guard = log.TakeTransactionGuard(producer.Id, producer.Epoch, firstSequence: -1);
            try
            {
                if (guard.ErrorCode != ErrorCode.None) return guard.ErrorCode;
                VerificationOutcome asked = default;
                if (guard.MustAsk) asked = await transactions.AskAsync(request.TransactionalId, producer, [log.TopicPartition], mayAdd, cancellationToken).ConfigureAwait(false);
                if (asked.Hindered is { } before && !hasWaited && (hasWaited = await transactions.WaitForAsync(before, cancellationToken).ConfigureAwait(false))) continue;
                if (asked.Errors is [not ErrorCode.None and var refusal]) return ToCommitError(refusal, version);
                if (attempt < TransactionVerifier.AttemptsMax && guard.MustAsk && !log.IsTransactionGuardGood(producer.Id, producer.Epoch, guard)) continue;
                var transaction = new CoordinatorTransaction(producer.Id, producer.Epoch, guard.Id);
                return await groups.RunAsync(request.GroupId, shard => shard.Offsets.Commit(request, version, transaction, response), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                log.ReturnTransactionGuard(producer.Id, guard);
            }
        }
    }

    // What the coordinator of the transaction says, in the words that a producer of this version understands.
    private static ErrorCode ToCommitError(ErrorCode error, short version) => error switch
    {
        ErrorCode.ProducerFenced => ErrorCode.InvalidProducerEpoch,
        ErrorCode.TransactionAbortable when version < 4 => ErrorCode.InvalidTxnState,
        ErrorCode.NetworkException => ErrorCode.CoordinatorLoadInProgress,
        ErrorCode.ClusterAuthorizationFailed => ErrorCode.InvalidTxnState,
        _ => error,
    };
}
