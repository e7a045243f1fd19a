using Sluice.Metadata.Acls;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Security;

/// <summary>A right that a request needs.</summary>
/// <param name="Denied">What is answered without it.</param>
/// <param name="AnyOf">The rights, each of which is enough.</param>
internal sealed record AccessNeed(ErrorCode Denied, params AccessRight[] AnyOf)
{
    public static AccessNeed Topic(AclOperation operation, string? name = null) =>
        new(ErrorCode.TopicAuthorizationFailed, new AccessRight(operation, AclResourceType.Topic, name ?? AccessRules.Topic));

    public static AccessNeed Group(AclOperation operation, string name = "group") =>
        new(ErrorCode.GroupAuthorizationFailed, new AccessRight(operation, AclResourceType.Group, name));

    public static AccessNeed TransactionalId(AclOperation operation, string name = "stranger") =>
        new(ErrorCode.TransactionalIdAuthorizationFailed, new AccessRight(operation, AclResourceType.TransactionalId, name));

    public static AccessNeed Cluster(AclOperation operation) => new(ErrorCode.ClusterAuthorizationFailed, AccessRight.OfCluster(operation));

    public AccessNeed Or(AclOperation operation, AclResourceType type, string name) => this with { AnyOf = [.. AnyOf, new AccessRight(operation, type, name)] };

    public AccessNeed OrCluster(AclOperation operation) => this with { AnyOf = [.. AnyOf, AccessRight.OfCluster(operation)] };
}
