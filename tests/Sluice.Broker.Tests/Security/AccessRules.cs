using Sluice.Broker.Tests.Support;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Broker.Tests.Security.AccessNeed;

namespace Sluice.Broker.Tests.Security;

/// <summary>
/// What every API that is served needs, as Kafka's broker demands it. An API without a row fails a test; one that everybody may ask has a row that
/// says so. Answers that are shortened instead of refused are tested by themselves, in <see cref="FilteredAnswerTests"/>.
/// </summary>
internal static class AccessRules
{
    public const string Topic = "guarded";

    /// <summary>Deleted by the request that is allowed to.</summary>
    public const string Doomed = "doomed";

    private const string Any = AccessControlEntry.Wildcard;

    private static int s_madeCount;

    public static IReadOnlyList<AccessRule> All { get; } =
    [
        new(ApiKey.Produce, "records", AccessNeed.Topic(AclOperation.Write)),
        new(ApiKey.Produce, "records of a transaction", TransactionalId(AclOperation.Write), AccessNeed.Topic(AclOperation.Write)) { Request = Transactional },
        new(ApiKey.Fetch, "a consumer", AccessNeed.Topic(AclOperation.Read)),
        new(ApiKey.Fetch, "a follower", new AccessNeed(ErrorCode.TopicAuthorizationFailed, AccessRight.OfCluster(AclOperation.ClusterAction))) { Request = Follower },
        new(ApiKey.ListOffsets, "a partition", AccessNeed.Topic(AclOperation.Describe)),
        new(ApiKey.Metadata, "a topic", AccessNeed.Topic(AclOperation.Describe)),
        new(ApiKey.Metadata, "a topic that is made", AccessNeed.Topic(AclOperation.Describe, Any), AccessNeed.Topic(AclOperation.Create, Any).OrCluster(AclOperation.Create))
        {
            LowestVersion = 4, Request = MetadataOfNewTopic,
        },
        new(ApiKey.OffsetCommit, "a partition", Group(AclOperation.Read), AccessNeed.Topic(AclOperation.Read)),
        new(ApiKey.OffsetFetch, "a partition", Group(AclOperation.Describe), AccessNeed.Topic(AclOperation.Describe)),
        new(ApiKey.FindCoordinator, "a group", Group(AclOperation.Describe)) { Request = (version, _) => Coordinator(version, keyType: 0, "group") },
        new(ApiKey.FindCoordinator, "a transactional id", TransactionalId(AclOperation.Describe)) { LowestVersion = 1, Request = (version, _) => Coordinator(version, keyType: 1, "stranger") },
        new(ApiKey.FindCoordinator, "a share partition", Cluster(AclOperation.ClusterAction))
        {
            LowestVersion = 6, Request = static (version, topic) => Coordinator(version, keyType: 2, $"shares:{topic.Id}:0"),
        },
        new(ApiKey.JoinGroup, "a member", Group(AclOperation.Read)),
        new(ApiKey.Heartbeat, "a member", Group(AclOperation.Read)),
        new(ApiKey.LeaveGroup, "a member", Group(AclOperation.Read)),
        new(ApiKey.SyncGroup, "a member", Group(AclOperation.Read)),
        new(ApiKey.DescribeGroups, "a group", Group(AclOperation.Describe)),
        new(ApiKey.ListGroups, "nothing: the list is shortened"),
        new(ApiKey.ApiVersions, "nothing"),
        new(ApiKey.CreateTopics, "a topic", AccessNeed.Topic(AclOperation.Create, Topic + "-more").OrCluster(AclOperation.Create)),
        new(ApiKey.DeleteTopics, "a topic", AccessNeed.Topic(AclOperation.Delete, Doomed).OrCluster(AclOperation.Delete)) { Request = static (version, _) => DeleteDoomed(version) },
        new(ApiKey.DeleteRecords, "a partition", AccessNeed.Topic(AclOperation.Delete)),
        new(ApiKey.InitProducerId, "an idempotent producer", Cluster(AclOperation.IdempotentWrite).Or(AclOperation.Write, AclResourceType.Topic, Any)),
        new(ApiKey.InitProducerId, "a transactional producer", TransactionalId(AclOperation.Write))
        {
            Request = static (_, _) => new InitProducerIdRequest { TransactionalId = "stranger", TransactionTimeoutMs = 1000 },
        },
        new(ApiKey.OffsetForLeaderEpoch, "a partition", AccessNeed.Topic(AclOperation.Describe).OrCluster(AclOperation.ClusterAction)),
        new(ApiKey.AddPartitionsToTxn, "a producer", TransactionalId(AclOperation.Write), AccessNeed.Topic(AclOperation.Write)) { HighestVersion = 3 },
        new(ApiKey.AddPartitionsToTxn, "a broker", Cluster(AclOperation.ClusterAction)) { LowestVersion = 4 },
        new(ApiKey.AddOffsetsToTxn, "a group", TransactionalId(AclOperation.Write), Group(AclOperation.Read)),
        new(ApiKey.EndTxn, "a producer", TransactionalId(AclOperation.Write)),
        new(ApiKey.WriteTxnMarkers, "a marker", Cluster(AclOperation.Alter).OrCluster(AclOperation.ClusterAction)),
        new(ApiKey.TxnOffsetCommit, "a partition", TransactionalId(AclOperation.Write), Group(AclOperation.Read), AccessNeed.Topic(AclOperation.Read)),
        new(ApiKey.DescribeAcls, "ACLs", Cluster(AclOperation.Describe)),
        new(ApiKey.CreateAcls, "an ACL", Cluster(AclOperation.Alter)),
        new(ApiKey.DeleteAcls, "ACLs", Cluster(AclOperation.Alter)),
        new(ApiKey.DescribeConfigs, "a topic", AccessNeed.Topic(AclOperation.DescribeConfigs)),
        new(ApiKey.DescribeConfigs, "a group", Group(AclOperation.DescribeConfigs)) { Request = static (_, _) => DescribeConfigs(ConfigCalls.Group, "group") },
        new(ApiKey.DescribeConfigs, "a broker", Cluster(AclOperation.DescribeConfigs)) { Request = static (_, _) => DescribeConfigs(ConfigCalls.Broker, "1") },
        new(ApiKey.AlterConfigs, "a topic", AccessNeed.Topic(AclOperation.AlterConfigs)),
        new(ApiKey.AlterConfigs, "a broker", Cluster(AclOperation.AlterConfigs)) { Request = static (_, _) => AlterConfigs(ConfigCalls.Broker, "1") },
        new(ApiKey.IncrementalAlterConfigs, "a topic", AccessNeed.Topic(AclOperation.AlterConfigs)),
        new(ApiKey.IncrementalAlterConfigs, "a group", Group(AclOperation.AlterConfigs)) { Request = static (_, _) => IncrementalAlterConfigs(ConfigCalls.Group, "group") },
        new(ApiKey.IncrementalAlterConfigs, "a broker", Cluster(AclOperation.AlterConfigs)) { Request = static (_, _) => IncrementalAlterConfigs(ConfigCalls.Broker, "1") },
        new(ApiKey.DescribeUserScramCredentials, "users", Cluster(AclOperation.Describe)),
        new(ApiKey.AlterUserScramCredentials, "users", Cluster(AclOperation.Alter)),
        new(ApiKey.DescribeClientQuotas, "quotas", Cluster(AclOperation.DescribeConfigs)),
        new(ApiKey.AlterClientQuotas, "a quota", Cluster(AclOperation.AlterConfigs)),
        new(ApiKey.AlterReplicaLogDirs, "a partition", Cluster(AclOperation.Alter)),
        new(ApiKey.DescribeLogDirs, "the directories", Cluster(AclOperation.Describe)) { LowestVersion = 3 },
        new(ApiKey.CreatePartitions, "a topic", AccessNeed.Topic(AclOperation.Alter)),
        new(ApiKey.DeleteGroups, "a group", Group(AclOperation.Delete)),
        new(ApiKey.OffsetDelete, "a partition", Group(AclOperation.Delete), AccessNeed.Topic(AclOperation.Read)),
        new(ApiKey.DescribeCluster, "nothing: what one may do is told as nothing"),
        new(ApiKey.DescribeProducers, "a partition", AccessNeed.Topic(AclOperation.Read)),
        new(ApiKey.DescribeTransactions, "a transactional id", TransactionalId(AclOperation.Describe)),
        new(ApiKey.ListTransactions, "nothing: the list is shortened"),
        new(ApiKey.ConsumerGroupHeartbeat, "a member", Group(AclOperation.Read), AccessNeed.Topic(AclOperation.Describe)),
        new(ApiKey.ConsumerGroupDescribe, "a group", Group(AclOperation.Describe)),
        new(ApiKey.DescribeTopicPartitions, "a topic", AccessNeed.Topic(AclOperation.Describe)),
        new(ApiKey.ShareGroupHeartbeat, "a member", Group(AclOperation.Read, "shares"), AccessNeed.Topic(AclOperation.Describe)),
        new(ApiKey.ShareGroupDescribe, "a group", Group(AclOperation.Describe, "shares")),
        new(ApiKey.ShareFetch, "a partition", Group(AclOperation.Read), AccessNeed.Topic(AclOperation.Read)),
        new(ApiKey.ShareAcknowledge, "records", Group(AclOperation.Read)),
        new(ApiKey.InitializeShareGroupState, "a broker", Cluster(AclOperation.ClusterAction)),
        new(ApiKey.ReadShareGroupState, "a broker", Cluster(AclOperation.ClusterAction)),
        new(ApiKey.WriteShareGroupState, "a broker", Cluster(AclOperation.ClusterAction)),
        new(ApiKey.DeleteShareGroupState, "a broker", Cluster(AclOperation.ClusterAction)),
        new(ApiKey.ReadShareGroupStateSummary, "a broker", Cluster(AclOperation.ClusterAction)),
        new(ApiKey.DescribeShareGroupOffsets, "a partition", Group(AclOperation.Describe, "shares"), AccessNeed.Topic(AclOperation.Describe)),
        new(ApiKey.AlterShareGroupOffsets, "a partition", Group(AclOperation.Read, "shares"), AccessNeed.Topic(AclOperation.Read)),
        new(ApiKey.DeleteShareGroupOffsets, "a topic", Group(AclOperation.Delete, "shares"), AccessNeed.Topic(AclOperation.Read)),
        new(ApiKey.ElectLeaders, "a partition", Cluster(AclOperation.Alter)),
        new(ApiKey.AlterPartitionReassignments, "a partition", Cluster(AclOperation.Alter)),
        new(ApiKey.ListPartitionReassignments, "a partition", Cluster(AclOperation.Describe)),
        new(ApiKey.DescribeQuorum, "the metadata", Cluster(AclOperation.Describe)),
        new(ApiKey.UpdateFeatures, "a feature", Cluster(AclOperation.Alter)),
        new(ApiKey.UnregisterBroker, "a broker", Cluster(AclOperation.Alter)),
        new(ApiKey.ListConfigResources, "topics", Cluster(AclOperation.DescribeConfigs)),
        new(ApiKey.AddRaftVoter, "a voter", Cluster(AclOperation.Alter)),
        new(ApiKey.RemoveRaftVoter, "a voter", Cluster(AclOperation.Alter)),
        new(ApiKey.StreamsGroupHeartbeat, "a member", Group(AclOperation.Read, "streams"), AccessNeed.Topic(AclOperation.Describe)),
        new(ApiKey.StreamsGroupDescribe, "a group", Group(AclOperation.Describe, "streams")),
    ];

