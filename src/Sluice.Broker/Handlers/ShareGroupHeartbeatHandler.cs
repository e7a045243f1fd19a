using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ShareGroupHeartbeat, key 76, v1.
// Joins, keeps up and leaves a share group (KIP-932). v0 was an early access and is not served by Kafka any more.
internal sealed class ShareGroupHeartbeatHandler(GroupCoordinator groups) : ApiHandler<ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse>
{
    public override Feature? Feature => ClusterFeatures.Share;

    protected override async ValueTask HandleAsync(
        ShareGroupHeartbeatRequest request, ShareGroupHeartbeatResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (Check(request, context) is var denied and not ErrorCode.None)
        {
            Fail(request, response, denied);
            return;
        }
        GroupClient client = GroupClient.From(context.ClientId, context.ClientAddress);
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => shard.Share.Heartbeat(request, client, response), cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None) return;
        response.Reset();
        Fail(request, response, error);
    }

    private static ErrorCode Check(ShareGroupHeartbeatRequest request, RequestContext context)
    {
        if (!context.IsGroupAllowed(AclOperation.Read, request.GroupId)) return ErrorCode.GroupAuthorizationFailed;
        bool isEveryTopicAllowed = request.SubscribedTopicNames?.TrueForAll(name => context.IsTopicAllowed(AclOperation.Describe, name)) != false;
        return isEveryTopicAllowed ? ErrorCode.None : ErrorCode.TopicAuthorizationFailed;
    }

    protected override void Fail(ShareGroupHeartbeatRequest request, ShareGroupHeartbeatResponse response, ErrorCode error) => response.ErrorCode = error;
}
