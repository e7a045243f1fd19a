namespace Sluice.Differential.Comparison;

/// <summary>How a value is shown so that two correct peers show the same.</summary>
internal enum FieldRule
{
    /// <summary>As it is.</summary>
    Exact,

    /// <summary>Not at all: it says something of the machine or of the moment.</summary>
    Omit,

    /// <summary>Only whether there is a text: wording is each broker's own.</summary>
    Text,

    /// <summary>"now" if it is a moment of this run.</summary>
    Moment,

    /// <summary>By the order in which the scenario saw them.</summary>
    ProducerId,

    /// <summary>"session" unless 0.</summary>
    Session,

    /// <summary>"advertised" if it is what the peer was told to advertise.</summary>
    Host,

    /// <summary>"advertised" if it is what the peer was told to advertise.</summary>
    Port,

    /// <summary>By the order in which the scenario saw them, behind what the broker put in front of the random part.</summary>
    MemberId,

    /// <summary>"given" if there is one at all.</summary>
    Given,

    /// <summary>By the order in which the scenario saw them.</summary>
    TokenId,

    /// <summary>How long it is.</summary>
    Secret,

    /// <summary>How many minutes after the scenario's start.</summary>
    Deadline,
}

/// <summary>The few fields that two brokers cannot have in common, and arrays whose order means nothing.</summary>
internal static class FieldRules
{
    private static readonly Dictionary<string, FieldRule> ByField = new(StringComparer.Ordinal)
    {
        ["ThrottleTimeMs"] = FieldRule.Omit,
        ["ErrorMessage"] = FieldRule.Text,
        ["StatusDetail"] = FieldRule.Text,
        ["BatchIndexErrorMessage"] = FieldRule.Text,
        ["Documentation"] = FieldRule.Text,
        ["LogAppendTimeMs"] = FieldRule.Moment,
        ["Timestamp"] = FieldRule.Moment,
        ["LastTimestamp"] = FieldRule.Moment,
        ["TransactionStartTimeMs"] = FieldRule.Moment,
        ["ProducerId"] = FieldRule.ProducerId,
        ["MemberId"] = FieldRule.MemberId,
        ["Leader"] = FieldRule.MemberId,
        ["SessionId"] = FieldRule.Session,
        ["Host"] = FieldRule.Host,
        ["Port"] = FieldRule.Port,
        ["ClusterId"] = FieldRule.Given,
        ["LogDir"] = FieldRule.Given,
        ["TotalBytes"] = FieldRule.Given,
        ["UsableBytes"] = FieldRule.Given,
        ["TokenId"] = FieldRule.TokenId,
        ["Hmac"] = FieldRule.Secret,
        ["IssueTimestamp"] = FieldRule.Moment,
        ["IssueTimestampMs"] = FieldRule.Moment,
        ["ExpiryTimestamp"] = FieldRule.Deadline,
        ["ExpiryTimestampMs"] = FieldRule.Deadline,
        ["MaxTimestamp"] = FieldRule.Deadline,
        ["MaxTimestampMs"] = FieldRule.Deadline,
        ["FinalizedFeaturesEpoch"] = FieldRule.Omit,
        ["ZkMigrationReady"] = FieldRule.Omit,
    };

