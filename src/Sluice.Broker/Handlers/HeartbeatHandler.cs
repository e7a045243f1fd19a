using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// Heartbeat, key 12, v0–v4.
// While the group is being loaded the answer is NONE, as with Kafka: sessions begin anew when it is there.
internal sealed class HeartbeatHandler(GroupCoordinator groups) : ApiHandler<HeartbeatRequest, HeartbeatResponse>
{
    protected override async ValueTask HandleAsync(
        HeartbeatRequest request, HeartbeatResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsGroupAllowed(AclOperation.Read, request.GroupId))
        {
            response.ErrorCode = ErrorCode.GroupAuthorizationFailed;
            return;
        }
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => { response.ErrorCode = shard.Heartbeat(request); }, cancellationToken).ConfigureAwait(false);
        if (error is not (ErrorCode.None or ErrorCode.CoordinatorLoadInProgress)) response.ErrorCode = error;
    }

    protected override void Fail(HeartbeatRequest request, HeartbeatResponse response, ErrorCode error) => response.ErrorCode = error;
}
