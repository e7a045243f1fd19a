using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// EndTxn, key 26, v0–v5.
// Commits or aborts; answered when that is decided for good, while the partitions are yet to be told. v2 PRODUCER_FENCED (KIP-588). v5 the epoch is
// raised with every transaction, and told in the answer (KIP-890).
internal sealed class EndTxnHandler(TransactionCoordinator transactions) : ApiHandler<EndTxnRequest, EndTxnResponse>
{
    protected override async ValueTask HandleAsync(EndTxnRequest request, EndTxnResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsTransactionalIdAllowed(AclOperation.Write, request.TransactionalId))
        {
            Fail(request, response, ErrorCode.TransactionalIdAuthorizationFailed);
            return;
        }
        var producer = new ProducerIdentity(request.ProducerId, request.ProducerEpoch);
        ProducerOutcome outcome = await transactions.EndAsync(
            request.TransactionalId, producer, request.Committed, isVersion2: context.ApiVersion >= 5, cancellationToken).ConfigureAwait(false);
        response.ErrorCode = outcome.Error == ErrorCode.ProducerFenced && context.ApiVersion < 2 ? ErrorCode.InvalidProducerEpoch : outcome.Error;
        response.ProducerId = outcome.Producer.Id;
        response.ProducerEpoch = outcome.Producer.Epoch;
    }

    protected override void Fail(EndTxnRequest request, EndTxnResponse response, ErrorCode error)
    {
        response.ErrorCode = error == ErrorCode.KafkaStorageError ? ErrorCode.CoordinatorLoadInProgress : error;
        response.ProducerId = -1;
        response.ProducerEpoch = -1;
    }
}
