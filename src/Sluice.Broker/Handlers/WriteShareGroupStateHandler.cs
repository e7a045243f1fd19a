using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// WriteShareGroupState, key 85, v0–v1.
// Stores what became of records: asked by the leaders of share partitions (KIP-932). v1 how many records are finished with.
internal sealed class WriteShareGroupStateHandler(ShareCoordinator shares) : ApiHandler<WriteShareGroupStateRequest, WriteShareGroupStateResponse>
{
    protected override async ValueTask HandleAsync(
        WriteShareGroupStateRequest request, WriteShareGroupStateResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.ClusterAction);
        foreach (WriteShareGroupStateRequest.WriteStateData topic in request.Topics)
        {
            WriteShareGroupStateResponse.WriteStateResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (WriteShareGroupStateRequest.PartitionData partition in topic.Partitions)
            {
                WriteShareGroupStateResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                var key = new SharePartitionKey(request.GroupId, topic.TopicId, partition.Partition);
                ShareStateBatch[] batches = [.. partition.StateBatches.Select(static batch => new ShareStateBatch(batch.FirstOffset, batch.LastOffset, batch.DeliveryState, batch.DeliveryCount))];
                var change = new ShareState(partition.StateEpoch, partition.LeaderEpoch, partition.StartOffset, partition.DeliveryCompleteCount, batches);
                entry.ErrorCode = await shares.WriteAsync(key, change, cancellationToken).ConfigureAwait(false);
                entry.ErrorMessage = ShareErrors.Describe(entry.ErrorCode);
            }
        }
    }

    protected override void Fail(WriteShareGroupStateRequest request, WriteShareGroupStateResponse response, ErrorCode error)
    {
        foreach (WriteShareGroupStateRequest.WriteStateData topic in request.Topics)
        {
            WriteShareGroupStateResponse.WriteStateResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (WriteShareGroupStateRequest.PartitionData partition in topic.Partitions)
            {
                WriteShareGroupStateResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                entry.ErrorCode = error;
                entry.ErrorMessage = ErrorCodes.Meaning(error);
            }
        }
    }
}
