using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DeleteRecords, key 21, v0–v2.
// Raises the log start offset (KIP-107); the segments below it are unlinked by the next retention pass.
internal sealed class DeleteRecordsHandler(BrokerServices services) : ApiHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    protected override ValueTask HandleAsync(
        DeleteRecordsRequest request, DeleteRecordsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        TopicTable topics = services.Topics.Table;
        foreach (DeleteRecordsRequest.DeleteRecordsTopic topic in request.Topics)
        {
            if (topic.Partitions.Count == 0) continue;
            DeleteRecordsResponse.DeleteRecordsTopicResult result = response.Topics.Add();
            result.Name = topic.Name;
            bool isAllowed = context.IsTopicAllowed(AclOperation.Delete, topic.Name);
            foreach (DeleteRecordsRequest.DeleteRecordsPartition partition in topic.Partitions)
            {
                DeleteRecordsResponse.DeleteRecordsPartitionResult entry = result.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.LowWatermark = -1;
                TopicState? state = null;
                Partition? found = null;
                entry.ErrorCode = isAllowed ? topics.Find(topic.Name, partition.PartitionIndex, out state, out found) : ErrorCode.TopicAuthorizationFailed;
                if (entry.ErrorCode != ErrorCode.None) continue;
                if (state!.IsInternal)
                {
                    entry.ErrorCode = ErrorCode.InvalidTopicException;
                    continue;
                }
                if (state.LogConfig.CleanupPolicy == CleanupPolicy.Compact)
                {
                    entry.ErrorCode = ErrorCode.PolicyViolation;
                    continue;
                }
                entry.ErrorCode = found!.Log.DeleteRecords(partition.Offset, out long lowWatermark);
                if (entry.ErrorCode == ErrorCode.None) entry.LowWatermark = lowWatermark;
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DeleteRecordsRequest request, DeleteRecordsResponse response, ErrorCode error)
    {
        foreach (DeleteRecordsRequest.DeleteRecordsTopic topic in request.Topics)
        {
            DeleteRecordsResponse.DeleteRecordsTopicResult result = response.Topics.Add();
            result.Name = topic.Name;
            foreach (DeleteRecordsRequest.DeleteRecordsPartition partition in topic.Partitions)
            {
                DeleteRecordsResponse.DeleteRecordsPartitionResult entry = result.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.LowWatermark = -1;
                entry.ErrorCode = error;
            }
        }
    }
}
