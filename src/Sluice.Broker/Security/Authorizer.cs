using System.Collections.Frozen;
using System.Collections.Immutable;
using Sluice.Metadata.Acls;

namespace Sluice.Broker.Security;

/// <summary>Decides who may do what, as Kafka's StandardAuthorizer does, over one set of ACLs.</summary>
/// <remarks>
/// Immutable and pure: the same question has the same answer for as long as the instance lives, so that answers can be kept beside it. A denying ACL
/// outweighs every allowing one, whatever their patterns; without any that applies the access is denied, unless no ACL at all is about the resource and
/// <c>allow.everyone.if.no.acl.found</c> is set. Any thread.
/// </remarks>
/// <param name="acls">The ACLs.</param>
/// <param name="superUsers">Principals that may do everything, as text.</param>
/// <param name="allowIfNoAcl"><c>allow.everyone.if.no.acl.found</c>.</param>
internal sealed class Authorizer(AclImage acls, FrozenSet<string> superUsers, bool allowIfNoAcl)
{
    // A name that asks what holds for names in general; Kafka uses the same, which can be seen where prefixed ACLs match it.
    private const string AnyName = "hardcode";

    /// <summary>The ACLs that are decided by.</summary>
    public AclImage Acls { get; } = acls;

    /// <summary>Decides about one access.</summary>
    /// <param name="principal">Type and name, such as <c>User:bob</c>.</param>
    /// <param name="host">Where the client is.</param>
    /// <param name="operation">A single operation: neither any nor all.</param>
    /// <param name="type">A kind of resource.</param>
    /// <param name="name">The resource's name, whether there is such a resource or not.</param>
    public AccessDecision Decide(string principal, ClientHost host, AclOperation operation, AclResourceType type, string name)
    {
        if (superUsers.Contains(principal)) return new AccessDecision(true, AccessReason.SuperUser, null);
        AccessControlEntry? allowing = null;
        bool isAnyAbout = false;
        if (FindDenying(Acls.EntriesOf(new AclResource(type, AclPatternType.Literal, name))) is { } literal) return Denied(literal);
        if (name != AccessControlEntry.Wildcard
            && FindDenying(Acls.EntriesOf(new AclResource(type, AclPatternType.Literal, AccessControlEntry.Wildcard))) is { } wildcard)
        {
            return Denied(wildcard);
        }
        foreach (int length in Acls.PrefixLengthsOf(type))
        {
            if (length > name.Length) break;
            if (FindDenying(Acls.EntriesOf(new AclResource(type, AclPatternType.Prefixed, name[..length]))) is { } prefixed) return Denied(prefixed);
        }
        if (allowing is not null) return new AccessDecision(true, AccessReason.MatchingAcl, allowing);
        return isAnyAbout ? new AccessDecision(false, AccessReason.NoMatchingAcl, null) : new AccessDecision(allowIfNoAcl, AccessReason.NoAclForResource, null);

        AccessControlEntry? FindDenying(ImmutableHashSet<AccessControlEntry> entries)
        {
            foreach (AccessControlEntry entry in entries)
            {
                isAnyAbout = true;
                if (!IsAbout(entry, principal, host) || !Covers(entry, operation)) continue;
                if (entry.Permission == AclPermission.Deny) return entry;
                allowing ??= entry;
            }
            return null;
        }

        static AccessDecision Denied(AccessControlEntry entry) => new(false, AccessReason.MatchingAcl, entry);
    }

    /// <summary>Decides whether there is any resource of a kind to which somebody may do something: what a producer without a transactional id is asked.</summary>
    /// <param name="principal">Type and name.</param>
    /// <param name="host">Where the client is.</param>
    /// <param name="operation">A single operation; what other operations imply does not count here.</param>
    /// <param name="type">A kind of resource.</param>
    public bool IsAllowedSomewhere(string principal, ClientHost host, AclOperation operation, AclResourceType type)
    {
        if (Decide(principal, host, operation, type, AnyName).IsAllowed) return true;
        HashSet<string> deniedNames = new(StringComparer.Ordinal);
        HashSet<string> deniedPrefixes = new(StringComparer.Ordinal);
        List<AccessControlEntry> allowing = [];
        foreach (AccessControlEntry entry in Acls.All)
        {
            if (entry.ResourceType != type || !IsAbout(entry, principal, host) || (entry.Operation != operation && entry.Operation != AclOperation.All)) continue;
            if (entry.Permission == AclPermission.Allow) allowing.Add(entry);
            else if (entry.PatternType == AclPatternType.Prefixed) deniedPrefixes.Add(entry.ResourceName);
            else if (entry.ResourceName == AccessControlEntry.Wildcard) return false;
            else deniedNames.Add(entry.ResourceName);
        }
        return allowing.Exists(entry => !IsVoid(entry));

        // Whether all that the ACL allows is denied by another: names that it does not have in common with one are left then.
        bool IsVoid(AccessControlEntry entry)
        {
            if (entry.PatternType == AclPatternType.Literal)
            {
                if (entry.ResourceName == AccessControlEntry.Wildcard) return false;
                if (deniedNames.Contains(entry.ResourceName)) return true;
            }
            for (int length = 1; length <= entry.ResourceName.Length; length++)
            {
                if (deniedPrefixes.Count > 0 && deniedPrefixes.Contains(entry.ResourceName[..length])) return true;
            }
            return false;
        }
    }

    private static bool IsAbout(AccessControlEntry entry, string principal, ClientHost host) =>
        (entry.Principal == principal || entry.Principal == AccessControlEntry.EveryUser) && host.Is(entry.Host);

    /// <summary>Whether an ACL speaks of an operation. Who may do something to a resource may know of it; but who may not do one thing may still do another.</summary>
    private static bool Covers(AccessControlEntry entry, AclOperation operation)
    {
        if (entry.Operation == operation || entry.Operation == AclOperation.All) return true;
        if (entry.Permission == AclPermission.Deny) return false;
        return operation switch
        {
            AclOperation.Describe => entry.Operation is AclOperation.Read or AclOperation.Write or AclOperation.Delete or AclOperation.Alter,
            AclOperation.DescribeConfigs => entry.Operation == AclOperation.AlterConfigs,
            _ => false,
        };
    }
}
