using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ReadShareGroupState, key 84, v0.
// What became of the records of share partitions: asked by their leaders when they begin, which fences older leaders (KIP-932).
internal sealed class ReadShareGroupStateHandler(ShareCoordinator shares) : ApiHandler<ReadShareGroupStateRequest, ReadShareGroupStateResponse>
{
    protected override async ValueTask HandleAsync(
        ReadShareGroupStateRequest request, ReadShareGroupStateResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.ClusterAction);
        foreach (ReadShareGroupStateRequest.ReadStateData topic in request.Topics)
        {
            ReadShareGroupStateResponse.ReadStateResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (ReadShareGroupStateRequest.PartitionData partition in topic.Partitions)
            {
                ReadShareGroupStateResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                var key = new SharePartitionKey(request.GroupId, topic.TopicId, partition.Partition);
                (entry.ErrorCode, ShareState? state) = await shares.ReadAsync(key, partition.LeaderEpoch, cancellationToken).ConfigureAwait(false);
                entry.ErrorMessage = ShareErrors.Describe(entry.ErrorCode);
                if (state is null) continue;
                entry.StateEpoch = state.StateEpoch;
                entry.StartOffset = state.StartOffset;
                foreach (ShareStateBatch batch in state.Batches)
                {
                    ReadShareGroupStateResponse.StateBatch told = entry.StateBatches.Add();
                    told.FirstOffset = batch.FirstOffset;
                    told.LastOffset = batch.LastOffset;
                    told.DeliveryState = batch.State;
                    told.DeliveryCount = batch.DeliveryCount;
                }
            }
        }
    }

    protected override void Fail(ReadShareGroupStateRequest request, ReadShareGroupStateResponse response, ErrorCode error)
    {
        foreach (ReadShareGroupStateRequest.ReadStateData topic in request.Topics)
        {
            ReadShareGroupStateResponse.ReadStateResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (ReadShareGroupStateRequest.PartitionData partition in topic.Partitions)
            {
                ReadShareGroupStateResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                entry.ErrorCode = error;
                entry.ErrorMessage = ErrorCodes.Meaning(error);
            }
        }
    }
}
