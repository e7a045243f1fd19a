using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ShareGroupDescribe, key 77, v1.
// Share groups only (KIP-932).
internal sealed class ShareGroupDescribeHandler(GroupCoordinator groups) : ApiHandler<ShareGroupDescribeRequest, ShareGroupDescribeResponse>
{
    protected override async ValueTask HandleAsync(
        ShareGroupDescribeRequest request, ShareGroupDescribeResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (string groupId in request.GroupIds)
        {
            ShareGroupDescribeResponse.DescribedGroup entry = response.Groups.Add();
            ErrorCode error = await groups.RunAsync(groupId, shard => shard.Share.Describe(groupId, entry), cancellationToken).ConfigureAwait(false);
            if (error != ErrorCode.None)
            {
                entry.Reset();
                entry.GroupId = groupId;
                entry.ErrorCode = error;
                entry.ErrorMessage = ErrorCodes.Name(error);
            }
            else if (request.IncludeAuthorizedOperations && entry.ErrorCode == ErrorCode.None)
            {
                entry.AuthorizedOperations = AuthorizedOperations.AllOfGroup;
            }
        }
    }

    protected override void Fail(ShareGroupDescribeRequest request, ShareGroupDescribeResponse response, ErrorCode error)
    {
        foreach (string groupId in request.GroupIds)
        {
            ShareGroupDescribeResponse.DescribedGroup entry = response.Groups.Add();
            entry.GroupId = groupId;
            entry.ErrorCode = error;
        }
    }
}