    private static ProduceRequest Transactional(short version, TestTopic topic)
    {
        ProduceRequest request = BrokerCalls.ProduceRequest(topic, acks: -1, (0, new Records(Batches.Transactional(1, 0, 0, "sample"))));
        request.TransactionalId = "stranger";
        return request;
    }

    private static FetchRequest Follower(short version, TestTopic topic)
    {
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        if (version >= 15) request.ReplicaState.ReplicaId = 2;
        else request.ReplicaId = 2;
        return request;
    }

    // Another one each time: once it is made, nobody needs to make it.
    private static MetadataRequest MetadataOfNewTopic(short version, TestTopic topic)
    {
        MetadataRequest request = new() { Topics = [], AllowAutoTopicCreation = true };
        request.Topics.Add().Name = $"made-{Interlocked.Increment(ref s_madeCount)}";
        return request;
    }

    private static FindCoordinatorRequest Coordinator(short version, sbyte keyType, string key)
    {
        FindCoordinatorRequest request = new() { KeyType = keyType };
        if (version < 4) request.Key = key;
        else request.CoordinatorKeys.Add(key);
        return request;
    }

    private static DeleteTopicsRequest DeleteDoomed(short version)
    {
        DeleteTopicsRequest request = new() { TimeoutMs = 1000 };
        if (version >= 6) request.Topics.Add().Name = Doomed;
        else request.TopicNames.Add(Doomed);
        return request;
    }

    private static DescribeConfigsRequest DescribeConfigs(sbyte type, string name)
    {
        DescribeConfigsRequest request = new();
        DescribeConfigsRequest.DescribeConfigsResource resource = request.Resources.Add();
        resource.ResourceType = type;
        resource.ResourceName = name;
        return request;
    }

    private static AlterConfigsRequest AlterConfigs(sbyte type, string name)
    {
        AlterConfigsRequest request = new() { ValidateOnly = true };
        AlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
        resource.ResourceType = type;
        resource.ResourceName = name;
        return request;
    }

    private static IncrementalAlterConfigsRequest IncrementalAlterConfigs(sbyte type, string name)
    {
        IncrementalAlterConfigsRequest request = new() { ValidateOnly = true };
        IncrementalAlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
        resource.ResourceType = type;
        resource.ResourceName = name;
        return request;
    }
}
