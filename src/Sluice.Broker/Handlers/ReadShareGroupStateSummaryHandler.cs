using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ReadShareGroupStateSummary, key 87, v0–v1.
// How far share partitions are: asked by the coordinator of the group (KIP-932). v1 how many records are finished with.
internal sealed class ReadShareGroupStateSummaryHandler(ShareCoordinator shares) : ApiHandler<ReadShareGroupStateSummaryRequest, ReadShareGroupStateSummaryResponse>
{
    protected override async ValueTask HandleAsync(
        ReadShareGroupStateSummaryRequest request, ReadShareGroupStateSummaryResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.ClusterAction);
        foreach (ReadShareGroupStateSummaryRequest.ReadStateSummaryData topic in request.Topics)
        {
            ReadShareGroupStateSummaryResponse.ReadStateSummaryResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (ReadShareGroupStateSummaryRequest.PartitionData partition in topic.Partitions)
            {
                ReadShareGroupStateSummaryResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                var key = new SharePartitionKey(request.GroupId, topic.TopicId, partition.Partition);
                (entry.ErrorCode, ShareState? state) = await shares.ReadSummaryAsync(key, cancellationToken).ConfigureAwait(false);
                entry.ErrorMessage = ShareErrors.Describe(entry.ErrorCode);
                if (state is null) continue;
                entry.StateEpoch = state.StateEpoch;
                entry.LeaderEpoch = state.LeaderEpoch;
                entry.StartOffset = state.StartOffset;
                entry.DeliveryCompleteCount = state.DeliveryCompleteCount;
            }
        }
    }

    protected override void Fail(ReadShareGroupStateSummaryRequest request, ReadShareGroupStateSummaryResponse response, ErrorCode error)
    {
        foreach (ReadShareGroupStateSummaryRequest.ReadStateSummaryData topic in request.Topics)
        {
            ReadShareGroupStateSummaryResponse.ReadStateSummaryResult answer = response.Results.Add();
            answer.TopicId = topic.TopicId;
            foreach (ReadShareGroupStateSummaryRequest.PartitionData partition in topic.Partitions)
            {
                ReadShareGroupStateSummaryResponse.PartitionResult entry = answer.Partitions.Add();
                entry.Partition = partition.Partition;
                entry.ErrorCode = error;
                entry.ErrorMessage = ErrorCodes.Meaning(error);
            }
        }
    }
}
