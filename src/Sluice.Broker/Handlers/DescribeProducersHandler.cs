using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeProducers, key 61, v0.
// Tells which producers a partition knows, and whose transaction is open in it (KIP-664).
internal sealed class DescribeProducersHandler(BrokerServices services) : ApiHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    protected override ValueTask HandleAsync(
        DescribeProducersRequest request, DescribeProducersResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        TopicTable topics = services.Topics.Table;
        Answer(request, response, (topic, entry) =>
        {
            if (TopicName.Validate(topic) is { } invalid)
            {
                (entry.ErrorCode, entry.ErrorMessage) = (ErrorCode.InvalidTopicException, invalid);
                return;
            }
            if (!context.IsTopicAllowed(AclOperation.Read, topic))
            {
                (entry.ErrorCode, entry.ErrorMessage) = (ErrorCode.TopicAuthorizationFailed, ErrorCodes.Meaning(ErrorCode.TopicAuthorizationFailed));
                return;
            }
            entry.ErrorCode = topics.Find(topic, entry.PartitionIndex, out TopicState? known, out Partition? partition);
            if (known is null) entry.ErrorMessage = "There is no such topic.";
            if (entry.ErrorCode != ErrorCode.None) return;
            foreach (ProducerInfo producer in partition!.Log.DescribeProducers())
            {
                DescribeProducersResponse.ProducerState state = entry.ActiveProducers.Add();
                state.ProducerId = producer.ProducerId;
                state.ProducerEpoch = producer.Epoch;
                state.LastSequence = producer.LastSequence;
                state.LastTimestamp = producer.LastTimestampMs;
                state.CoordinatorEpoch = producer.CoordinatorEpoch;
                state.CurrentTxnStartOffset = producer.TransactionFirstOffset;
            }
        });
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeProducersRequest request, DescribeProducersResponse response, ErrorCode error) =>
        Answer(request, response, (_, entry) => entry.ErrorCode = error);

    private static void Answer(DescribeProducersRequest request, DescribeProducersResponse response, Action<string, DescribeProducersResponse.PartitionResponse> fill)
    {
        foreach (DescribeProducersRequest.TopicRequest topic in request.Topics)
        {
            DescribeProducersResponse.TopicResponse topicEntry = response.Topics.Add();
            topicEntry.Name = topic.Name;
            foreach (int partition in topic.PartitionIndexes)
            {
                DescribeProducersResponse.PartitionResponse entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition;
                fill(topic.Name, entry);
            }
        }
    }
}
