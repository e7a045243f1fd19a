using Sluice.Broker.Configs;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Fetching;
using Sluice.Broker.Handlers;
using Sluice.Broker.Producers;
using Sluice.Broker.Requests;
using Sluice.Broker.Security.Tokens;
using Sluice.Broker.Sharing;
using Sluice.Broker.Telemetry;

namespace Sluice.Broker;

// The APIs that are served: ApiVersions answers what stands here, and nothing else is reachable.
public sealed partial class BrokerServer
{
    private static List<ApiHandler> CreateHandlers(
        BrokerServices services,
        ProducerIdAllocator producerIds,
        GroupCoordinator groups,
        ShareGroupAdmin shareGroups,
        ShareCoordinator shares,
        SharingServices sharing,
        TransactionCoordinator transactions,
        DelegationTokens tokens,
        ClientTelemetry telemetry)
    {
        ApiVersionsHandler apiVersions = new(services.Store);
        ConfigChanger configs = new(services);
        TransactionVerifier verifier = new(transactions);
        List<ApiHandler> handlers =
        [
            new ProduceHandler(services, verifier, new WriteStalls(services.Time)),
            new FetchHandler(services, new FetchReader(services)),
            new ListOffsetsHandler(services),
            new MetadataHandler(services),
            new OffsetCommitHandler(services, groups),
            new OffsetFetchHandler(groups),
            new FindCoordinatorHandler(services, groups, shares, transactions),
            new JoinGroupHandler(groups),
            new HeartbeatHandler(groups),
            new LeaveGroupHandler(groups),
            new SyncGroupHandler(groups),
            new DescribeGroupsHandler(groups),
            new ListGroupsHandler(groups),
            new SaslHandshakeHandler(),
            apiVersions,
            new CreateTopicsHandler(services),
            new DeleteTopicsHandler(services),
            new DeleteRecordsHandler(services),
            new InitProducerIdHandler(producerIds, transactions),
            new OffsetForLeaderEpochHandler(services),
            new AddPartitionsToTxnHandler(services, transactions),
            new AddOffsetsToTxnHandler(transactions, groups),
            new EndTxnHandler(transactions),
            new WriteTxnMarkersHandler(transactions.Markers),
            new TxnOffsetCommitHandler(services, groups, verifier),
            new DescribeAclsHandler(services),
            new CreateAclsHandler(services),
            new DeleteAclsHandler(services),
            new DescribeConfigsHandler(services),
            new AlterConfigsHandler(configs),
            new AlterReplicaLogDirsHandler(services),
            new DescribeLogDirsHandler(services),
            new SaslAuthenticateHandler(),
            new CreatePartitionsHandler(services),
            new CreateDelegationTokenHandler(tokens),
            new RenewDelegationTokenHandler(tokens),
            new ExpireDelegationTokenHandler(tokens),
            new DescribeDelegationTokenHandler(tokens),
            new DeleteGroupsHandler(shareGroups),
            new IncrementalAlterConfigsHandler(configs),
            new OffsetDeleteHandler(groups),
            new DescribeUserScramCredentialsHandler(services),
            new AlterUserScramCredentialsHandler(services),
            new DescribeClusterHandler(services),
            new DescribeClientQuotasHandler(services),
            new AlterClientQuotasHandler(services),
            new DescribeProducersHandler(services),
            new DescribeTransactionsHandler(transactions),
            new ListTransactionsHandler(transactions),
            new ConsumerGroupHeartbeatHandler(groups),
            new ConsumerGroupDescribeHandler(groups),
            new DescribeTopicPartitionsHandler(services),
            new ShareGroupHeartbeatHandler(groups),
            new ShareGroupDescribeHandler(groups),
            new ShareFetchHandler(services, sharing),
            new ShareAcknowledgeHandler(services, sharing),
            new InitializeShareGroupStateHandler(shares),
            new ReadShareGroupStateHandler(shares),
            new WriteShareGroupStateHandler(shares),
            new DeleteShareGroupStateHandler(shares),
            new ReadShareGroupStateSummaryHandler(shares),
            new DescribeShareGroupOffsetsHandler(shareGroups),
            new AlterShareGroupOffsetsHandler(services, shareGroups),
            new DeleteShareGroupOffsetsHandler(shareGroups),
            new ElectLeadersHandler(services),
            new AlterPartitionReassignmentsHandler(services),
            new ListPartitionReassignmentsHandler(),
            new DescribeQuorumHandler(services),
            new UpdateFeaturesHandler(services),
            new UnregisterBrokerHandler(services),
            new ListConfigResourcesHandler(services),
            new AddRaftVoterHandler(services),
            new RemoveRaftVoterHandler(services),
            new StreamsGroupHeartbeatHandler(services, groups),
            new StreamsGroupDescribeHandler(groups),
            new GetTelemetrySubscriptionsHandler(telemetry),
            new PushTelemetryHandler(telemetry),
        ];
        apiVersions.Announce(handlers);
        return handlers;
    }
}
