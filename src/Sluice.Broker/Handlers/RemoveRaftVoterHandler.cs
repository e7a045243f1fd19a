using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// RemoveRaftVoter, key 81, v0 (KIP-853).
// Takes a controller its vote. The metadata of one node has no voters to take from: answered as by a Kafka whose quorum is fixed (kraft.version 0).
internal sealed class RemoveRaftVoterHandler(BrokerServices services) : ApiHandler<RemoveRaftVoterRequest, RemoveRaftVoterResponse>
{
    protected override ValueTask HandleAsync(RemoveRaftVoterRequest request, RemoveRaftVoterResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        (response.ErrorCode, response.ErrorMessage) = RaftVoters.Refuse(request.ClusterId, services);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(RemoveRaftVoterRequest request, RemoveRaftVoterResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Meaning(error);
    }
}
