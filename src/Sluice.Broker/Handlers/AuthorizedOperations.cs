namespace Sluice.Broker.Handlers;

/// <summary>
/// Bit fields of what a client may do (KIP-430): bit n stands for ACL operation n. Without an authorizer everything that
/// the kind of resource knows is allowed.
/// </summary>
internal static class AuthorizedOperations
{
    /// <summary>READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS.</summary>
    public const int AllOfTopic = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 11;

    /// <summary>READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS.</summary>
    public const int AllOfGroup = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

    /// <summary>CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE.</summary>
    public const int AllOfCluster = 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12;
}
