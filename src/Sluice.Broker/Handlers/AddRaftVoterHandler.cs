using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AddRaftVoter, key 80, v0–v1 (KIP-853).
// Lets one more controller vote. The metadata of one node has no voters to add to: answered as by a Kafka whose quorum is fixed (kraft.version 0).
internal sealed class AddRaftVoterHandler(BrokerServices services) : ApiHandler<AddRaftVoterRequest, AddRaftVoterResponse>
{
    protected override ValueTask HandleAsync(AddRaftVoterRequest request, AddRaftVoterResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        (response.ErrorCode, response.ErrorMessage) = RaftVoters.Refuse(request.ClusterId, services);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(AddRaftVoterRequest request, AddRaftVoterResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Meaning(error);
    }
}
