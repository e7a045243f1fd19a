namespace Sluice.Metadata.Acls;

/// <summary>Which ACLs are listed or deleted.</summary>
/// <param name="ResourceType">A kind of resource, or any.</param>
/// <param name="PatternType">A pattern, any, or match.</param>
/// <param name="ResourceName">Null for every name.</param>
/// <param name="Principal">Null for every principal.</param>
/// <param name="Host">Null for every host.</param>
/// <param name="Operation">An operation, or any; all is only the operation of that name.</param>
/// <param name="Permission">A permission, or any.</param>
public sealed record AclFilter(
    AclResourceType ResourceType, AclPatternType PatternType, string? ResourceName, string? Principal, string? Host, AclOperation Operation, AclPermission Permission)
{
    /// <summary>Every ACL.</summary>
    public static AclFilter Everything { get; } = new(AclResourceType.Any, AclPatternType.Any, null, null, null, AclOperation.Any, AclPermission.Any);

    /// <summary>Checks that it means something.</summary>
    /// <returns>Null if it does, else the reason for an INVALID_REQUEST answer.</returns>
    public string? Validate()
    {
        if (!AccessControlEntry.IsDefined(ResourceType) || PatternType is <= AclPatternType.Unknown or > AclPatternType.Prefixed) return "Unknown patternFilter.";
        return AccessControlEntry.IsDefined(Operation) && Permission is > AclPermission.Unknown and <= AclPermission.Allow ? null : "Unknown entryFilter.";
    }

    /// <summary>Whether an ACL is among those asked for.</summary>
    /// <param name="entry">Any ACL.</param>
    public bool Matches(AccessControlEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return (ResourceType == AclResourceType.Any || ResourceType == entry.ResourceType)
            && MatchesName(entry)
            && (Principal is null || Principal == entry.Principal)
            && (Host is null || Host == entry.Host)
            && (Operation == AclOperation.Any || Operation == entry.Operation)
            && (Permission == AclPermission.Any || Permission == entry.Permission);
    }

    private bool MatchesName(AccessControlEntry entry) => PatternType switch
    {
        AclPatternType.Match => ResourceName is null || AppliesTo(ResourceName, entry),
        AclPatternType.Any => ResourceName is null || ResourceName == entry.ResourceName,
        _ => PatternType == entry.PatternType && (ResourceName is null || ResourceName == entry.ResourceName),
    };

    private static bool AppliesTo(string name, AccessControlEntry entry) => entry.PatternType == AclPatternType.Prefixed
        ? name.StartsWith(entry.ResourceName, StringComparison.Ordinal)
        : entry.ResourceName == name || entry.ResourceName == AccessControlEntry.Wildcard;
}
