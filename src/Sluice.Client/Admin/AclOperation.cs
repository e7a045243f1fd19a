namespace Sluice.Client.Admin;

/// <summary>What a client does to a resource; the numbers are the protocol's.</summary>
public enum AclOperation : sbyte
{
    /// <summary>Not an operation.</summary>
    Unknown = 0,

    /// <summary>In a filter: every operation.</summary>
    Any = 1,

    /// <summary>In an ACL: every operation.</summary>
    All = 2,

    /// <summary>Fetch from a topic; be in a group.</summary>
    Read = 3,

    /// <summary>Append to a topic; use a transactional id.</summary>
    Write = 4,

    /// <summary>Make topics.</summary>
    Create = 5,

    /// <summary>Delete topics, records, groups, offsets.</summary>
    Delete = 6,

    /// <summary>Change a topic's partitions, or the cluster.</summary>
    Alter = 7,

    /// <summary>Learn that it is there, and how it is.</summary>
    Describe = 8,

    /// <summary>What only brokers do to each other.</summary>
    ClusterAction = 9,

    /// <summary>Read settings.</summary>
    DescribeConfigs = 10,

    /// <summary>Change settings.</summary>
    AlterConfigs = 11,

    /// <summary>Get a producer id without a right to write to some topic.</summary>
    IdempotentWrite = 12,

    /// <summary>Make delegation tokens for another user.</summary>
    CreateTokens = 13,

    /// <summary>See another user's delegation tokens.</summary>
    DescribeTokens = 14,

    /// <summary>Begin transactions that are prepared before they are committed.</summary>
    TwoPhaseCommit = 15,
}
