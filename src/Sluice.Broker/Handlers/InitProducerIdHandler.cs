using Sluice.Broker.Producers;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// InitProducerId, key 22, v0–v5.
// Gives an idempotent producer its id (KIP-98). v3 a producer that continues sends its id and epoch (KIP-360).
// With a transactional id the transaction coordinator would decide; none runs here, so that is COORDINATOR_NOT_AVAILABLE.
internal sealed class InitProducerIdHandler(ProducerIdAllocator producerIds) : ApiHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    protected override async ValueTask HandleAsync(
        InitProducerIdRequest request, InitProducerIdResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.TransactionalId is not null)
        {
            Fail(request, response, request.TransactionalId.Length == 0 ? ErrorCode.InvalidRequest : ErrorCode.CoordinatorNotAvailable);
            return;
        }
        // An id without its epoch, or the other way round, is no producer that this broker ever made.
        if (request.ProducerId == -1 != (request.ProducerEpoch == -1))
        {
            Fail(request, response, ErrorCode.InvalidRequest);
            return;
        }
        response.ProducerId = await producerIds.NextAsync(cancellationToken).ConfigureAwait(false);
        response.ProducerEpoch = 0;
    }

    protected override void Fail(InitProducerIdRequest request, InitProducerIdResponse response, ErrorCode error)
    {
        // What Kafka answers while it has no ids to give. Older clients ask again after this one, and give up for good after a storage error.
        response.ErrorCode = error == ErrorCode.KafkaStorageError ? ErrorCode.CoordinatorLoadInProgress : error;
        response.ProducerId = -1;
        response.ProducerEpoch = -1;
    }
}
