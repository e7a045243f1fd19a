using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeGroups, key 15, v0–v6.
// Classic groups only. v3 authorized operations (KIP-430). v4 static members. v6 GROUP_ID_NOT_FOUND with a message.
internal sealed class DescribeGroupsHandler(GroupCoordinator groups) : ApiHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    protected override async ValueTask HandleAsync(
        DescribeGroupsRequest request, DescribeGroupsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        short version = context.ApiVersion;
        foreach (string groupId in request.Groups)
        {
            DescribeGroupsResponse.DescribedGroup entry = response.Groups.Add();
            if (!context.IsGroupAllowed(AclOperation.Describe, groupId))
            {
                entry.GroupId = groupId;
                entry.ErrorCode = ErrorCode.GroupAuthorizationFailed;
                continue;
            }
            ErrorCode error = await groups.RunAsync(groupId, shard => shard.Describe(groupId, version, entry), cancellationToken).ConfigureAwait(false);
            if (error != ErrorCode.None)
            {
                entry.Reset();
                entry.GroupId = groupId;
                entry.ErrorCode = error;
            }
            else if (request.IncludeAuthorizedOperations && entry.ErrorCode == ErrorCode.None)
            {
                entry.AuthorizedOperations = context.AuthorizedOperations(AclResourceType.Group, groupId);
            }
        }
    }

    protected override void Fail(DescribeGroupsRequest request, DescribeGroupsResponse response, ErrorCode error)
    {
        foreach (string groupId in request.Groups)
        {
            DescribeGroupsResponse.DescribedGroup entry = response.Groups.Add();
            entry.GroupId = groupId;
            entry.ErrorCode = error;
        }
    }
}
