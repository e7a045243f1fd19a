namespace Sluice.Broker.Handlers;

/// <summary>What the APIs of ACLs have in common.</summary>
internal static class AclRequests
{
    /// <summary>What is said beside SECURITY_DISABLED.</summary>
    public const string NoAuthorizer = "No Authorizer is configured.";

    /// <summary>ACLs that one request may make or delete, as in Kafka.</summary>
    public const int AclsPerRequestMax = 10_000;
}
