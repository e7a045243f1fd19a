namespace Sluice.Client.Admin;

/// <summary>One ACL: what somebody, from somewhere, may do to a resource, or may not.</summary>
/// <param name="ResourceType">The kind of resource.</param>
/// <param name="PatternType">Literal or prefixed.</param>
/// <param name="ResourceName">A name, or the beginning of names; <c>*</c> under a literal pattern stands for every name.</param>
/// <param name="Principal">Type and name, such as <c>User:bob</c>; <c>User:*</c> stands for everybody.</param>
/// <param name="Host">An address as text, or <c>*</c>.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Permission">Allow or deny.</param>
public sealed record Acl(
    AclResourceType ResourceType, AclPatternType PatternType, string ResourceName, string Principal, string Host, AclOperation Operation, AclPermission Permission);
