using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DeleteGroups, key 42, v0–v2.
// A group goes with all its offsets, if nobody is in it.
internal sealed class DeleteGroupsHandler(GroupCoordinator groups) : ApiHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    protected override async ValueTask HandleAsync(
        DeleteGroupsRequest request, DeleteGroupsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (string groupId in request.GroupsNames)
        {
            DeleteGroupsResponse.DeletableGroupResult entry = response.Results.Add();
            entry.GroupId = groupId;
            ErrorCode error = await groups.RunAsync(groupId, shard => { entry.ErrorCode = shard.Delete(groupId); }, cancellationToken).ConfigureAwait(false);
            if (error != ErrorCode.None) entry.ErrorCode = error;
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
