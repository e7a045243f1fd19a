using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Support;

/// <summary>A sound request of every API, in every version: what the tests of unsound ones start from.</summary>
internal static class RequestSamples
{
    private const sbyte TopicResource = 2;

    /// <summary>Makes a request that a broker with <paramref name="topic"/> answers, and that changes nothing but the end of the topic.</summary>
    public static IMessage Create(ApiKey api, short version, TestTopic topic) => api switch
    {
        ApiKey.Produce => BrokerCalls.ProduceRequest(topic, acks: -1, (0, new Records(Batches.Of("sample")))),
        ApiKey.Fetch => Fetch(version, topic),
        ApiKey.ListOffsets => BrokerCalls.ListOffsetsRequest(topic, timestamp: -1),
        ApiKey.Metadata => Metadata(version, topic),
        ApiKey.FindCoordinator => version < 4
            ? new FindCoordinatorRequest { Key = "group" }
            : new FindCoordinatorRequest { CoordinatorKeys = ["group", "other"] },
        ApiKey.ApiVersions => new ApiVersionsRequest { ClientSoftwareName = "sample", ClientSoftwareVersion = "1.0" },
        ApiKey.CreateTopics => CreateTopics(topic),
        ApiKey.DeleteTopics => DeleteTopics(version),
        ApiKey.DeleteRecords => DeleteRecords(topic),
        ApiKey.InitProducerId => new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 1000 },
        ApiKey.OffsetForLeaderEpoch => OffsetForLeaderEpoch(topic),
        ApiKey.DescribeAcls => new DescribeAclsRequest { ResourceTypeFilter = 2, PatternTypeFilter = 3, ResourceNameFilter = topic.Name, PrincipalFilter = null, HostFilter = null, Operation = 1, PermissionType = 1 },
        ApiKey.CreateAcls => CreateAcls(topic),
        ApiKey.DeleteAcls => DeleteAcls(),
        ApiKey.DescribeConfigs => DescribeConfigs(topic),
        ApiKey.AlterConfigs => AlterConfigs(topic),
        ApiKey.AlterReplicaLogDirs => AlterReplicaLogDirs(topic),
        ApiKey.DescribeLogDirs => DescribeLogDirs(topic),
        ApiKey.CreatePartitions => CreatePartitions(topic),
        ApiKey.IncrementalAlterConfigs => IncrementalAlterConfigs(topic),
        ApiKey.DescribeCluster => new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true },
        ApiKey.DescribeClientQuotas => new DescribeClientQuotasRequest { Components = { new() { EntityType = "user", Match = "sample" } }, Strict = true },
        ApiKey.AlterClientQuotas => AlterClientQuotas(),
        ApiKey.DescribeTopicPartitions => DescribeTopicPartitions(topic),
        ApiKey.OffsetCommit => OffsetCommit(topic),
        ApiKey.OffsetFetch => OffsetFetch(version, topic),

        // Of a member that does not exist: nobody waits for the others.
        ApiKey.JoinGroup => JoinGroup(),
        ApiKey.SyncGroup => SyncGroup(version),
        ApiKey.Heartbeat => new HeartbeatRequest { GroupId = "group", MemberId = "stranger", GenerationId = 1 },
        ApiKey.LeaveGroup => LeaveGroup(version),
        ApiKey.DescribeGroups => new DescribeGroupsRequest { Groups = ["group"] },
        ApiKey.ListGroups => version < 4 ? new ListGroupsRequest() : new ListGroupsRequest { StatesFilter = ["Stable"] },
        ApiKey.DeleteGroups => new DeleteGroupsRequest { GroupsNames = ["group"] },
        ApiKey.OffsetDelete => OffsetDelete(topic),
        ApiKey.ConsumerGroupHeartbeat => ConsumerGroupHeartbeat(topic),
        ApiKey.ConsumerGroupDescribe => new ConsumerGroupDescribeRequest { GroupIds = ["group"] },
        ApiKey.ShareFetch => ShareRequestSamples.Fetch(topic),
        ApiKey.ShareAcknowledge => ShareRequestSamples.Acknowledge(topic),
        ApiKey.ShareGroupHeartbeat => ShareRequestSamples.Heartbeat(topic),
        ApiKey.StreamsGroupHeartbeat => StreamsRequestSamples.Heartbeat(topic),
        ApiKey.StreamsGroupDescribe => new StreamsGroupDescribeRequest { GroupIds = ["streams"] },
        ApiKey.ShareGroupDescribe => new ShareGroupDescribeRequest { GroupIds = ["shares"] },
        ApiKey.DescribeShareGroupOffsets => ShareRequestSamples.DescribeOffsets(topic),
        ApiKey.AlterShareGroupOffsets => ShareRequestSamples.AlterOffsets(topic),
        ApiKey.DeleteShareGroupOffsets => ShareRequestSamples.DeleteOffsets(topic),
        ApiKey.InitializeShareGroupState => ShareRequestSamples.InitializeState(topic),
        ApiKey.ReadShareGroupState => ShareRequestSamples.ReadState(topic),
        ApiKey.WriteShareGroupState => ShareRequestSamples.WriteState(topic),
        ApiKey.DeleteShareGroupState => ShareRequestSamples.DeleteState(topic),
        ApiKey.ReadShareGroupStateSummary => ShareRequestSamples.ReadStateSummary(topic),
        ApiKey.AddPartitionsToTxn => AddPartitionsToTxn(version, topic),
        ApiKey.AddOffsetsToTxn => new AddOffsetsToTxnRequest { TransactionalId = "stranger", ProducerId = 1, GroupId = "group" },
        ApiKey.EndTxn => new EndTxnRequest { TransactionalId = "stranger", ProducerId = 1, Committed = true },
        ApiKey.WriteTxnMarkers => WriteTxnMarkers(version),
        ApiKey.TxnOffsetCommit => TxnOffsetCommit(version, topic),
        ApiKey.DescribeProducers => DescribeProducers(topic),
        ApiKey.DescribeTransactions => new DescribeTransactionsRequest { TransactionalIds = ["stranger"] },
        ApiKey.ListTransactions => ListTransactions(version),
        ApiKey.SaslHandshake => new SaslHandshakeRequest { Mechanism = "PLAIN" },
        ApiKey.SaslAuthenticate => new SaslAuthenticateRequest { AuthBytes = new byte[] { 0, 97, 0, 98 } },
        ApiKey.CreateDelegationToken => CreateDelegationToken(version),
        ApiKey.RenewDelegationToken => new RenewDelegationTokenRequest { Hmac = new byte[64], RenewPeriodMs = 1 },
        ApiKey.ExpireDelegationToken => new ExpireDelegationTokenRequest { Hmac = new byte[64], ExpiryTimePeriodMs = 1 },
        ApiKey.DescribeDelegationToken => DescribeDelegationToken(),
        ApiKey.DescribeUserScramCredentials => DescribeUserScramCredentials(),
        ApiKey.AlterUserScramCredentials => AlterUserScramCredentials(),
        ApiKey.ElectLeaders => ClusterRequestSamples.ElectLeaders(topic),
        ApiKey.AlterPartitionReassignments => ClusterRequestSamples.AlterPartitionReassignments(topic),
        ApiKey.ListPartitionReassignments => ClusterRequestSamples.ListPartitionReassignments(topic),
        ApiKey.DescribeQuorum => ClusterRequestSamples.DescribeQuorum(),
        ApiKey.UpdateFeatures => ClusterRequestSamples.UpdateFeatures(version),
        ApiKey.UnregisterBroker => new UnregisterBrokerRequest { BrokerId = 7 },
        ApiKey.ListConfigResources => version == 0 ? new ListConfigResourcesRequest() : new ListConfigResourcesRequest { ResourceTypes = [TopicResource] },
        ApiKey.AddRaftVoter => ClusterRequestSamples.AddRaftVoter(),
        ApiKey.RemoveRaftVoter => new RemoveRaftVoterRequest { ClusterId = "another", VoterId = 7 },
        _ => throw new NotSupportedException($"There is no sample of {api}: add one, so that it is tested with bytes that are none."),
    };

    private static CreateDelegationTokenRequest CreateDelegationToken(short version)
    {
        CreateDelegationTokenRequest request = new() { MaxLifetimeMs = 1 };
        if (version >= 3) (request.OwnerPrincipalType, request.OwnerPrincipalName) = ("User", "owner");
        CreateDelegationTokenRequest.CreatableRenewers renewer = request.Renewers.Add();
        (renewer.PrincipalType, renewer.PrincipalName) = ("User", "renewer");
        return request;
    }

    private static DescribeDelegationTokenRequest DescribeDelegationToken()
    {
        DescribeDelegationTokenRequest request = new() { Owners = [] };
        DescribeDelegationTokenRequest.DescribeDelegationTokenOwner owner = request.Owners.Add();
        (owner.PrincipalType, owner.PrincipalName) = ("User", "owner");
        return request;
    }

    private static DescribeUserScramCredentialsRequest DescribeUserScramCredentials()
    {
        DescribeUserScramCredentialsRequest request = new() { Users = [] };
        request.Users.Add().Name = "stranger";
        return request;
    }

    // Of users that do not exist, and with too few iterations.
    private static AlterUserScramCredentialsRequest AlterUserScramCredentials()
    {
        AlterUserScramCredentialsRequest request = new();
        AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion = request.Deletions.Add();
        (deletion.Name, deletion.Mechanism) = ("stranger", 1);
        AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion = request.Upsertions.Add();
        (upsertion.Name, upsertion.Mechanism, upsertion.Iterations, upsertion.Salt, upsertion.SaltedPassword) = ("user", 1, 1, new byte[] { 1 }, new byte[] { 2 });
        return request;
    }

    private static OffsetCommitRequest OffsetCommit(TestTopic topic)
    {
        OffsetCommitRequest request = new() { GroupId = "group" };
        OffsetCommitRequest.OffsetCommitRequestTopic entry = request.Topics.Add();
        entry.Name = topic.Name;
        entry.TopicId = topic.Id;
        entry.Partitions.Add().CommittedMetadata = "sample";
        return request;
    }

    private static OffsetFetchRequest OffsetFetch(short version, TestTopic topic)
    {
        OffsetFetchRequest request = new();
        if (version < 8)
        {
            request.GroupId = "group";
            request.Topics = [];
            OffsetFetchRequest.OffsetFetchRequestTopic old = request.Topics.Add();
            old.Name = topic.Name;
            old.PartitionIndexes.Add(0);
            return request;
        }
        OffsetFetchRequest.OffsetFetchRequestGroup group = request.Groups.Add();
        group.GroupId = "group";
        group.Topics = [];
        OffsetFetchRequest.OffsetFetchRequestTopics entry = group.Topics.Add();
        entry.Name = topic.Name;
        entry.TopicId = topic.Id;
        entry.PartitionIndexes.Add(0);
        return request;
    }

    private static JoinGroupRequest JoinGroup()
    {
        JoinGroupRequest request = new() { GroupId = "group", MemberId = "stranger", SessionTimeoutMs = 10_000, RebalanceTimeoutMs = 10_000, ProtocolType = "consumer" };
        JoinGroupRequest.JoinGroupRequestProtocol protocol = request.Protocols.Add();
        protocol.Name = "range";
        protocol.Metadata = new byte[] { 0, 0, 0, 0, 0, 0 };
        return request;
    }

    private static SyncGroupRequest SyncGroup(short version)
    {
        SyncGroupRequest request = new() { GroupId = "group", MemberId = "stranger", GenerationId = 1 };
        if (version >= 5) (request.ProtocolType, request.ProtocolName) = ("consumer", "range");
        SyncGroupRequest.SyncGroupRequestAssignment assignment = request.Assignments.Add();
        assignment.MemberId = "stranger";
        assignment.Assignment = new byte[] { 0, 0 };
        return request;
    }

    private static LeaveGroupRequest LeaveGroup(short version)
    {
        LeaveGroupRequest request = new() { GroupId = "group" };
        if (version < 3) request.MemberId = "stranger";
        else request.Members.Add().MemberId = "stranger";
        return request;
    }

    private static ConsumerGroupHeartbeatRequest ConsumerGroupHeartbeat(TestTopic topic)
    {
        ConsumerGroupHeartbeatRequest request = new() { GroupId = "group", MemberId = "stranger", MemberEpoch = 5, SubscribedTopicNames = [topic.Name], TopicPartitions = [] };
        var owned = request.TopicPartitions.Add();
        owned.TopicId = topic.Id;
        owned.Partitions.Add(0);
        return request;
    }

    private static OffsetDeleteRequest OffsetDelete(TestTopic topic)
    {
        OffsetDeleteRequest request = new() { GroupId = "group" };
        OffsetDeleteRequest.OffsetDeleteRequestTopic entry = request.Topics.Add();
        entry.Name = topic.Name;
        entry.Partitions.Add();
        return request;
    }

    // Of a transactional id that does not exist: nothing is opened that would hold readers back.
    private static AddPartitionsToTxnRequest AddPartitionsToTxn(short version, TestTopic topic)
    {
        AddPartitionsToTxnRequest request = new();
        AddPartitionsToTxnRequest.AddPartitionsToTxnTopic entry;
        if (version < 4)
        {
            (request.V3AndBelowTransactionalId, request.V3AndBelowProducerId) = ("stranger", 1);
            entry = request.V3AndBelowTopics.Add();
        }
        else
        {
            AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction = request.Transactions.Add();
            (transaction.TransactionalId, transaction.ProducerId, transaction.VerifyOnly) = ("stranger", 1, true);
            entry = transaction.Topics.Add();
        }
        entry.Name = topic.Name;
        entry.Partitions.Add(0);
        return request;
    }

    private static WriteTxnMarkersRequest WriteTxnMarkers(short version)
    {
        WriteTxnMarkersRequest request = new();
        WriteTxnMarkersRequest.WritableTxnMarker marker = request.Markers.Add();
        marker.ProducerId = 1;
        if (version >= 2) marker.TransactionVersion = 2;
        WriteTxnMarkersRequest.WritableTxnMarkerTopic entry = marker.Topics.Add();
        entry.Name = "no-such-topic";
        entry.PartitionIndexes.Add(0);
        return request;
    }

    private static TxnOffsetCommitRequest TxnOffsetCommit(short version, TestTopic topic)
    {
        TxnOffsetCommitRequest request = new() { TransactionalId = "stranger", GroupId = "group", ProducerId = 1 };
        if (version >= 3) request.GroupInstanceId = "instance";
        TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic entry = request.Topics.Add();
        entry.Name = topic.Name;
        entry.Partitions.Add().CommittedMetadata = "sample";
        return request;
    }

    private static DescribeProducersRequest DescribeProducers(TestTopic topic)
    {
        DescribeProducersRequest request = new();
        DescribeProducersRequest.TopicRequest entry = request.Topics.Add();
        entry.Name = topic.Name;
        entry.PartitionIndexes.Add(0);
        return request;
    }

    private static ListTransactionsRequest ListTransactions(short version)
    {
        ListTransactionsRequest request = new() { StateFilters = ["Ongoing"], ProducerIdFilters = [1] };
        if (version >= 1) request.DurationFilter = 1000;
        if (version >= 2) request.TransactionalIdPattern = "a+";
        return request;
    }

    private static FetchRequest Fetch(short version, TestTopic topic)
    {
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        // Does not wait even if one of the two numbers is changed.
        request.MinBytes = 0;
        if (version >= 11) request.RackId = "rack";
        if (version < 7) return request;
        FetchRequest.ForgottenTopic forgotten = request.ForgottenTopicsData.Add();
        forgotten.Topic = topic.Name;
        forgotten.TopicId = topic.Id;
        forgotten.Partitions.Add(1);
        return request;
    }

    private static MetadataRequest Metadata(short version, TestTopic topic)
    {
        MetadataRequest request = new() { Topics = [] };
        if (version >= 4) request.AllowAutoTopicCreation = false;
        request.Topics.Add().Name = topic.Name;
        return request;
    }

    private static CreateTopicsRequest CreateTopics(TestTopic topic)
    {
        CreateTopicsRequest request = new() { ValidateOnly = true };
        CreateTopicsRequest.CreatableTopic wanted = request.Topics.Add();
        wanted.Name = topic.Name + "-more";
        wanted.NumPartitions = 1;
        wanted.ReplicationFactor = 1;
        CreateTopicsRequest.CreatableTopicConfig config = wanted.Configs.Add();
        config.Name = "retention.ms";
        config.Value = "1000000";
        return request;
    }

    private static AlterClientQuotasRequest AlterClientQuotas()
    {
        AlterClientQuotasRequest request = new() { ValidateOnly = true };
        AlterClientQuotasRequest.EntryData entry = request.Entries.Add();
        entry.Entity.Add(new() { EntityType = "user", EntityName = "sample" });
        entry.Ops.Add(new() { Key = "producer_byte_rate", Value = 1_000_000 });
        return request;
    }

    private static DeleteTopicsRequest DeleteTopics(short version)
    {
        DeleteTopicsRequest request = new() { TimeoutMs = 1000 };
        if (version >= 6) request.Topics.Add().Name = "no-such-topic";
        else request.TopicNames.Add("no-such-topic");
        return request;
    }

    private static DeleteRecordsRequest DeleteRecords(TestTopic topic)
    {
        DeleteRecordsRequest request = new() { TimeoutMs = 1000 };
        DeleteRecordsRequest.DeleteRecordsTopic asked = request.Topics.Add();
        asked.Name = topic.Name;
        DeleteRecordsRequest.DeleteRecordsPartition partition = asked.Partitions.Add();
        partition.PartitionIndex = 1_000_000;
        partition.Offset = 0;
        return request;
    }

    private static OffsetForLeaderEpochRequest OffsetForLeaderEpoch(TestTopic topic)
    {
        OffsetForLeaderEpochRequest request = new();
        OffsetForLeaderEpochRequest.OffsetForLeaderTopic asked = request.Topics.Add();
        asked.Topic = topic.Name;
        asked.Partitions.Add().LeaderEpoch = 0;
        return request;
    }

    private static CreateAclsRequest CreateAcls(TestTopic topic)
    {
        CreateAclsRequest request = new();
        CreateAclsRequest.AclCreation creation = request.Creations.Add();
        (creation.ResourceType, creation.ResourceName, creation.ResourcePatternType) = (2, topic.Name, 3);
        (creation.Principal, creation.Host, creation.Operation, creation.PermissionType) = ("User:nobody", "*", 3, 3);
        return request;
    }

    private static DeleteAclsRequest DeleteAcls()
    {
        DeleteAclsRequest request = new();
        DeleteAclsRequest.DeleteAclsFilter filter = request.Filters.Add();
        (filter.ResourceTypeFilter, filter.PatternTypeFilter, filter.PrincipalFilter, filter.Operation, filter.PermissionType) = (1, 1, "User:nobody", 1, 1);
        (filter.ResourceNameFilter, filter.HostFilter) = (null, null);
        return request;
    }

    private static DescribeConfigsRequest DescribeConfigs(TestTopic topic)
    {
        DescribeConfigsRequest request = new() { IncludeSynonyms = true };
        DescribeConfigsRequest.DescribeConfigsResource resource = request.Resources.Add();
        resource.ResourceType = TopicResource;
        resource.ResourceName = topic.Name;
        resource.ConfigurationKeys = ["retention.ms"];
        return request;
    }

    private static AlterConfigsRequest AlterConfigs(TestTopic topic)
    {
        AlterConfigsRequest request = new() { ValidateOnly = true };
        AlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
        resource.ResourceType = TopicResource;
        resource.ResourceName = topic.Name;
        AlterConfigsRequest.AlterableConfig config = resource.Configs.Add();
        config.Name = "retention.ms";
        config.Value = "100000000000";
        return request;
    }

    // To a directory that no broker has: nothing is moved.
    private static AlterReplicaLogDirsRequest AlterReplicaLogDirs(TestTopic topic)
    {
        AlterReplicaLogDirsRequest request = new();
        AlterReplicaLogDirsRequest.AlterReplicaLogDir directory = request.Dirs.Add();
        directory.Path = "/sample";
        AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic moved = directory.Topics.Add();
        moved.Name = topic.Name;
        moved.Partitions.Add(0);
        return request;
    }

    private static DescribeLogDirsRequest DescribeLogDirs(TestTopic topic)
    {
        DescribeLogDirsRequest request = new() { Topics = [] };
        DescribeLogDirsRequest.DescribableLogDirTopic asked = request.Topics.Add();
        asked.Topic = topic.Name;
        asked.Partitions.Add(0);
        return request;
    }

    private static CreatePartitionsRequest CreatePartitions(TestTopic topic)
    {
        CreatePartitionsRequest request = new() { ValidateOnly = true, TimeoutMs = 1000 };
        CreatePartitionsRequest.CreatePartitionsTopic asked = request.Topics.Add();
        asked.Name = topic.Name;
        asked.Count = 2;
        asked.Assignments = [];
        asked.Assignments.Add().BrokerIds.Add(1);
        return request;
    }

    private static IncrementalAlterConfigsRequest IncrementalAlterConfigs(TestTopic topic)
    {
        IncrementalAlterConfigsRequest request = new() { ValidateOnly = true };
        IncrementalAlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
        resource.ResourceType = TopicResource;
        resource.ResourceName = topic.Name;
        IncrementalAlterConfigsRequest.AlterableConfig config = resource.Configs.Add();
        config.Name = "retention.ms";
        config.Value = "100000000000";
        return request;
    }

    private static DescribeTopicPartitionsRequest DescribeTopicPartitions(TestTopic topic)
    {
        DescribeTopicPartitionsRequest request = new() { Cursor = new DescribeTopicPartitionsRequest.CursorData { TopicName = topic.Name, PartitionIndex = 0 } };
        request.Topics.Add().Name = topic.Name;
        return request;
    }
}
