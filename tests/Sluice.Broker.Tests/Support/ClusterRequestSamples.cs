using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Support;

/// <summary>Sound requests about the cluster as a whole that change nothing.</summary>
internal static class ClusterRequestSamples
{
    public static ElectLeadersRequest ElectLeaders(TestTopic topic)
    {
        ElectLeadersRequest request = new() { TopicPartitions = [] };
        ElectLeadersRequest.TopicPartitionsData asked = request.TopicPartitions.Add();
        asked.Topic = topic.Name;
        asked.Partitions.Add(0);
        return request;
    }

    public static AlterPartitionReassignmentsRequest AlterPartitionReassignments(TestTopic topic, params int[] replicas)
    {
        AlterPartitionReassignmentsRequest request = new();
        AlterPartitionReassignmentsRequest.ReassignableTopic asked = request.Topics.Add();
        asked.Name = topic.Name;
        asked.Partitions.Add().Replicas = [.. replicas];
        return request;
    }

    public static ListPartitionReassignmentsRequest ListPartitionReassignments(TestTopic topic)
    {
        ListPartitionReassignmentsRequest request = new() { Topics = [] };
        ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics asked = request.Topics.Add();
        asked.Name = topic.Name;
        asked.PartitionIndexes.Add(0);
        return request;
    }

    public static DescribeQuorumRequest DescribeQuorum()
    {
        DescribeQuorumRequest request = new();
        DescribeQuorumRequest.TopicData asked = request.Topics.Add();
        asked.TopicName = "__cluster_metadata";
        asked.Partitions.Add().PartitionIndex = 0;
        return request;
    }

    /// <summary>Asks for the level that the feature has.</summary>
    public static UpdateFeaturesRequest UpdateFeatures(short version) => UpdateFeatures(version, "group.version", level: 1, upgradeType: 1);

    public static UpdateFeaturesRequest UpdateFeatures(short version, string feature, short level, sbyte upgradeType)
    {
        UpdateFeaturesRequest request = new();
        UpdateFeaturesRequest.FeatureUpdateKey update = request.FeatureUpdates.Add();
        (update.Feature, update.MaxVersionLevel) = (feature, level);
        if (version == 0) update.AllowDowngrade = upgradeType > 1;
        else update.UpgradeType = upgradeType;
        return request;
    }

    public static AddRaftVoterRequest AddRaftVoter()
    {
        AddRaftVoterRequest request = new() { ClusterId = "another", VoterId = 7, VoterDirectoryId = Uuid.NewRandom(), TimeoutMs = 1000 };
        AddRaftVoterRequest.Listener listener = request.Listeners.Add();
        (listener.Name, listener.Host, listener.Port) = ("CONTROLLER", "127.0.0.1", 9);
        return request;
    }
}
