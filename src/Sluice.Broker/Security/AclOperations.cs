using System.Collections.Immutable;
using Sluice.Metadata.Acls;

namespace Sluice.Broker.Security;

/// <summary>The operations that each kind of resource knows, as Kafka's clients and tools have them.</summary>
internal static class AclOperations
{
    private static readonly ImmutableArray<AclOperation> s_topic =
    [
        AclOperation.Read, AclOperation.Write, AclOperation.Create, AclOperation.Delete, AclOperation.Alter, AclOperation.Describe,
        AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
    ];

    private static readonly ImmutableArray<AclOperation> s_group =
        [AclOperation.Read, AclOperation.Delete, AclOperation.Describe, AclOperation.DescribeConfigs, AclOperation.AlterConfigs];

    private static readonly ImmutableArray<AclOperation> s_cluster =
    [
        AclOperation.Create, AclOperation.Alter, AclOperation.Describe, AclOperation.ClusterAction, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
        AclOperation.IdempotentWrite,
    ];

    private static readonly ImmutableArray<AclOperation> s_transactionalId = [AclOperation.Describe, AclOperation.Write, AclOperation.TwoPhaseCommit];

    private static readonly ImmutableArray<AclOperation> s_delegationToken = [AclOperation.Describe];

    private static readonly ImmutableArray<AclOperation> s_user = [AclOperation.CreateTokens, AclOperation.DescribeTokens];

    /// <summary>The operations of a kind of resource.</summary>
    /// <param name="type">A single kind.</param>
    public static ImmutableArray<AclOperation> Of(AclResourceType type) => type switch
    {
        AclResourceType.Topic => s_topic,
        AclResourceType.Group => s_group,
        AclResourceType.Cluster => s_cluster,
        AclResourceType.TransactionalId => s_transactionalId,
        AclResourceType.DelegationToken => s_delegationToken,
        AclResourceType.User => s_user,
        _ => [],
    };
}
