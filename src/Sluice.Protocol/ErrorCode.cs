namespace Sluice.Protocol;

/// <summary>Error codes of the protocol. Names and meanings for people: <see cref="ErrorCodes"/>.</summary>
public enum ErrorCode : short
{
    /// <summary>Unexpected failure inside the broker.</summary>
    UnknownServerError = -1,

    /// <summary>Success.</summary>
    None = 0,

    /// <summary>Fetch offset below log start or above log end.</summary>
    OffsetOutOfRange = 1,

    /// <summary>Batch fails CRC/size/format check.</summary>
    CorruptMessage = 2,

    /// <summary>Partition or topic not known here (metadata may be stale).</summary>
    UnknownTopicOrPartition = 3,

    /// <summary>Requested fetch size is not acceptable.</summary>
    InvalidFetchSize = 4,

    /// <summary>Partition currently has no leader.</summary>
    LeaderNotAvailable = 5,

    /// <summary>This broker is not the leader (or not a replica) for the partition.</summary>
    NotLeaderOrFollower = 6,

    /// <summary>Operation did not finish within its timeout.</summary>
    RequestTimedOut = 7,

    /// <summary>Broker is not available (tools only; not sent by normal requests).</summary>
    BrokerNotAvailable = 8,

    /// <summary>Replica not available on this broker.</summary>
    ReplicaNotAvailable = 9,

    /// <summary>Record batch larger than max.message.bytes.</summary>
    MessageTooLarge = 10,

    /// <summary>Controller epoch is old.</summary>
    StaleControllerEpoch = 11,

    /// <summary>Offset commit metadata string longer than offset.metadata.max.bytes.</summary>
    OffsetMetadataTooLarge = 12,

    /// <summary>Client side: connection lost before the reply; also used between brokers.</summary>
    NetworkException = 13,

    /// <summary>Coordinator is still loading its partition.</summary>
    CoordinatorLoadInProgress = 14,

    /// <summary>No coordinator available (internal topic missing, no leader, or shutting down).</summary>
    CoordinatorNotAvailable = 15,

    /// <summary>This broker is not the coordinator for the key.</summary>
    NotCoordinator = 16,

    /// <summary>Illegal topic name or forbidden operation on an internal topic.</summary>
    InvalidTopicException = 17,

    /// <summary>Append larger than segment.bytes.</summary>
    RecordListTooLarge = 18,

    /// <summary>ISR smaller than min.insync.replicas; nothing written.</summary>
    NotEnoughReplicas = 19,

    /// <summary>Written, but ISR shrank below min.insync.replicas before ack.</summary>
    NotEnoughReplicasAfterAppend = 20,

    /// <summary>acks value other than -1, 0, 1.</summary>
    InvalidRequiredAcks = 21,

    /// <summary>Generation id (or member epoch in old APIs) does not match the group.</summary>
    IllegalGeneration = 22,

    /// <summary>Protocol type/name set incompatible with the group or missing.</summary>
    InconsistentGroupProtocol = 23,

    /// <summary>Group id is empty or otherwise illegal.</summary>
    InvalidGroupId = 24,

    /// <summary>Member id not part of the group.</summary>
    UnknownMemberId = 25,

    /// <summary>Session timeout outside group.min/max.session.timeout.ms.</summary>
    InvalidSessionTimeout = 26,

    /// <summary>Group is rebalancing; member must rejoin.</summary>
    RebalanceInProgress = 27,

    /// <summary>Offset commit record too large for the offsets log.</summary>
    InvalidCommitOffsetSize = 28,

    /// <summary>Principal lacks the needed topic permission.</summary>
    TopicAuthorizationFailed = 29,

    /// <summary>Principal lacks the needed group permission.</summary>
    GroupAuthorizationFailed = 30,

    /// <summary>Principal lacks the needed cluster permission.</summary>
    ClusterAuthorizationFailed = 31,

    /// <summary>Record timestamp outside the permitted window.</summary>
    InvalidTimestamp = 32,

    /// <summary>SASL mechanism not enabled on this listener.</summary>
    UnsupportedSaslMechanism = 33,

    /// <summary>Request not legal in the current SASL state.</summary>
    IllegalSaslState = 34,

    /// <summary>API version (or feature) not supported.</summary>
    UnsupportedVersion = 35,

    /// <summary>Topic with that name exists.</summary>
    TopicAlreadyExists = 36,

    /// <summary>Partition count illegal.</summary>
    InvalidPartitions = 37,

    /// <summary>Replication factor &lt; 1 or more than usable brokers.</summary>
    InvalidReplicationFactor = 38,

    /// <summary>Manual replica assignment inconsistent.</summary>
    InvalidReplicaAssignment = 39,

    /// <summary>Configuration name or value invalid.</summary>
    InvalidConfig = 40,

    /// <summary>Receiver is not the active controller.</summary>
    NotController = 41,

    /// <summary>Malformed or contradictory request.</summary>
    InvalidRequest = 42,

