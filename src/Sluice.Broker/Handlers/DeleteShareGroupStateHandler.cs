using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DeleteShareGroupState, key 86, v0.
// Forgets share partitions: asked by the coordinator of the group (KIP-932).
internal sealed class DeleteShareGroupStateHandler(ShareCoordinator shares) : ApiHandler<DeleteShareGroupStateRequest, DeleteShareGroupStateResponse>
{
    protected override async ValueTask HandleAsync(
        DeleteShareGroupStateRequest request, DeleteShareGroupStateResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.ClusterAction);
        foreach (DeleteShareGroupStateRequest.DeleteStateData topic in request.Topics)
        {
            DeleteShareGroupStateResponse.DeleteStateResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (DeleteShareGroupStateRequest.PartitionData partition in topic.Partitions)
            {
                DeleteShareGroupStateResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                var key = new SharePartitionKey(request.GroupId, topic.TopicId, partition.Partition);
                entry.ErrorCode = await shares.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
                entry.ErrorMessage = ShareErrors.Describe(entry.ErrorCode);
            }
        }
    }

    protected override void Fail(DeleteShareGroupStateRequest request, DeleteShareGroupStateResponse response, ErrorCode error)
    {
        foreach (DeleteShareGroupStateRequest.DeleteStateData topic in request.Topics)
        {
            DeleteShareGroupStateResponse.DeleteStateResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (DeleteShareGroupStateRequest.PartitionData partition in topic.Partitions)
            {
                DeleteShareGroupStateResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                entry.ErrorCode = error;
                entry.ErrorMessage = ErrorCodes.Meaning(error);
            }
        }
    }
}
