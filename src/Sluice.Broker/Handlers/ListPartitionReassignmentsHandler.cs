using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ListPartitionReassignments, key 46, v0 (KIP-455).
// Tells which replicas are being moved between brokers: with one broker, none.
internal sealed class ListPartitionReassignmentsHandler : ApiHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>
{
    protected override ValueTask HandleAsync(ListPartitionReassignmentsRequest request, ListPartitionReassignmentsResponse response, RequestContext context,
        CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Describe);
        response.ErrorMessage = null;
        return ValueTask.CompletedTask;
    }

    protected override void Fail(ListPartitionReassignmentsRequest request, ListPartitionReassignmentsResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Meaning(error);
        foreach (ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics asked in request.Topics ?? [])
        {
            ListPartitionReassignmentsResponse.OngoingTopicReassignment topic = response.Topics.Add();
            topic.Name = asked.Name;
            foreach (int index in asked.PartitionIndexes) topic.Partitions.Add().PartitionIndex = index;
        }
    }
}