    /// <summary>Stored record format cannot serve this request.</summary>
    UnsupportedForMessageFormat = 43,

    /// <summary>A configured policy class refused the request.</summary>
    PolicyViolation = 44,

    /// <summary>Producer sequence not contiguous.</summary>
    OutOfOrderSequenceNumber = 45,

    /// <summary>Duplicate sequence that is not among the cached batches (not raised by current broker code paths).</summary>
    DuplicateSequenceNumber = 46,

    /// <summary>Producer epoch is older than the one known.</summary>
    InvalidProducerEpoch = 47,

    /// <summary>Transactional operation not allowed in the current state.</summary>
    InvalidTxnState = 48,

    /// <summary>Producer id does not match the transactional id.</summary>
    InvalidProducerIdMapping = 49,

    /// <summary>Transaction timeout &lt;= 0 or above transaction.max.timeout.ms.</summary>
    InvalidTransactionTimeout = 50,

    /// <summary>Another operation of the same transactional id is in flight.</summary>
    ConcurrentTransactions = 51,

    /// <summary>Marker came from an old transaction coordinator.</summary>
    TransactionCoordinatorFenced = 52,

    /// <summary>Principal lacks the needed transactional id permission.</summary>
    TransactionalIdAuthorizationFailed = 53,

    /// <summary>No authorizer configured (ACL APIs).</summary>
    SecurityDisabled = 54,

    /// <summary>Element of a batch not tried because another one failed.</summary>
    OperationNotAttempted = 55,

    /// <summary>Disk error / log dir offline.</summary>
    KafkaStorageError = 56,

    /// <summary>Log dir path not configured on the broker.</summary>
    LogDirNotFound = 57,

    /// <summary>Credentials rejected.</summary>
    SaslAuthenticationFailed = 58,

    /// <summary>No state for this producer id on the partition.</summary>
    UnknownProducerId = 59,

    /// <summary>Reassignment already in progress.</summary>
    ReassignmentInProgress = 60,

    /// <summary>Delegation tokens not enabled.</summary>
    DelegationTokenAuthDisabled = 61,

    /// <summary>Token not known.</summary>
    DelegationTokenNotFound = 62,

    /// <summary>Caller is neither owner nor renewer.</summary>
    DelegationTokenOwnerMismatch = 63,

    /// <summary>Token requests not allowed on this channel (plaintext, 1-way TLS, or token authenticated).</summary>
    DelegationTokenRequestNotAllowed = 64,

    /// <summary>Not permitted to act on tokens of that owner.</summary>
    DelegationTokenAuthorizationFailed = 65,

    /// <summary>Token expired.</summary>
    DelegationTokenExpired = 66,

    /// <summary>Principal type not supported.</summary>
    InvalidPrincipalType = 67,

    /// <summary>Group still has members.</summary>
    NonEmptyGroup = 68,

    /// <summary>Group does not exist.</summary>
    GroupIdNotFound = 69,

    /// <summary>Fetch session id unknown (evicted or other broker).</summary>
    FetchSessionIdNotFound = 70,

    /// <summary>Fetch session epoch not the expected one.</summary>
    InvalidFetchSessionEpoch = 71,

    /// <summary>Leader has no endpoint on the client's listener.</summary>
    ListenerNotFound = 72,

    /// <summary>delete.topic.enable is false.</summary>
    TopicDeletionDisabled = 73,

    /// <summary>Leader epoch in request older than the broker's.</summary>
    FencedLeaderEpoch = 74,

    /// <summary>Leader epoch in request newer than the broker's.</summary>
    UnknownLeaderEpoch = 75,

    /// <summary>Codec not usable with this request version.</summary>
    UnsupportedCompressionType = 76,

    /// <summary>Broker epoch is stale.</summary>
    StaleBrokerEpoch = 77,

    /// <summary>New leader's high watermark not yet caught up; offsets not reliable.</summary>
    OffsetNotAvailable = 78,

    /// <summary>First join without member id: retry with the id returned.</summary>
    MemberIdRequired = 79,

    /// <summary>Preferred leader not eligible.</summary>
    PreferredLeaderNotAvailable = 80,

    /// <summary>Group is at its maximum size.</summary>
    GroupMaxSizeReached = 81,

    /// <summary>Another member took over this group.instance.id.</summary>
    FencedInstanceId = 82,

    /// <summary>No eligible replica to elect.</summary>
    EligibleLeadersNotAvailable = 83,

    /// <summary>Desired leader already leads.</summary>
    ElectionNotNeeded = 84,

    /// <summary>No reassignment running for the partition.</summary>
    NoReassignmentInProgress = 85,

    /// <summary>Group actively subscribes to the topic; offsets cannot be deleted.</summary>
    GroupSubscribedToTopic = 86,

    /// <summary>Broker refused a record or batch as invalid.</summary>
    InvalidRecord = 87,

