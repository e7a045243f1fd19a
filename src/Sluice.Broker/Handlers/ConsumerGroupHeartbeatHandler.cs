using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ConsumerGroupHeartbeat, key 68, v0–v1.
// Joins, keeps up and leaves a group whose broker assigns (KIP-848). v1 patterns, and member ids that the client chooses (KIP-1082).
internal sealed class ConsumerGroupHeartbeatHandler(GroupCoordinator groups) : ApiHandler<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>
{
    protected override async ValueTask HandleAsync(
        ConsumerGroupHeartbeatRequest request, ConsumerGroupHeartbeatResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        GroupClient client = GroupClient.From(context.ClientId, context.ClientAddress);
        short version = context.ApiVersion;
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => shard.Consumer.Heartbeat(request, version, client, response), cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None) return;
        response.Reset();
        Fail(request, response, error);
    }

    protected override void Fail(ConsumerGroupHeartbeatRequest request, ConsumerGroupHeartbeatResponse response, ErrorCode error) => response.ErrorCode = error;
}
