using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// UnregisterBroker, key 64, v0 (KIP-631).
// Makes the cluster forget a broker that is gone for good. The only one there is answers, so it is not gone.
internal sealed class UnregisterBrokerHandler(BrokerServices services) : ApiHandler<UnregisterBrokerRequest, UnregisterBrokerResponse>
{
    protected override ValueTask HandleAsync(UnregisterBrokerRequest request, UnregisterBrokerResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        (response.ErrorCode, response.ErrorMessage) = request.BrokerId == services.BrokerId
            ? (ErrorCode.InvalidRequest, $"Broker ID {request.BrokerId} is the only broker and holds the whole cluster; it cannot be unregistered.")
            : (ErrorCode.BrokerIdNotRegistered, $"Broker ID {request.BrokerId} is not currently registered");
        return ValueTask.CompletedTask;
    }

    protected override void Fail(UnregisterBrokerRequest request, UnregisterBrokerResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Meaning(error);
    }
}
