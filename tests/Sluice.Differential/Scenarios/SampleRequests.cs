using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>A request of each API that both peers accept, with something in every array, for scenarios that damage it.</summary>
internal static class SampleRequests
{
    public static IReadOnlyList<ApiKey> Apis { get; } =
    [
        ApiKey.Produce, ApiKey.Fetch, ApiKey.ListOffsets, ApiKey.Metadata, ApiKey.CreateTopics, ApiKey.DeleteTopics, ApiKey.DeleteRecords, ApiKey.InitProducerId,
        ApiKey.OffsetForLeaderEpoch, ApiKey.DescribeConfigs, ApiKey.AlterConfigs, ApiKey.AlterReplicaLogDirs, ApiKey.DescribeLogDirs, ApiKey.CreatePartitions, ApiKey.IncrementalAlterConfigs,
        ApiKey.DescribeCluster, ApiKey.DescribeClientQuotas, ApiKey.AlterClientQuotas, ApiKey.DescribeTopicPartitions, ApiKey.ApiVersions, ApiKey.OffsetCommit, ApiKey.OffsetFetch, ApiKey.JoinGroup, ApiKey.SyncGroup, ApiKey.Heartbeat,
        ApiKey.LeaveGroup, ApiKey.DescribeGroups, ApiKey.ListGroups, ApiKey.DeleteGroups, ApiKey.OffsetDelete, ApiKey.ConsumerGroupHeartbeat,
        ApiKey.ConsumerGroupDescribe, ApiKey.ShareGroupHeartbeat, ApiKey.ShareGroupDescribe, ApiKey.DescribeShareGroupOffsets, ApiKey.AlterShareGroupOffsets,
        ApiKey.DeleteShareGroupOffsets, ApiKey.ElectLeaders, ApiKey.AlterPartitionReassignments, ApiKey.ListPartitionReassignments, ApiKey.DescribeQuorum,
        ApiKey.UpdateFeatures, ApiKey.UnregisterBroker, ApiKey.ListConfigResources,
        ApiKey.StreamsGroupHeartbeat, ApiKey.StreamsGroupDescribe,
    ];

    public static IMessage Of(ApiKey key, short version, Topic topic, Session s) => key switch
    {
        ApiKey.Produce => ProduceScenarios.To(topic, s.Batch(1)),
        ApiKey.Fetch => Reading.From(topic, 0),
        ApiKey.ListOffsets => new ListOffsetsRequest { ReplicaId = -1, Topics = { new() { Name = topic.Name, Partitions = { new() { Timestamp = -1 } } } } },
        ApiKey.Metadata => new MetadataRequest { Topics = new() { new() { Name = topic.Name } } },
        ApiKey.CreateTopics => ChecksOnly(CreateTopicsScenarios.Request(CreateTopicsScenarios.New(s.Name("new")))),
        ApiKey.DeleteTopics => version < 6
            ? new DeleteTopicsRequest { TopicNames = { s.Name("missing") }, TimeoutMs = 30_000 }
            : new DeleteTopicsRequest { Topics = { new() { Name = s.Name("missing") } }, TimeoutMs = 30_000 },
        ApiKey.DeleteRecords => new DeleteRecordsRequest { Topics = { new() { Name = topic.Name, Partitions = { new() } } }, TimeoutMs = 1000 },
        ApiKey.InitProducerId => new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 1000 },
        ApiKey.OffsetForLeaderEpoch => new OffsetForLeaderEpochRequest { Topics = { new() { Topic = topic.Name, Partitions = { new() } } } },
        ApiKey.DescribeConfigs => DescribeConfigsScenarios.Of(ConfigResources.Topic, topic.Name, keys: ["retention.ms"]),
        ApiKey.AlterConfigs => new AlterConfigsRequest { Resources = { new() { ResourceType = ConfigResources.Topic, ResourceName = topic.Name } }, ValidateOnly = true },
        ApiKey.AlterReplicaLogDirs => AlterReplicaLogDirsScenarios.To("/sample", (topic.Name, [0])),
        ApiKey.DescribeLogDirs => new DescribeLogDirsRequest { Topics = new() { new() { Topic = topic.Name, Partitions = { 0 } } } },
        ApiKey.CreatePartitions => new CreatePartitionsRequest { Topics = { new() { Name = topic.Name, Count = 2, Assignments = null } }, TimeoutMs = 30_000, ValidateOnly = true },
        ApiKey.IncrementalAlterConfigs => new IncrementalAlterConfigsRequest
        {
            Resources = { new() { ResourceType = ConfigResources.Topic, ResourceName = topic.Name, Configs = { new() { Name = "retention.ms", Value = "1000000" } } } },
            ValidateOnly = true,
        },
        ApiKey.DescribeCluster => new DescribeClusterRequest(),
        ApiKey.DescribeClientQuotas => new DescribeClientQuotasRequest { Components = { new() { EntityType = "user", Match = s.Name("absent") } } },
        ApiKey.AlterClientQuotas => new AlterClientQuotasRequest
        {
            Entries = { new() { Entity = { new() { EntityType = "user", EntityName = s.Name("u") } }, Ops = { new() { Key = "producer_byte_rate", Value = 1e9 } } } },
            ValidateOnly = true,
        },
        ApiKey.DescribeTopicPartitions => new DescribeTopicPartitionsRequest { Topics = { new() { Name = topic.Name } } },
        ApiKey.ApiVersions => new ApiVersionsRequest { ClientSoftwareName = "d", ClientSoftwareVersion = "1" },
        ApiKey.OffsetCommit => Groups.Commit(s.Name("g"), topic, 1, version),
        ApiKey.OffsetFetch => Groups.Fetch(s.Name("g"), version, all: false, (topic, 0)),

