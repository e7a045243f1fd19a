using Sluice.Metadata.Acls;

namespace Sluice.Broker.Tests.Security;

/// <summary>One operation on one resource.</summary>
internal sealed record AccessRight(AclOperation Operation, AclResourceType Type, string Name)
{
    public static AccessRight OfCluster(AclOperation operation) => new(operation, AclResourceType.Cluster, AccessControlEntry.ClusterName);

    /// <summary>The ACL that gives it to everybody, or takes it from everybody.</summary>
    public AccessControlEntry Entry(AclPermission permission = AclPermission.Allow) =>
        new(Type, AclPatternType.Literal, Name, AccessControlEntry.EveryUser, AccessControlEntry.Wildcard, Operation, permission);
}
