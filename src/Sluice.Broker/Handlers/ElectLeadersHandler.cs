using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ElectLeaders, key 43, v0–v2.
// Elects the preferred replica, or (v1, KIP-460) any that is alive, as the leader. The only replica of a partition leads it for as long as its log can be
// used: nothing is ever left to elect, and a partition without its log has nobody to vote for.
internal sealed class ElectLeadersHandler(BrokerServices services) : ApiHandler<ElectLeadersRequest, ElectLeadersResponse>
{
    private const sbyte Preferred = 0;
    private const sbyte Unclean = 1;

    protected override ValueTask HandleAsync(ElectLeadersRequest request, ElectLeadersResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        if (request.ElectionType is not (Preferred or Unclean)) throw new RequestRefusedException(ErrorCode.InvalidRequest);
        TopicTable topics = services.Topics.Table;
        if (request.TopicPartitions is { } wanted)
        {
            foreach (ElectLeadersRequest.TopicPartitionsData asked in wanted)
            {
                ElectLeadersResponse.ReplicaElectionResult result = response.ReplicaElectionResults.Add();
                result.Topic = asked.Topic;
                foreach (int partition in asked.Partitions) Add(result, partition, Elect(topics.Find(asked.Topic), asked.Topic, partition, request.ElectionType));
            }
            return ValueTask.CompletedTask;
        }
        // Of all partitions, those that need no election are not named.
        foreach (TopicState topic in topics.All)
        {
            ElectLeadersResponse.ReplicaElectionResult result = response.ReplicaElectionResults.Add();
            result.Topic = topic.Name;
            for (int partition = 0; partition < topic.Partitions.Length; partition++)
            {
                if (!topic.IsOnline(partition)) Add(result, partition, Elect(topic, topic.Name, partition, request.ElectionType));
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(ElectLeadersRequest request, ElectLeadersResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        foreach (ElectLeadersRequest.TopicPartitionsData asked in request.TopicPartitions ?? [])
        {
            ElectLeadersResponse.ReplicaElectionResult result = response.ReplicaElectionResults.Add();
            result.Topic = asked.Topic;
            foreach (int partition in asked.Partitions) Add(result, partition, (error, ErrorCodes.Meaning(error)));
        }
    }

    private static (ErrorCode Error, string Message) Elect(TopicState? topic, string name, int partition, sbyte type)
    {
        if (topic is null) return (ErrorCode.UnknownTopicOrPartition, $"No such topic as {name}");
        if ((uint)partition >= (uint)topic.Partitions.Length) return (ErrorCode.UnknownTopicOrPartition, $"No such partition as {name}-{partition}");
        if (topic.IsOnline(partition)) return (ErrorCode.ElectionNotNeeded, type == Preferred ? "The preferred replica is the leader already." : "There is a leader already.");
        return type == Preferred
            ? (ErrorCode.PreferredLeaderNotAvailable, "The log of the only replica cannot be used.")
            : (ErrorCode.EligibleLeadersNotAvailable, "The log of the only replica cannot be used.");
    }

    private static void Add(ElectLeadersResponse.ReplicaElectionResult result, int partition, (ErrorCode Error, string Message) outcome)
    {
        ElectLeadersResponse.PartitionResult entry = result.PartitionResult.Add();
        entry.PartitionId = partition;
        (entry.ErrorCode, entry.ErrorMessage) = outcome;
    }
}
