using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Producers;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// InitProducerId, key 22, v0–v5.
// Gives an idempotent producer its id (KIP-98), and a transactional one its epoch. v3 a producer that continues sends its id and epoch (KIP-360).
// v4 PRODUCER_FENCED (KIP-588); older clients get INVALID_PRODUCER_EPOCH instead. v5 TRANSACTION_ABORTABLE (KIP-890), which is not sent here.
internal sealed class InitProducerIdHandler(ProducerIdAllocator producerIds, TransactionCoordinator transactions) : ApiHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    protected override async ValueTask HandleAsync(
        InitProducerIdRequest request, InitProducerIdResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (Check(request, context) is var denied and not ErrorCode.None)
        {
            Fail(request, response, denied);
            return;
        }

        // An id without its epoch, or the other way round, is no producer that this broker ever made.
        if (request.TransactionalId?.Length == 0 || request.ProducerId == -1 != (request.ProducerEpoch == -1))
        {
            Fail(request, response, ErrorCode.InvalidRequest);
            return;
        }
        if (request.TransactionalId is null)
        {
            response.ProducerId = await producerIds.NextAsync(cancellationToken).ConfigureAwait(false);
            response.ProducerEpoch = 0;
            return;
        }
        if (request.TransactionTimeoutMs <= 0 || request.TransactionTimeoutMs > transactions.TimeoutMsMax)
        {
            Fail(request, response, ErrorCode.InvalidTransactionTimeout);
            return;
        }
        ProducerIdentity? expected = request.ProducerId == -1 ? null : new ProducerIdentity(request.ProducerId, request.ProducerEpoch);
        ProducerOutcome outcome = await transactions.InitProducerIdAsync(
            request.TransactionalId, request.TransactionTimeoutMs, expected, cancellationToken).ConfigureAwait(false);
        response.ErrorCode = outcome.Error == ErrorCode.ProducerFenced && context.ApiVersion < 4 ? ErrorCode.InvalidProducerEpoch : outcome.Error;
        response.ProducerId = outcome.Producer.Id;
        response.ProducerEpoch = outcome.Producer.Epoch;
    }

    // Who may write to some topic may have an id to do it with.
    private static ErrorCode Check(InitProducerIdRequest request, RequestContext context)
    {
        if (request.TransactionalId is { } id)
            return context.IsTransactionalIdAllowed(AclOperation.Write, id) ? ErrorCode.None : ErrorCode.TransactionalIdAuthorizationFailed;
        return context.IsClusterAllowed(AclOperation.IdempotentWrite, isAudited: false) || context.MayWriteToSomeTopic() ? ErrorCode.None : ErrorCode.ClusterAuthorizationFailed;
    }

    protected override void Fail(InitProducerIdRequest request, InitProducerIdResponse response, ErrorCode error)
    {
        // What Kafka answers while it has no ids to give. Older clients ask again after this one, and give up for good after a storage error.
        response.ErrorCode = error == ErrorCode.KafkaStorageError ? ErrorCode.CoordinatorLoadInProgress : error;
        response.ProducerId = -1;
        response.ProducerEpoch = -1;
    }
}
