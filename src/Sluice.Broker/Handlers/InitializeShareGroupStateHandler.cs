using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// InitializeShareGroupState, key 83, v0.
// Begins share partitions, or begins them anew: asked by the coordinator of the group (KIP-932).
internal sealed class InitializeShareGroupStateHandler(ShareCoordinator shares) : ApiHandler<InitializeShareGroupStateRequest, InitializeShareGroupStateResponse>
{
    protected override async ValueTask HandleAsync(
        InitializeShareGroupStateRequest request, InitializeShareGroupStateResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.ClusterAction);
        foreach (InitializeShareGroupStateRequest.InitializeStateData topic in request.Topics)
        {
            InitializeShareGroupStateResponse.InitializeStateResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (InitializeShareGroupStateRequest.PartitionData partition in topic.Partitions)
            {
                InitializeShareGroupStateResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                var key = new SharePartitionKey(request.GroupId, topic.TopicId, partition.Partition);
                entry.ErrorCode = await shares.InitializeAsync(key, partition.StateEpoch, partition.StartOffset, cancellationToken).ConfigureAwait(false);
                entry.ErrorMessage = ShareErrors.Describe(entry.ErrorCode);
            }
        }
    }

    protected override void Fail(InitializeShareGroupStateRequest request, InitializeShareGroupStateResponse response, ErrorCode error)
    {
        foreach (InitializeShareGroupStateRequest.InitializeStateData topic in request.Topics)
        {
            InitializeShareGroupStateResponse.InitializeStateResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (InitializeShareGroupStateRequest.PartitionData partition in topic.Partitions)
            {
                InitializeShareGroupStateResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                entry.ErrorCode = error;
                entry.ErrorMessage = ErrorCodes.Meaning(error);
            }
        }
    }
}
