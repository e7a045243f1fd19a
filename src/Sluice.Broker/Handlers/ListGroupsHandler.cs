using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ListGroups, key 16, v0–v5.
// v4 filter by state (KIP-518). v5 filter by type (KIP-848). A shard that is loading fails the request: half a list would be taken for a whole one.
internal sealed class ListGroupsHandler(GroupCoordinator groups) : ApiHandler<ListGroupsRequest, ListGroupsResponse>
{
    protected override async ValueTask HandleAsync(
        ListGroupsRequest request, ListGroupsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (CoordinatorShard<GroupShard> shard in groups.Shards)
        {
            ErrorCode error = await shard.RunAsync(
                state =>
                {
                    state.List(request, response);
                    return Task.CompletedTask;
                },
                cancellationToken).ConfigureAwait(false);
            if (error is ErrorCode.None or ErrorCode.NotCoordinator) continue;
            response.Reset();
            response.ErrorCode = error;
            return;
        }

        // Who may know of the cluster may know of all its groups.
        if (context.IsAuthorizing && !context.IsClusterAllowed(AclOperation.Describe, isAudited: false))
            response.Groups.TakeOut(group => !context.IsGroupAllowed(AclOperation.Describe, group.GroupId, isAudited: false));
    }

    protected override void Fail(ListGroupsRequest request, ListGroupsResponse response, ErrorCode error) => response.ErrorCode = error;
}
