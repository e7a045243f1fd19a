namespace Sluice.Protocol;

/// <summary>Numbers of the APIs, as they stand in request headers. 4 to 7 belonged to controllers on ZooKeeper; no version of them is served any more.</summary>
public enum ApiKey : short
{
    /// <summary>Appends record batches to partitions.</summary>
    Produce = 0,

    /// <summary>Reads record batches: consumers, followers, and controllers' metadata log.</summary>
    Fetch = 1,

    /// <summary>Looks up offsets by timestamp, or the earliest and latest.</summary>
    ListOffsets = 2,

    /// <summary>Describes brokers, topics and partitions.</summary>
    Metadata = 3,

    /// <summary>Commits a group's offsets.</summary>
    OffsetCommit = 8,

    /// <summary>Reads a group's committed offsets.</summary>
    OffsetFetch = 9,

    /// <summary>Finds the coordinator of a group, transactional id or share partition.</summary>
    FindCoordinator = 10,

    /// <summary>Joins a classic group.</summary>
    JoinGroup = 11,

    /// <summary>Keeps a member of a classic group alive.</summary>
    Heartbeat = 12,

    /// <summary>Leaves a classic group.</summary>
    LeaveGroup = 13,

    /// <summary>Distributes and fetches a classic group's assignment.</summary>
    SyncGroup = 14,

    /// <summary>Describes classic groups.</summary>
    DescribeGroups = 15,

    /// <summary>Lists the groups of one broker.</summary>
    ListGroups = 16,

    /// <summary>Chooses a SASL mechanism.</summary>
    SaslHandshake = 17,

    /// <summary>Lists the APIs and features that the peer supports.</summary>
    ApiVersions = 18,

    /// <summary>Creates topics.</summary>
    CreateTopics = 19,

    /// <summary>Deletes topics.</summary>
    DeleteTopics = 20,

    /// <summary>Raises log start offsets.</summary>
    DeleteRecords = 21,

    /// <summary>Gets a producer id, or bumps its epoch.</summary>
    InitProducerId = 22,

    /// <summary>Finds where a leader epoch ends.</summary>
    OffsetForLeaderEpoch = 23,

    /// <summary>Adds partitions to a transaction, or verifies that they are in it.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>Adds a group's offsets partition to a transaction.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>Commits or aborts a transaction.</summary>
    EndTxn = 26,

    /// <summary>Tells partition leaders to write transaction markers.</summary>
    WriteTxnMarkers = 27,

    /// <summary>Commits offsets inside a transaction.</summary>
    TxnOffsetCommit = 28,

    /// <summary>Lists ACLs.</summary>
    DescribeAcls = 29,

    /// <summary>Creates ACLs.</summary>
    CreateAcls = 30,

    /// <summary>Deletes ACLs.</summary>
    DeleteAcls = 31,

    /// <summary>Reads configurations.</summary>
    DescribeConfigs = 32,

    /// <summary>Replaces configurations as a whole (superseded by IncrementalAlterConfigs).</summary>
    AlterConfigs = 33,

    /// <summary>Moves replicas between log directories of a broker.</summary>
    AlterReplicaLogDirs = 34,

    /// <summary>Describes log directories and the replicas in them.</summary>
    DescribeLogDirs = 35,

    /// <summary>Carries the bytes of a SASL exchange.</summary>
    SaslAuthenticate = 36,

    /// <summary>Adds partitions to topics.</summary>
    CreatePartitions = 37,

    /// <summary>Creates a delegation token.</summary>
    CreateDelegationToken = 38,

    /// <summary>Renews a delegation token.</summary>
    RenewDelegationToken = 39,

    /// <summary>Expires a delegation token.</summary>
    ExpireDelegationToken = 40,

    /// <summary>Lists delegation tokens.</summary>
    DescribeDelegationToken = 41,

    /// <summary>Deletes groups.</summary>
    DeleteGroups = 42,

    /// <summary>Elects leaders: preferred ones, or unclean.</summary>
    ElectLeaders = 43,

    /// <summary>Changes single configuration keys.</summary>
    IncrementalAlterConfigs = 44,

    /// <summary>Starts or cancels partition reassignments.</summary>
    AlterPartitionReassignments = 45,

    /// <summary>Lists running partition reassignments.</summary>
    ListPartitionReassignments = 46,

    /// <summary>Deletes a group's committed offsets of single partitions.</summary>
    OffsetDelete = 47,

    /// <summary>Reads client quotas.</summary>
    DescribeClientQuotas = 48,

    /// <summary>Changes client quotas.</summary>
    AlterClientQuotas = 49,

