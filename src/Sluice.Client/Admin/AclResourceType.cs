namespace Sluice.Client.Admin;

/// <summary>What an ACL is about; the numbers are the protocol's.</summary>
public enum AclResourceType : sbyte
{
    /// <summary>Not a resource.</summary>
    Unknown = 0,

    /// <summary>In a filter: every kind.</summary>
    Any = 1,

    /// <summary>A topic, by name.</summary>
    Topic = 2,

    /// <summary>A consumer, share or streams group, by id.</summary>
    Group = 3,

    /// <summary>The cluster, whose only name is <c>kafka-cluster</c>.</summary>
    Cluster = 4,

    /// <summary>A transactional id.</summary>
    TransactionalId = 5,

    /// <summary>A delegation token, by its id.</summary>
    DelegationToken = 6,

    /// <summary>A user, by principal such as <c>User:bob</c>.</summary>
    User = 7,
}
