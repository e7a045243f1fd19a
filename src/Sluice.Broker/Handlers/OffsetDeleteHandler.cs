using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// OffsetDelete, key 47, v0.
internal sealed class OffsetDeleteHandler(GroupCoordinator groups) : ApiHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    protected override async ValueTask HandleAsync(
        OffsetDeleteRequest request, OffsetDeleteResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsGroupAllowed(AclOperation.Delete, request.GroupId))
        {
            response.ErrorCode = ErrorCode.GroupAuthorizationFailed;
            return;
        }
        IReadOnlyList<OffsetDeleteRequest.OffsetDeleteRequestTopic> denied = context.TakeDeniedTopics(request.Topics, AclOperation.Read, static topic => topic.Name);
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => shard.Offsets.Delete(request, response), cancellationToken).ConfigureAwait(false);
        if (error != ErrorCode.None)
        {
            response.Reset();
            response.ErrorCode = error;
        }
        if (response.ErrorCode != ErrorCode.None) return;
        foreach (OffsetDeleteRequest.OffsetDeleteRequestTopic topic in denied)
        {
            OffsetDeleteResponse.OffsetDeleteResponseTopic topicEntry = response.Topics.Add();
            topicEntry.Name = topic.Name;
            foreach (OffsetDeleteRequest.OffsetDeleteRequestPartition partition in topic.Partitions)
            {
                OffsetDeleteResponse.OffsetDeleteResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = ErrorCode.TopicAuthorizationFailed;
            }
        }
    }

    protected override void Fail(OffsetDeleteRequest request, OffsetDeleteResponse response, ErrorCode error) => response.ErrorCode = error;
}
