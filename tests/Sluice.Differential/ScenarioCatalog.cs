using Sluice.Differential.Scenarios;

namespace Sluice.Differential;

/// <summary>All scenarios, in the order in which they run.</summary>
internal static class ScenarioCatalog
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. ApiVersionsScenarios.All,
        .. MetadataScenarios.All,
        .. DescribeTopicPartitionsScenarios.All,
        .. ProduceScenarios.All,
        .. ProduceValidationScenarios.All,
        .. ProduceRewriteScenarios.All,
        .. IdempotentProduceScenarios.All,
        .. FetchScenarios.All,
        .. FetchLimitScenarios.All,
        .. FetchSessionScenarios.All,
        .. ListOffsetsScenarios.All,
        .. OffsetForLeaderEpochScenarios.All,
        .. CreateTopicsScenarios.All,
        .. DeleteTopicsScenarios.All,
        .. CreatePartitionsScenarios.All,
        .. DeleteRecordsScenarios.All,
        .. DescribeConfigsScenarios.All,
        .. IncrementalAlterConfigsScenarios.All,
        .. AlterConfigsScenarios.All,
        .. LoggerAndClientMetricsScenarios.All,
        .. DescribeClusterScenarios.All,
        .. ClusterAdministrationScenarios.All,
        .. AlterReplicaLogDirsScenarios.All,
        .. DescribeLogDirsScenarios.All,
        .. ClientQuotaScenarios.All,
        .. InitProducerIdScenarios.All,
        .. AccessScenarios.All,
        .. FramingScenarios.All,
        .. MalformedScenarios.All,
        .. RetentionScenarios.All,
        .. CompactionScenarios.All,
        // Asking for a coordinator makes Kafka create its internal topics, so it comes last.
        .. FindCoordinatorScenarios.All,
        .. ClassicGroupScenarios.All,
        .. StaticMemberScenarios.All,
        .. CommittedOffsetScenarios.All,
        .. GroupAdminScenarios.All,
        .. ConsumerGroupScenarios.All,
        .. ShareGroupScenarios.All,
        .. ShareStateScenarios.All,
        .. ShareFetchScenarios.All,
        .. StreamsGroupScenarios.All,
        .. TransactionalIdScenarios.All,
        .. TransactionPartitionScenarios.All,
        .. TransactionEndScenarios.All,
        .. TransactionalDataScenarios.All,
        .. SaslScenarios.All,
        .. ScramCredentialScenarios.All,
        .. AuthenticatedAccessScenarios.All,
        .. DelegationTokenScenarios.All,
        .. DelegationTokenOwnerScenarios.All,
    ];

    public static Scenario Find(string name) => All.Single(scenario => scenario.ToString() == name);
}
