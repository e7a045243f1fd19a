using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>Requests that ask for every right there is, one after the other.</summary>
internal static class AccessRequests
{
    private static readonly Transactions.Writer Stranger = new(1000, 0);

    /// <summary>Every request, with the version to send it in and what it is, which is unique.</summary>
    /// <param name="s">The script.</param>
    /// <param name="topic">One that stays.</param>
    /// <param name="doomed">One that goes, if it may be deleted.</param>
    public static IEnumerable<(IMessage Request, short Version, string What)> Of(Session s, Topic topic, Topic doomed)
    {
        foreach (ApiKey key in SampleRequests.Apis.Where(static key => key != ApiKey.ApiVersions))
        {
            short version = MessageCatalog.Get(key).HighestStableVersion;
            yield return (SampleRequests.Of(key, version, topic, s), version, $"{key}");
        }
        string group = s.Name("g");
        string id = s.Name("tx");
        yield return (new MetadataRequest { Topics = null, IncludeTopicAuthorizedOperations = true }, 12, "Metadata of everything");
        yield return (new MetadataRequest { Topics = new() { new() { Name = null, TopicId = topic.Id }, new() { Name = null, TopicId = ProduceScenarios.UnknownId } } }, 12, "Metadata by id");
        yield return (new MetadataRequest { Topics = [], IncludeClusterAuthorizedOperations = true }, 10, "Metadata of the cluster");
        yield return (new DescribeTopicPartitionsRequest(), 0, "DescribeTopicPartitions of everything");
        yield return (new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, 1, "DescribeCluster, with operations");
        yield return (new DescribeGroupsRequest { Groups = { group, s.Name("absent") }, IncludeAuthorizedOperations = true }, 5, "DescribeGroups, with operations");
        yield return (Groups.Fetch(group, 9, all: true), 9, "OffsetFetch of everything");
        yield return (new OffsetDeleteRequest { GroupId = group, Topics = { new() { Name = topic.Name, Partitions = { new() { PartitionIndex = 99 } } } } }, 0, "OffsetDelete");
        yield return (new DeleteTopicsRequest { Topics = { new() { Name = doomed.Name }, new() { Name = s.Name("missing") } }, TimeoutMs = 30_000 }, 6, "DeleteTopics of one that is there");
        yield return (new DeleteTopicsRequest { Topics = { new() { Name = null, TopicId = doomed.Id }, new() { Name = null, TopicId = ProduceScenarios.UnknownId } }, TimeoutMs = 30_000 }, 6, "DeleteTopics by id");
        yield return (ProduceScenarios.To(topic, s.Batch(1)), 12, "Produce by name");
        yield return (Reading.From(topic, 0), 12, "Fetch by name");
        yield return (DescribeConfigsScenarios.Of(ConfigResources.Broker, "1", keys: ["log.retention.ms"]), 4, "DescribeConfigs of a broker");
        yield return (DescribeConfigsScenarios.Of(ConfigResources.Group, group, keys: ["consumer.session.timeout.ms"]), 4, "DescribeConfigs of a group");
        foreach ((sbyte type, string name) in new[] { (ConfigResources.Broker, "1"), (ConfigResources.Group, group), (ConfigResources.Topic, topic.Name) })
            yield return (new IncrementalAlterConfigsRequest { Resources = { new() { ResourceType = type, ResourceName = name } }, ValidateOnly = true }, 1, $"IncrementalAlterConfigs of type {type}");
        foreach ((sbyte type, string key) in new[] { ((sbyte)0, group), ((sbyte)1, id) })
            yield return (new FindCoordinatorRequest { KeyType = type, CoordinatorKeys = { key } }, 5, $"FindCoordinator of type {type}");
        yield return (new FindCoordinatorRequest { KeyType = 0, Key = group }, 3, "FindCoordinator, one");
        yield return (Transactions.Init(id), 4, "InitProducerId of a transactional id");
        yield return (Transactions.Add(id, Stranger, (topic.Name, 0)), 3, "AddPartitionsToTxn");
        yield return (Transactions.AddMany((id, Stranger, true, [(topic.Name, 0)])), 5, "AddPartitionsToTxn by a broker");
        yield return (new AddOffsetsToTxnRequest { TransactionalId = id, ProducerId = Stranger.Id, GroupId = group }, 4, "AddOffsetsToTxn");
        yield return (new EndTxnRequest { TransactionalId = id, ProducerId = Stranger.Id, Committed = true }, 4, "EndTxn");
        yield return (new TxnOffsetCommitRequest { TransactionalId = id, GroupId = group, ProducerId = Stranger.Id, Topics = { new() { Name = topic.Name, Partitions = { new() } } } }, 3, "TxnOffsetCommit");
        yield return (new DescribeTransactionsRequest { TransactionalIds = { id } }, 0, "DescribeTransactions");
        yield return (new ListTransactionsRequest(), 1, "ListTransactions");
        yield return (new DescribeProducersRequest { Topics = { new() { Name = topic.Name, PartitionIndexes = { 99 } } } }, 0, "DescribeProducers");
        yield return (new WriteTxnMarkersRequest { Markers = { new() { ProducerId = 1000, Topics = { new() { Name = s.Name("missing"), PartitionIndexes = { 0 } } } } } }, 1, "WriteTxnMarkers");
        yield return (new DescribeAclsRequest { ResourceTypeFilter = 2, PatternTypeFilter = 3, ResourceNameFilter = s.Name("nothing"), PrincipalFilter = null, HostFilter = null, Operation = 1, PermissionType = 1 }, 3, "DescribeAcls");
        yield return (new CreateAclsRequest { Creations = { new() { ResourceType = 2, ResourceName = "", Principal = "User:a", Host = "*", Operation = 3, PermissionType = 3 } } }, 3, "CreateAcls");
        yield return (new DeleteAclsRequest { Filters = { new() { ResourceTypeFilter = 2, ResourceNameFilter = s.Name("nothing"), PrincipalFilter = null, HostFilter = null, Operation = 1, PermissionType = 1 } } }, 3, "DeleteAcls");
        yield return (ClusterAdministrationScenarios.Voter("another"), 1, "AddRaftVoter");
        yield return (new RemoveRaftVoterRequest { ClusterId = "another", VoterId = 7 }, 0, "RemoveRaftVoter");
        yield return (Shares.Read(s.Name("shares"), topic), 0, "ReadShareGroupState");
        yield return (Shares.Summarize(s.Name("shares"), topic), 0, "ReadShareGroupStateSummary");
        yield return (Shares.Fetch(s.Name("shares"), "AAAAAAAAAAAAAAAAAAAAAQ", 0, topic), 1, "ShareFetch");
    }

    /// <summary>Whether what is answered to one who may depends on what happens meanwhile, or changes what comes after it.</summary>
    public static bool IsUnsettled(string what) => what is "AlterShareGroupOffsets" or "ReadShareGroupState" or "ReadShareGroupStateSummary" or "ShareFetch";
}
