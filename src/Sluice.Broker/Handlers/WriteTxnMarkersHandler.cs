using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// WriteTxnMarkers, key 27, v1–v2.
// Writes the end of transactions into partitions. The coordinator of this broker needs no request for that; this is for an operator who ends a
// transaction that no coordinator knows of. v2 the transaction's version selects the rule for the epoch (KIP-890).
internal sealed class WriteTxnMarkersHandler(MarkerWriter markers) : ApiHandler<WriteTxnMarkersRequest, WriteTxnMarkersResponse>
{
    protected override async ValueTask HandleAsync(
        WriteTxnMarkersRequest request, WriteTxnMarkersResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsClusterAllowed(AclOperation.Alter, isAudited: false)) context.RequireCluster(AclOperation.ClusterAction);
        foreach (WriteTxnMarkersRequest.WritableTxnMarker asked in request.Markers)
        {
            // A marker for no partition is not answered, as with Kafka.
            if (asked.Topics.All(static topic => topic.PartitionIndexes.Count == 0)) continue;
            bool isMarker = asked is { ProducerId: >= 0, ProducerEpoch: >= 0, TransactionVersion: >= 0 };
            var marker = new TransactionMarker(asked.ProducerId, asked.ProducerEpoch, asked.TransactionResult, asked.CoordinatorEpoch, IsVersion2: asked.TransactionVersion >= 2);
            WriteTxnMarkersResponse.WritableTxnMarkerResult result = response.Markers.Add();
            result.ProducerId = asked.ProducerId;
            List<(WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult Entry, Task<ErrorCode> Write)> writes = [];
            foreach (WriteTxnMarkersRequest.WritableTxnMarkerTopic topic in asked.Topics)
            {
                WriteTxnMarkersResponse.WritableTxnMarkerTopicResult topicEntry = result.Topics.Add();
                topicEntry.Name = topic.Name;
                foreach (int partition in topic.PartitionIndexes)
                {
                    WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult entry = topicEntry.Partitions.Add();
                    entry.PartitionIndex = partition;
                    if (isMarker) writes.Add((entry, markers.WriteAsync(new TopicPartition(topic.Name, partition), marker, cancellationToken)));
                    else entry.ErrorCode = ErrorCode.InvalidRequest;
                }
            }
            foreach ((WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult entry, Task<ErrorCode> write) in writes)
                entry.ErrorCode = ToMarkerError(await write.ConfigureAwait(false));
        }
    }

    protected override void Fail(WriteTxnMarkersRequest request, WriteTxnMarkersResponse response, ErrorCode error)
    {
        foreach (WriteTxnMarkersRequest.WritableTxnMarker asked in request.Markers)
        {
            WriteTxnMarkersResponse.WritableTxnMarkerResult result = response.Markers.Add();
            result.ProducerId = asked.ProducerId;
            foreach (WriteTxnMarkersRequest.WritableTxnMarkerTopic topic in asked.Topics)
            {
                WriteTxnMarkersResponse.WritableTxnMarkerTopicResult topicEntry = result.Topics.Add();
                topicEntry.Name = topic.Name;
                foreach (int partition in topic.PartitionIndexes)
                {
                    WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult entry = topicEntry.Partitions.Add();
                    entry.PartitionIndex = partition;
                    entry.ErrorCode = error;
                }
            }
        }
    }

    // Who writes markers knows partitions and leaders, no coordinators of groups.
    private static ErrorCode ToMarkerError(ErrorCode error) => error switch
    {
        ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator => ErrorCode.NotLeaderOrFollower,
        ErrorCode.KafkaStorageError => ErrorCode.UnknownTopicOrPartition,
        _ => error,
    };
}
