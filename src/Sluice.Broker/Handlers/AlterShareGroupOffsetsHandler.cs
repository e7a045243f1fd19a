using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AlterShareGroupOffsets, key 91, v0.
// Resets where a share group starts, if nobody is in it (KIP-932).
internal sealed class AlterShareGroupOffsetsHandler(ShareGroupAdmin shareGroups) : ApiHandler<AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse>
{
    protected override ValueTask HandleAsync(
        AlterShareGroupOffsetsRequest request, AlterShareGroupOffsetsResponse response, RequestContext context, CancellationToken cancellationToken) =>
        shareGroups.AlterOffsetsAsync(request, response, cancellationToken);

    protected override void Fail(AlterShareGroupOffsetsRequest request, AlterShareGroupOffsetsResponse response, ErrorCode error) => response.ErrorCode = error;
}
