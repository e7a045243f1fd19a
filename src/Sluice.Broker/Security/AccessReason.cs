namespace Sluice.Broker.Security;

/// <summary>What decided about an access.</summary>
internal enum AccessReason
{
    /// <summary>The principal is one of <c>super.users</c>.</summary>
    SuperUser,

    /// <summary>An ACL allows or denies it.</summary>
    MatchingAcl,

    /// <summary>No ACL is about the resource: <c>allow.everyone.if.no.acl.found</c> decides.</summary>
    NoAclForResource,

    /// <summary>There are ACLs about the resource, and none is about this access.</summary>
    NoMatchingAcl,
}
