namespace Sluice.Metadata.Acls;

/// <summary>The resources that an ACL is about.</summary>
/// <param name="Type">The kind of resource.</param>
/// <param name="PatternType">How <paramref name="Name"/> is compared.</param>
/// <param name="Name">A name, a beginning of names, or <see cref="AccessControlEntry.Wildcard"/>.</param>
public readonly record struct AclResource(AclResourceType Type, AclPatternType PatternType, string Name);