    // Elements are told apart by what they are about, and compared whatever their order.
    private static readonly HashSet<string> Unordered = new(StringComparer.Ordinal)
    {
        "ApiVersionsResponse.ApiKeys",
        "ApiVersionsResponse.SupportedFeatures",
        "ApiVersionsResponse.FinalizedFeatures",
        "MetadataResponse.Topics",
        "MetadataResponse.Topics.Partitions",
        "ProduceResponse.Responses",
        "ProduceResponse.Responses.PartitionResponses",
        "ListOffsetsResponse.Topics",
        "ListOffsetsResponse.Topics.Partitions",
        "OffsetForLeaderEpochResponse.Topics",
        "OffsetForLeaderEpochResponse.Topics.Partitions",
        "CreateTopicsResponse.Topics",
        "CreateTopicsResponse.Topics.Configs",
        "DeleteTopicsResponse.Responses",
        "CreatePartitionsResponse.Results",
        "DeleteRecordsResponse.Topics",
        "DeleteRecordsResponse.Topics.Partitions",
        "DescribeAclsResponse.Resources",
        "DeleteAclsResponse.FilterResults.MatchingAcls",
        "DescribeConfigsResponse.Results",
        "DescribeConfigsResponse.Results.Configs",
        "IncrementalAlterConfigsResponse.Responses",
        "AlterConfigsResponse.Responses",
        "DescribeClientQuotasResponse.Entries",
        "DescribeClientQuotasResponse.Entries.Entity",
        "DescribeClientQuotasResponse.Entries.Values",
        "AlterClientQuotasResponse.Entries",
        "AlterClientQuotasResponse.Entries.Entity",
        "SaslHandshakeResponse.Mechanisms",
        "DescribeDelegationTokenResponse.Tokens",
        "ElectLeadersResponse.ReplicaElectionResults",
        "ElectLeadersResponse.ReplicaElectionResults.PartitionResult",
        "DescribeUserScramCredentialsResponse.Results",
        "DescribeUserScramCredentialsResponse.Results.CredentialInfos",
        "AlterUserScramCredentialsResponse.Results",
        "AlterReplicaLogDirsResponse.Results",
        "AlterReplicaLogDirsResponse.Results.Partitions",
        "DescribeLogDirsResponse.Results.Topics",
        "DescribeLogDirsResponse.Results.Topics.Partitions",
        "FindCoordinatorResponse.Coordinators",
        "OffsetCommitResponse.Topics",
        "OffsetCommitResponse.Topics.Partitions",
        "OffsetFetchResponse.Topics",
        "OffsetFetchResponse.Topics.Partitions",
        "OffsetFetchResponse.Groups",
        "OffsetFetchResponse.Groups.Topics",
        "OffsetFetchResponse.Groups.Topics.Partitions",
        "OffsetDeleteResponse.Topics",
        "OffsetDeleteResponse.Topics.Partitions",
        "ListGroupsResponse.Groups",
        "DescribeGroupsResponse.Groups",
        "DeleteGroupsResponse.Results",
        "JoinGroupResponse.Members",
        "ConsumerGroupHeartbeatResponse.Assignment.TopicPartitions",
        "ConsumerGroupDescribeResponse.Groups",
        "ConsumerGroupDescribeResponse.Groups.Members",
        "ConsumerGroupDescribeResponse.Groups.Members.Assignment.TopicPartitions",
        "ConsumerGroupDescribeResponse.Groups.Members.TargetAssignment.TopicPartitions",
        "ShareGroupHeartbeatResponse.Assignment.TopicPartitions",
        "ShareGroupDescribeResponse.Groups",
        "ShareGroupDescribeResponse.Groups.Members",
        "ShareGroupDescribeResponse.Groups.Members.Assignment.TopicPartitions",
        "StreamsGroupHeartbeatResponse.ActiveTasks",
        "StreamsGroupHeartbeatResponse.StandbyTasks",
        "StreamsGroupHeartbeatResponse.PartitionsByUserEndpoint.ActivePartitions",
        "StreamsGroupHeartbeatResponse.PartitionsByUserEndpoint.StandbyPartitions",
        "StreamsGroupDescribeResponse.Groups",
        "StreamsGroupDescribeResponse.Groups.Members",
        "StreamsGroupDescribeResponse.Groups.Members.Assignment.ActiveTasks",
        "StreamsGroupDescribeResponse.Groups.Members.Assignment.StandbyTasks",
        "StreamsGroupDescribeResponse.Groups.Members.TargetAssignment.ActiveTasks",
        "StreamsGroupDescribeResponse.Groups.Members.TargetAssignment.StandbyTasks",
        "DescribeShareGroupOffsetsResponse.Groups",
        "DescribeShareGroupOffsetsResponse.Groups.Topics",
        "DescribeShareGroupOffsetsResponse.Groups.Topics.Partitions",
        "AlterShareGroupOffsetsResponse.Responses",
        "AlterShareGroupOffsetsResponse.Responses.Partitions",
        "DeleteShareGroupOffsetsResponse.Responses",
        "AddPartitionsToTxnResponse.ResultsByTopicV3AndBelow",
        "AddPartitionsToTxnResponse.ResultsByTopicV3AndBelow.ResultsByPartition",
        "AddPartitionsToTxnResponse.ResultsByTransaction",
        "AddPartitionsToTxnResponse.ResultsByTransaction.TopicResults",
        "AddPartitionsToTxnResponse.ResultsByTransaction.TopicResults.ResultsByPartition",
        "TxnOffsetCommitResponse.Topics",
        "TxnOffsetCommitResponse.Topics.Partitions",
        "WriteTxnMarkersResponse.Markers.Topics",
        "WriteTxnMarkersResponse.Markers.Topics.Partitions",
        "ListTransactionsResponse.TransactionStates",
        "DescribeTransactionsResponse.TransactionStates.Topics",
        "DescribeTransactionsResponse.TransactionStates.Topics.Partitions",
        "DescribeProducersResponse.Topics",
        "DescribeProducersResponse.Topics.Partitions",
        "DescribeProducersResponse.Topics.Partitions.ActiveProducers",
    };

    private static readonly string[] KeyProperties =
        ["Name", "Topic", "TopicName", "Key", "ResourceName", "ApiKey", "PartitionIndex", "Index", "Partition", "TopicId", "GroupId", "MemberId", "TransactionalId", "ProducerId", "PartitionId", "EntityType", "TokenId", "User", "Mechanism", "SubtopologyId"];

    public static FieldRule Of(string property) => ByField.GetValueOrDefault(property, FieldRule.Exact);

    /// <param name="path">Message type and properties, without indexes: <c>MetadataResponse.Topics</c>.</param>
    public static bool IsUnordered(string path) => Unordered.Contains(path);

    /// <summary>Properties that tell what an element is about, best first.</summary>
    public static IReadOnlyList<string> Keys => KeyProperties;
}
