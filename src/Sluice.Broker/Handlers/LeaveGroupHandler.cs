using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// LeaveGroup, key 13, v0–v5.
// v3 several members at once, static ones by their instance id (KIP-345). v5 reason (KIP-800).
internal sealed class LeaveGroupHandler(GroupCoordinator groups) : ApiHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    protected override async ValueTask HandleAsync(
        LeaveGroupRequest request, LeaveGroupResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        short version = context.ApiVersion;
        ErrorCode error = context.IsGroupAllowed(AclOperation.Read, request.GroupId)
            ? await groups.RunAsync(request.GroupId, shard => shard.Leave(request, version, response), cancellationToken).ConfigureAwait(false)
            : ErrorCode.GroupAuthorizationFailed;
        if (error == ErrorCode.None) return;
        response.Reset();
        Fail(request, response, error);
    }

    protected override void Fail(LeaveGroupRequest request, LeaveGroupResponse response, ErrorCode error) => response.ErrorCode = error;
}
