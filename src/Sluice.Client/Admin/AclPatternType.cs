namespace Sluice.Client.Admin;

/// <summary>How the name of an ACL is compared with that of a resource; the numbers are the protocol's.</summary>
public enum AclPatternType : sbyte
{
    /// <summary>Not a pattern.</summary>
    Unknown = 0,

    /// <summary>In a filter: every ACL of that name, whatever its pattern.</summary>
    Any = 1,

    /// <summary>In a filter: every ACL that applies to a resource of that name.</summary>
    Match = 2,

    /// <summary>The same name, or every name if it is <c>*</c>.</summary>
    Literal = 3,

    /// <summary>Every name that begins so.</summary>
    Prefixed = 4,
}