    /// <summary>Unresolved transactional offset commits exist (require_stable).</summary>
    UnstableOffsetCommit = 88,

    /// <summary>Quota exceeded; retry after throttle time.</summary>
    ThrottlingQuotaExceeded = 89,

    /// <summary>A newer producer instance owns this transactional id.</summary>
    ProducerFenced = 90,

    /// <summary>Referenced resource does not exist.</summary>
    ResourceNotFound = 91,

    /// <summary>Same resource given twice.</summary>
    DuplicateResource = 92,

    /// <summary>Credential does not meet requirements (e.g. iterations).</summary>
    UnacceptableCredential = 93,

    /// <summary>Voter set in request does not match (KRaft).</summary>
    InconsistentVoterSet = 94,

    /// <summary>Partition epoch/version in request is not current.</summary>
    InvalidUpdateVersion = 95,

    /// <summary>Feature update could not be applied.</summary>
    FeatureUpdateFailed = 96,

    /// <summary>Forwarded principal could not be parsed.</summary>
    PrincipalDeserializationFailure = 97,

    /// <summary>KRaft snapshot not found.</summary>
    SnapshotNotFound = 98,

    /// <summary>Snapshot position out of range.</summary>
    PositionOutOfRange = 99,

    /// <summary>Topic id unknown here.</summary>
    UnknownTopicId = 100,

    /// <summary>Broker id already registered by a live broker.</summary>
    DuplicateBrokerRegistration = 101,

    /// <summary>Broker id not registered.</summary>
    BrokerIdNotRegistered = 102,

    /// <summary>Topic id differs from the one in the log.</summary>
    InconsistentTopicId = 103,

    /// <summary>Cluster id differs.</summary>
    InconsistentClusterId = 104,

    /// <summary>Transactional id unknown.</summary>
    TransactionalIdNotFound = 105,

    /// <summary>Fetch session mixes topic ids and names.</summary>
    FetchSessionTopicIdError = 106,

    /// <summary>Proposed ISR contains a fenced, shutting down or stale broker.</summary>
    IneligibleReplica = 107,

    /// <summary>ISR change applied, but another replica is now leader.</summary>
    NewLeaderElected = 108,

    /// <summary>Offset only exists in tiered storage (followers).</summary>
    OffsetMovedToTieredStorage = 109,

    /// <summary>Member epoch fenced; give up partitions and rejoin with epoch 0.</summary>
    FencedMemberEpoch = 110,

    /// <summary>Instance id still in use by another live member.</summary>
    UnreleasedInstanceId = 111,

    /// <summary>Requested server-side assignor not supported.</summary>
    UnsupportedAssignor = 112,

    /// <summary>Member epoch stale; wait for heartbeat to deliver the new one.</summary>
    StaleMemberEpoch = 113,

    /// <summary>Request sent to the wrong kind of endpoint (broker vs controller).</summary>
    MismatchedEndpointType = 114,

    /// <summary>Endpoint type not supported.</summary>
    UnsupportedEndpointType = 115,

    /// <summary>Controller id unknown.</summary>
    UnknownControllerId = 116,

    /// <summary>Telemetry subscription id outdated.</summary>
    UnknownSubscriptionId = 117,

    /// <summary>Telemetry payload above telemetry.max.bytes.</summary>
    TelemetryTooLarge = 118,

    /// <summary>Broker registration rejected.</summary>
    InvalidRegistration = 119,

    /// <summary>Transaction must be aborted; producer can continue afterwards.</summary>
    TransactionAbortable = 120,

    /// <summary>Share-group record not in a state allowing the acknowledgement.</summary>
    InvalidRecordState = 121,

    /// <summary>Share session unknown.</summary>
    ShareSessionNotFound = 122,

    /// <summary>Share session epoch wrong.</summary>
    InvalidShareSessionEpoch = 123,

    /// <summary>Share-group state epoch fenced.</summary>
    FencedStateEpoch = 124,

    /// <summary>KRaft voter key mismatch.</summary>
    InvalidVoterKey = 125,

    /// <summary>KRaft voter already present.</summary>
    DuplicateVoter = 126,

    /// <summary>KRaft voter not present.</summary>
    VoterNotFound = 127,

    /// <summary>Subscribed topic regex does not compile.</summary>
    InvalidRegularExpression = 128,

    /// <summary>Metadata response asks the client to start again from its bootstrap list (KIP-1102).</summary>
    RebootstrapRequired = 129,

    /// <summary>Streams topology names an illegal or internal topic.</summary>
    StreamsInvalidTopology = 130,

    /// <summary>Streams topology epoch not acceptable (defined, not sent by 4.2).</summary>
    StreamsInvalidTopologyEpoch = 131,

    /// <summary>Streams topology epoch outdated (defined, not sent by 4.2).</summary>
    StreamsTopologyFenced = 132,

    /// <summary>No room for another share session on this broker.</summary>
    ShareSessionLimitReached = 133,
}
