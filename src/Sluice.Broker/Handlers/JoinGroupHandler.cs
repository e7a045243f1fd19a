using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// JoinGroup, key 11, v0–v9.
// Answered when the group's members have all joined, or their time is over. v4 member id first (KIP-394). v5 static members (KIP-345).
// v9 a returning leader may leave the assignment alone (KIP-814).
internal sealed class JoinGroupHandler(GroupCoordinator groups) : ApiHandler<JoinGroupRequest, JoinGroupResponse>
{
    protected override async ValueTask HandleAsync(
        JoinGroupRequest request, JoinGroupResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        GroupClient client = GroupClient.From(context.ClientId, context.ClientAddress);
        short version = context.ApiVersion;
        ErrorCode error = context.IsGroupAllowed(AclOperation.Read, request.GroupId)
            ? await groups.RunAsync(request.GroupId, shard => shard.Join(request, version, client, response), cancellationToken).ConfigureAwait(false)
            : ErrorCode.GroupAuthorizationFailed;
        if (error != ErrorCode.None)
        {
            response.Reset();
            response.ErrorCode = error;
            response.ProtocolName = null;
        }

        // Null is what a refusal has there, and can be written from version 7 on.
        if (version < 7) response.ProtocolName ??= "";
    }

    protected override void Fail(JoinGroupRequest request, JoinGroupResponse response, ErrorCode error) => response.ErrorCode = error;
}
