namespace Sluice.Client.Admin;

/// <summary>Which ACLs are meant; what is left out selects nothing away.</summary>
public sealed record AclQuery
{
    /// <summary>A kind of resource.</summary>
    public AclResourceType ResourceType { get; init; } = AclResourceType.Any;

    /// <summary>Literal or prefixed ACLs only, or with <see cref="AclPatternType.Match"/> those that apply to a resource of <see cref="ResourceName"/>.</summary>
    public AclPatternType PatternType { get; init; } = AclPatternType.Any;

    /// <summary>The name that ACLs are written for; null = any.</summary>
    public string? ResourceName { get; init; }

    /// <summary>Type and name; null = any.</summary>
    public string? Principal { get; init; }

    /// <summary>An address or <c>*</c>, as the ACL has it; null = any.</summary>
    public string? Host { get; init; }

    /// <summary>The operation that the ACL names.</summary>
    public AclOperation Operation { get; init; } = AclOperation.Any;

    /// <summary>Allow or deny.</summary>
    public AclPermission Permission { get; init; } = AclPermission.Any;
}