        // Of a member that does not exist: nobody waits for the others.
        ApiKey.JoinGroup => Groups.Join(s.Name("g"), "stranger", version),
        ApiKey.SyncGroup => Groups.Sync(s.Name("g"), "stranger", 1, version, memberIds: "stranger"),
        ApiKey.Heartbeat => Groups.Heartbeat(s.Name("g"), "stranger", 1, version),
        ApiKey.LeaveGroup => Groups.Leave(s.Name("g"), version, ("stranger", null)),
        ApiKey.DescribeGroups => new DescribeGroupsRequest { Groups = { s.Name("g") } },
        ApiKey.ListGroups => version < 4 ? new ListGroupsRequest() : new ListGroupsRequest { StatesFilter = { "Dead" } },
        ApiKey.DeleteGroups => new DeleteGroupsRequest { GroupsNames = { s.Name("absent") } },
        ApiKey.OffsetDelete => new OffsetDeleteRequest { GroupId = s.Name("absent"), Topics = { new() { Name = topic.Name, Partitions = { new() } } } },
        ApiKey.ConsumerGroupHeartbeat => new ConsumerGroupHeartbeatRequest
        {
            GroupId = s.Name("absent"), MemberId = "stranger", MemberEpoch = 5, SubscribedTopicNames = [topic.Name], TopicPartitions = [],
        },
        ApiKey.ConsumerGroupDescribe => new ConsumerGroupDescribeRequest { GroupIds = { s.Name("absent") } },
        ApiKey.ShareGroupHeartbeat => new ShareGroupHeartbeatRequest
        {
            GroupId = s.Name("absent"), MemberId = "stranger", MemberEpoch = 5, RackId = "rack", SubscribedTopicNames = [topic.Name],
        },
        ApiKey.ShareGroupDescribe => new ShareGroupDescribeRequest { GroupIds = { s.Name("absent") } },
        ApiKey.DescribeShareGroupOffsets => new DescribeShareGroupOffsetsRequest
        {
            Groups = { new() { GroupId = s.Name("absent"), Topics = [new() { TopicName = topic.Name, Partitions = { 0 } }] } },
        },

        // Of a partition that does not exist, so that no group is made.
        ApiKey.AlterShareGroupOffsets => ShareGroupScenarios.Alter(s.Name("absent"), (topic.Name, 99, 0)),
        ApiKey.DeleteShareGroupOffsets => new DeleteShareGroupOffsetsRequest { GroupId = s.Name("absent"), Topics = { new() { TopicName = topic.Name } } },
        ApiKey.ElectLeaders => ClusterAdministrationScenarios.Elect(0, (topic.Name, [0])),
        ApiKey.AlterPartitionReassignments => ClusterAdministrationScenarios.Reassign((topic.Name, 0, [1])),
        ApiKey.ListPartitionReassignments => new ListPartitionReassignmentsRequest { Topics = [new() { Name = topic.Name, PartitionIndexes = { 0 } }] },
        ApiKey.DescribeQuorum => ClusterAdministrationScenarios.Quorum(("nothing", [0])),
        ApiKey.UpdateFeatures => ClusterAdministrationScenarios.Update(version, ("group.version", 1, 1)),
        ApiKey.UnregisterBroker => new UnregisterBrokerRequest { BrokerId = 7 },
        ApiKey.ListConfigResources => version == 0 ? new ListConfigResourcesRequest() : new ListConfigResourcesRequest { ResourceTypes = { 16 } },
        ApiKey.StreamsGroupHeartbeat => Streams.With(
            Streams.Join(s.Name("absent"), "stranger", Streams.Topology(Streams.Reading(topic.Name).Storing(topic.Name, 1, ("cleanup.policy", "compact")).WritingTo(topic.Name).ReadingFrom(topic.Name).Alike([0], 0))),
            static request =>
            {
                (request.MemberEpoch, request.RackId, request.UserEndpoint) = (5, "rack", new() { Host = "host", Port = 80 });
                request.ClientTags!.Add(new() { Key = "zone", Value = "1" });
                (request.ActiveTasks, request.StandbyTasks) = (Streams.Tasks("0", 0), Streams.Tasks("0", 1));
            }),
        ApiKey.StreamsGroupDescribe => new StreamsGroupDescribeRequest { GroupIds = { s.Name("absent") } },
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "No sample."),
    };

    private static CreateTopicsRequest ChecksOnly(CreateTopicsRequest request)
    {
        request.ValidateOnly = true;
        return request;
    }
}
