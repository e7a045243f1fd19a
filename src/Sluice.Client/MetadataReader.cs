using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client;

/// <summary>Turns the wire's Metadata answer into the client's own records.</summary>
internal static class MetadataReader
{
    internal static ClusterMetadata Read(MetadataResponse response)
    {
        var brokers = new Dictionary<int, BrokerMetadata>();
        foreach (MetadataResponse.MetadataResponseBroker broker in response.Brokers)
        {
            brokers[broker.NodeId] = new BrokerMetadata(broker.NodeId, new BrokerEndpoint(broker.Host, broker.Port), broker.Rack);
        }

        var topics = new Dictionary<string, TopicMetadata>(StringComparer.Ordinal);
        foreach (MetadataResponse.MetadataResponseTopic topic in response.Topics)
        {
            if (topic.ErrorCode is ErrorCode.InvalidTopicException or ErrorCode.TopicAuthorizationFailed)
                throw KafkaException.FromResponse(topic.ErrorCode, subject: $"topic '{topic.Name}'");
            if (topic.ErrorCode == ErrorCode.UnknownTopicOrPartition || topic.Name is null) continue;
            PartitionMetadata[] partitions = [.. topic.Partitions.Select(Read).OrderBy(partition => partition.Index)];
            topics[topic.Name] = new TopicMetadata(topic.Name, topic.TopicId, topic.IsInternal, partitions);
        }

        return new ClusterMetadata(response.ClusterId, response.ControllerId, brokers, topics);
    }

    private static PartitionMetadata Read(MetadataResponse.MetadataResponsePartition partition) => new(
        partition.PartitionIndex,
        partition.ErrorCode,
        partition.LeaderId,
        partition.LeaderEpoch,
        [.. partition.ReplicaNodes],
        [.. partition.IsrNodes],
        [.. partition.OfflineReplicas]);
}
