using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DeleteGroups, key 42, v0–v2.
// A group goes with all its offsets, and a share group with the state of its partitions, if nobody is in it.
internal sealed class DeleteGroupsHandler(ShareGroupAdmin groups) : ApiHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    protected override async ValueTask HandleAsync(
        DeleteGroupsRequest request, DeleteGroupsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (string groupId in request.GroupsNames)
        {
            DeleteGroupsResponse.DeletableGroupResult entry = response.Results.Add();
            entry.GroupId = groupId;
            entry.ErrorCode = context.IsGroupAllowed(AclOperation.Delete, groupId)
                ? await groups.DeleteGroupAsync(groupId, cancellationToken).ConfigureAwait(false)
                : ErrorCode.GroupAuthorizationFailed;
        }
    }

    protected override void Fail(DeleteGroupsRequest request, DeleteGroupsResponse response, ErrorCode error)
    {
        foreach (string groupId in request.GroupsNames)
        {
            DeleteGroupsResponse.DeletableGroupResult entry = response.Results.Add();
            entry.GroupId = groupId;
            entry.ErrorCode = error;
        }
    }
}
