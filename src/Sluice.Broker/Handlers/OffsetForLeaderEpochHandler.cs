using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// OffsetForLeaderEpoch, key 23, v2–v4.
// Says where a leader epoch ended, so that a client or follower can tell whether its log and this one parted (KIP-101, KIP-320).
internal sealed class OffsetForLeaderEpochHandler(BrokerServices services) : ApiHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    protected override ValueTask HandleAsync(
        OffsetForLeaderEpochRequest request, OffsetForLeaderEpochResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        TopicTable topics = services.Topics.Table;

        // At first only brokers asked this; consumers came later (KIP-320).
        bool isBroker = context.IsAuthorizing && context.IsClusterAllowed(AclOperation.ClusterAction, isAudited: false);
        foreach (OffsetForLeaderEpochRequest.OffsetForLeaderTopic topic in request.Topics)
        {
            OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult result = response.Topics.Add();
            result.Topic = topic.Topic;
            bool isAllowed = isBroker || context.IsTopicAllowed(AclOperation.Describe, topic.Topic);
            foreach (OffsetForLeaderEpochRequest.OffsetForLeaderPartition partition in topic.Partitions)
            {
                OffsetForLeaderEpochResponse.EpochEndOffset entry = result.Partitions.Add();
                entry.Partition = partition.Partition;
                Partition? found = null;
                entry.ErrorCode = isAllowed ? topics.Find(topic.Topic, partition.Partition, out _, out found) : ErrorCode.TopicAuthorizationFailed;
                if (entry.ErrorCode == ErrorCode.None) entry.ErrorCode = LeaderEpochs.Check(partition.CurrentLeaderEpoch, found!.Log.LeaderEpoch);
                if (entry.ErrorCode != ErrorCode.None) continue;
                EpochEndOffset end = found!.Log.EndOffsetForEpoch(partition.LeaderEpoch);
                entry.LeaderEpoch = end.LeaderEpoch;
                entry.EndOffset = end.EndOffset;
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(OffsetForLeaderEpochRequest request, OffsetForLeaderEpochResponse response, ErrorCode error)
    {
        foreach (OffsetForLeaderEpochRequest.OffsetForLeaderTopic topic in request.Topics)
        {
            OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult result = response.Topics.Add();
            result.Topic = topic.Topic;
            foreach (OffsetForLeaderEpochRequest.OffsetForLeaderPartition partition in topic.Partitions)
            {
                OffsetForLeaderEpochResponse.EpochEndOffset entry = result.Partitions.Add();
                entry.Partition = partition.Partition;
                entry.ErrorCode = error;
            }
        }
    }
}
