using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DeleteShareGroupOffsets, key 92, v0.
// Forgets where a share group is in topics, if nobody is in it (KIP-932).
internal sealed class DeleteShareGroupOffsetsHandler(ShareGroupAdmin shareGroups) : ApiHandler<DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse>
{
    protected override ValueTask HandleAsync(
        DeleteShareGroupOffsetsRequest request, DeleteShareGroupOffsetsResponse response, RequestContext context, CancellationToken cancellationToken) =>
        shareGroups.DeleteOffsetsAsync(request, response, cancellationToken);

    protected override void Fail(DeleteShareGroupOffsetsRequest request, DeleteShareGroupOffsetsResponse response, ErrorCode error) => response.ErrorCode = error;
}