    /// <summary>Describes SCRAM credentials of users.</summary>
    DescribeUserScramCredentials = 50,

    /// <summary>Creates or deletes SCRAM credentials of users.</summary>
    AlterUserScramCredentials = 51,

    /// <summary>KRaft: asks for a vote.</summary>
    Vote = 52,

    /// <summary>KRaft: a leader announces its epoch.</summary>
    BeginQuorumEpoch = 53,

    /// <summary>KRaft: a leader resigns.</summary>
    EndQuorumEpoch = 54,

    /// <summary>KRaft: describes the quorum.</summary>
    DescribeQuorum = 55,

    /// <summary>A partition leader asks the controller to change its in-sync replicas.</summary>
    AlterPartition = 56,

    /// <summary>Changes feature levels.</summary>
    UpdateFeatures = 57,

    /// <summary>Wraps a request that a broker forwards to the controller.</summary>
    Envelope = 58,

    /// <summary>KRaft: reads a snapshot.</summary>
    FetchSnapshot = 59,

    /// <summary>Describes the nodes of the cluster.</summary>
    DescribeCluster = 60,

    /// <summary>Describes the active producers of partitions.</summary>
    DescribeProducers = 61,

    /// <summary>Registers a broker with the controller.</summary>
    BrokerRegistration = 62,

    /// <summary>Keeps a broker registration alive.</summary>
    BrokerHeartbeat = 63,

    /// <summary>Removes the registration of a broker.</summary>
    UnregisterBroker = 64,

    /// <summary>Describes transactions.</summary>
    DescribeTransactions = 65,

    /// <summary>Lists transactions.</summary>
    ListTransactions = 66,

    /// <summary>Gives a broker a block of producer ids.</summary>
    AllocateProducerIds = 67,

    /// <summary>Joins, keeps up and leaves a consumer group of the newer protocol (KIP-848).</summary>
    ConsumerGroupHeartbeat = 68,

    /// <summary>Describes consumer groups of the newer protocol (KIP-848).</summary>
    ConsumerGroupDescribe = 69,

    /// <summary>Registers a controller.</summary>
    ControllerRegistration = 70,

    /// <summary>Asks which client metrics are wanted.</summary>
    GetTelemetrySubscriptions = 71,

    /// <summary>Delivers client metrics.</summary>
    PushTelemetry = 72,

    /// <summary>Tells the controller which log directories hold which replicas.</summary>
    AssignReplicasToDirs = 73,

    /// <summary>Lists the names of resources that have a configuration.</summary>
    ListConfigResources = 74,

    /// <summary>Describes topics and their partitions, page by page.</summary>
    DescribeTopicPartitions = 75,

    /// <summary>Joins, keeps up and leaves a share group.</summary>
    ShareGroupHeartbeat = 76,

    /// <summary>Describes share groups.</summary>
    ShareGroupDescribe = 77,

    /// <summary>Acquires records for a member of a share group, and acknowledges others.</summary>
    ShareFetch = 78,

    /// <summary>Acknowledges records of a share group.</summary>
    ShareAcknowledge = 79,

    /// <summary>KRaft: adds a voter.</summary>
    AddRaftVoter = 80,

    /// <summary>KRaft: removes a voter.</summary>
    RemoveRaftVoter = 81,

    /// <summary>KRaft: a voter updates its endpoints.</summary>
    UpdateRaftVoter = 82,

    /// <summary>Share coordinator: initialises the state of share partitions.</summary>
    InitializeShareGroupState = 83,

    /// <summary>Share coordinator: reads the state of share partitions.</summary>
    ReadShareGroupState = 84,

    /// <summary>Share coordinator: writes the state of share partitions.</summary>
    WriteShareGroupState = 85,

    /// <summary>Share coordinator: deletes the state of share partitions.</summary>
    DeleteShareGroupState = 86,

    /// <summary>Share coordinator: reads a summary of the state of share partitions.</summary>
    ReadShareGroupStateSummary = 87,

    /// <summary>Joins, keeps up and leaves a streams group (KIP-1071).</summary>
    StreamsGroupHeartbeat = 88,

    /// <summary>Describes streams groups.</summary>
    StreamsGroupDescribe = 89,

    /// <summary>Reads start offsets and lag of share groups.</summary>
    DescribeShareGroupOffsets = 90,

    /// <summary>Resets start offsets of a share group.</summary>
    AlterShareGroupOffsets = 91,

    /// <summary>Deletes the offsets that a share group has for topics.</summary>
    DeleteShareGroupOffsets = 92,
}
