using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// OffsetDelete, key 47, v0.
internal sealed class OffsetDeleteHandler(GroupCoordinator groups) : ApiHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    protected override async ValueTask HandleAsync(
        OffsetDeleteRequest request, OffsetDeleteResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => shard.Offsets.Delete(request, response), cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None) return;
        response.Reset();
        response.ErrorCode = error;
    }

    protected override void Fail(OffsetDeleteRequest request, OffsetDeleteResponse response, ErrorCode error) => response.ErrorCode = error;
}
