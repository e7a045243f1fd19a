using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// SyncGroup, key 14, v0–v5.
// Brings the leader's assignment and fetches one's own. v3 static members (KIP-345). v5 protocol type and name (KIP-559).
internal sealed class SyncGroupHandler(GroupCoordinator groups) : ApiHandler<SyncGroupRequest, SyncGroupResponse>
{
    protected override async ValueTask HandleAsync(
        SyncGroupRequest request, SyncGroupResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        short version = context.ApiVersion;
        ErrorCode error = context.IsGroupAllowed(AclOperation.Read, request.GroupId)
            ? await groups.RunAsync(request.GroupId, shard => shard.Sync(request, version, response), cancellationToken).ConfigureAwait(false)
            : ErrorCode.GroupAuthorizationFailed;
        if (error == ErrorCode.None) return;
        response.Reset();
        Fail(request, response, error);
    }

    protected override void Fail(SyncGroupRequest request, SyncGroupResponse response, ErrorCode error) =>

        // A member that reads "loading" here would sync again into a generation that may be gone: joining again is what helps.
        response.ErrorCode = error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.RebalanceInProgress : error;
}
