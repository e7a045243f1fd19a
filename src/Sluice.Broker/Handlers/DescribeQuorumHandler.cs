using Sluice.Broker.Requests;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeQuorum, key 55, v0–v2.
// Tells who keeps the metadata (KIP-595): this broker alone, its only voter and its leader; offsets are versions of the metadata, all of them on disk.
// v1 times of the last fetch (KIP-836). v2 directory ids, nodes and messages (KIP-853); no listener is only for controllers, so the node names none.
internal sealed class DescribeQuorumHandler(BrokerServices services) : ApiHandler<DescribeQuorumRequest, DescribeQuorumResponse>
{
    private const string MetadataTopic = "__cluster_metadata";
    private const int LeaderEpoch = 1;

    protected override ValueTask HandleAsync(DescribeQuorumRequest request, DescribeQuorumResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Describe);
        if (request.Topics is not [{ TopicName: MetadataTopic, Partitions: [{ PartitionIndex: 0 }] }])
        {
            foreach (DescribeQuorumRequest.TopicData asked in request.Topics)
            {
                DescribeQuorumResponse.TopicData topic = response.Topics.Add();
                topic.TopicName = asked.TopicName;
                foreach (DescribeQuorumRequest.PartitionData partition in asked.Partitions)
                {
                    DescribeQuorumResponse.PartitionData entry = topic.Partitions.Add();
                    entry.PartitionIndex = partition.PartitionIndex;
                    entry.ErrorCode = ErrorCode.UnknownTopicOrPartition;
                    entry.ErrorMessage = ErrorCodes.Meaning(ErrorCode.UnknownTopicOrPartition);
                }
            }
            return ValueTask.CompletedTask;
        }
        DescribeQuorumResponse.TopicData metadata = response.Topics.Add();
        metadata.TopicName = MetadataTopic;
        DescribeQuorumResponse.PartitionData log = metadata.Partitions.Add();
        log.LeaderId = services.BrokerId;
        log.LeaderEpoch = LeaderEpoch;
        log.HighWatermark = services.Store.Current.Version;
        DescribeQuorumResponse.ReplicaState voter = log.CurrentVoters.Add();
        voter.ReplicaId = services.BrokerId;
        voter.LogEndOffset = log.HighWatermark;
        voter.LastFetchTimestamp = voter.LastCaughtUpTimestamp = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (context.ApiVersion < 2) return ValueTask.CompletedTask;
        voter.ReplicaDirectoryId = MetaProperties.Read(services.Logs.Directories[0].Path)?.DirectoryId ?? Uuid.Zero;
        response.Nodes.Add().NodeId = services.BrokerId;
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeQuorumRequest request, DescribeQuorumResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Meaning(error);
    }
}
