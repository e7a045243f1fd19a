using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ConsumerGroupHeartbeat, key 68, v0–v1.
// Joins, keeps up and leaves a group whose broker assigns (KIP-848). v1 patterns, and member ids that the client chooses (KIP-1082).
internal sealed class ConsumerGroupHeartbeatHandler(GroupCoordinator groups) : ApiHandler<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>
{
    public override Feature? Feature => ClusterFeatures.Group;

    protected override async ValueTask HandleAsync(
        ConsumerGroupHeartbeatRequest request, ConsumerGroupHeartbeatResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (Check(request, context) is var denied and not ErrorCode.None)
        {
            Fail(request, response, denied);
            return;
        }
        GroupClient client = GroupClient.From(context.ClientId, context.ClientAddress);
        short version = context.ApiVersion;
        Func<string, bool>? mayDescribe = context.TopicFilter(AclOperation.Describe);
        ErrorCode error = await groups.RunAsync(
            request.GroupId, shard => shard.Consumer.Heartbeat(request, version, client, mayDescribe, response), cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None) return;
        response.Reset();
        Fail(request, response, error);
    }

    // Topics that a pattern finds are not refused: those that the client may not know of are left out.
    private static ErrorCode Check(ConsumerGroupHeartbeatRequest request, RequestContext context)
    {
        if (!context.IsGroupAllowed(AclOperation.Read, request.GroupId)) return ErrorCode.GroupAuthorizationFailed;
        bool isEveryTopicAllowed = request.SubscribedTopicNames?.TrueForAll(name => context.IsTopicAllowed(AclOperation.Describe, name)) != false;
        return isEveryTopicAllowed ? ErrorCode.None : ErrorCode.TopicAuthorizationFailed;
    }

    protected override void Fail(ConsumerGroupHeartbeatRequest request, ConsumerGroupHeartbeatResponse response, ErrorCode error) => response.ErrorCode = error;
}
