using System.Text.Json.Serialization;

namespace Sluice.Metadata.Acls;

/// <summary>One ACL: what somebody, from somewhere, may do to a resource, or may not.</summary>
/// <param name="ResourceType">The kind of resource; neither unknown nor any.</param>
/// <param name="PatternType">Literal or prefixed.</param>
/// <param name="ResourceName">Not empty; <see cref="Wildcard"/> under a literal pattern stands for every name.</param>
/// <param name="Principal">Type and name, such as <c>User:bob</c>; <see cref="EveryUser"/> stands for everybody.</param>
/// <param name="Host">An address as text, or <see cref="Wildcard"/>.</param>
/// <param name="Operation">Neither unknown nor any.</param>
/// <param name="Permission">Allow or deny.</param>
public sealed record AccessControlEntry(
    AclResourceType ResourceType, AclPatternType PatternType, string ResourceName, string Principal, string Host, AclOperation Operation, AclPermission Permission)
{
    /// <summary>Stands for every resource name under a literal pattern, and for every host.</summary>
    public const string Wildcard = "*";

    /// <summary>The principal that stands for everybody.</summary>
    public const string EveryUser = "User:*";

    /// <summary>The only name of the only cluster.</summary>
    public const string ClusterName = "kafka-cluster";

    /// <summary>The resources that it is about.</summary>
    [JsonIgnore]
    public AclResource Resource => new(ResourceType, PatternType, ResourceName);

    /// <summary>Checks that it can be stored.</summary>
    /// <returns>Null if it can, else the reason for an INVALID_REQUEST answer, without a full stop.</returns>
    public string? Validate()
    {
        if (ResourceType is AclResourceType.Any || !IsDefined(ResourceType)) return $"Invalid resourceType {ResourceType}";
        if (PatternType is not (AclPatternType.Literal or AclPatternType.Prefixed)) return $"Invalid patternType {PatternType}";
        if (Operation is AclOperation.Any || !IsDefined(Operation)) return $"Invalid operation {Operation}";
        if (Permission is not (AclPermission.Allow or AclPermission.Deny)) return $"Invalid permissionType {Permission}";
        if (ResourceType == AclResourceType.Cluster && ResourceName != ClusterName) return $"The only valid name for the CLUSTER resource is {ClusterName}";
        if (ResourceName.Length == 0) return "Invalid empty resource name";
        return Principal.Contains(':', StringComparison.Ordinal)
            ? null
            : $"Could not parse principal from `{Principal}` (no colon is present separating the principal type from the principal name)";
    }

    /// <summary>Whether the number is that of a kind of resource, or of any.</summary>
    /// <param name="type">As a client sent it.</param>
    public static bool IsDefined(AclResourceType type) => type is > AclResourceType.Unknown and <= AclResourceType.User;

    /// <summary>Whether the number is that of an operation, or of any.</summary>
    /// <param name="operation">As a client sent it.</param>
    public static bool IsDefined(AclOperation operation) => operation is > AclOperation.Unknown and <= AclOperation.TwoPhaseCommit;
}
