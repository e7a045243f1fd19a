using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AlterPartitionReassignments, key 45, v0–v1 (KIP-455). v1 may forbid another number of replicas, which a list of brokers that are there cannot have.
// Moves replicas between brokers. There is one broker: what it has already is taken and done at once, everything else names a broker that is not there.
internal sealed class AlterPartitionReassignmentsHandler(BrokerServices services)
    : ApiHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>
{
    protected override ValueTask HandleAsync(AlterPartitionReassignmentsRequest request, AlterPartitionReassignmentsResponse response, RequestContext context,
        CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        response.AllowReplicationFactorChange = request.AllowReplicationFactorChange;
        response.ErrorMessage = null;
        TopicTable topics = services.Topics.Table;
        foreach (AlterPartitionReassignmentsRequest.ReassignableTopic asked in request.Topics)
        {
            AlterPartitionReassignmentsResponse.ReassignableTopicResponse result = response.Responses.Add();
            result.Name = asked.Name;
            TopicState? topic = topics.Find(asked.Name);
            foreach (AlterPartitionReassignmentsRequest.ReassignablePartition partition in asked.Partitions)
            {
                AlterPartitionReassignmentsResponse.ReassignablePartitionResponse entry = result.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                (entry.ErrorCode, entry.ErrorMessage) = Check(topic, asked.Name, partition);
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(AlterPartitionReassignmentsRequest request, AlterPartitionReassignmentsResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Meaning(error);
        foreach (AlterPartitionReassignmentsRequest.ReassignableTopic asked in request.Topics)
        {
            AlterPartitionReassignmentsResponse.ReassignableTopicResponse result = response.Responses.Add();
            result.Name = asked.Name;
            foreach (AlterPartitionReassignmentsRequest.ReassignablePartition partition in asked.Partitions)
            {
                AlterPartitionReassignmentsResponse.ReassignablePartitionResponse entry = result.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = error;
                entry.ErrorMessage = ErrorCodes.Meaning(error);
            }
        }
    }

    private (ErrorCode Error, string? Message) Check(TopicState? topic, string name, AlterPartitionReassignmentsRequest.ReassignablePartition partition)
    {
        if (topic is null) return (ErrorCode.UnknownTopicOrPartition, $"Unable to find a topic named {name}.");
        if ((uint)partition.PartitionIndex >= (uint)topic.Partitions.Length)
            return (ErrorCode.UnknownTopicOrPartition, $"Unable to find partition {name}:{partition.PartitionIndex}.");
        if (partition.Replicas is not { } replicas) return (ErrorCode.NoReassignmentInProgress, "No replicas of the partition are being moved.");
        return TopicCreation.CheckReplicas(replicas, services.Settings) is { } problem ? (ErrorCode.InvalidReplicaAssignment, problem) : (ErrorCode.None, null);
    }
}
