using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeShareGroupOffsets, key 90, v0–v1.
// v1 lag (KIP-1226).
internal sealed class DescribeShareGroupOffsetsHandler(ShareGroupAdmin shareGroups) : ApiHandler<DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsResponse>
{
    protected override async ValueTask HandleAsync(
        DescribeShareGroupOffsetsRequest request, DescribeShareGroupOffsetsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup group in request.Groups)
            await shareGroups.DescribeOffsetsAsync(group, response.Groups.Add(), cancellationToken).ConfigureAwait(false);
    }

    protected override void Fail(DescribeShareGroupOffsetsRequest request, DescribeShareGroupOffsetsResponse response, ErrorCode error)
    {
        foreach (DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup group in request.Groups)
        {
            DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup entry = response.Groups.Add();
            entry.GroupId = group.GroupId;
            entry.ErrorCode = error;
        }
    }
}
