namespace Sluice.Client.Admin;

/// <summary>What an ACL says to what it is about; the numbers are the protocol's.</summary>
public enum AclPermission : sbyte
{
    /// <summary>Not a permission.</summary>
    Unknown = 0,

    /// <summary>In a filter: both.</summary>
    Any = 1,

    /// <summary>Refused, whatever other ACLs allow.</summary>
    Deny = 2,

    /// <summary>Allowed, unless another ACL denies it.</summary>
    Allow = 3,
}
