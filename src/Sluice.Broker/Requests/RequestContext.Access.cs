using Sluice.Broker.Security;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;

namespace Sluice.Broker.Requests;

// What the client may do. Every decision is by principal, host, operation and resource; those that a request stands or falls with are written down,
// those that only shorten a list are not.
internal sealed partial class RequestContext
{
    /// <summary>Whether anything is checked; if not, everything is allowed.</summary>
    public bool IsAuthorizing => Connection.Access.IsEnabled;

    /// <summary>Whether the client may do something to a resource.</summary>
    /// <param name="operation">A single operation.</param>
    /// <param name="type">A kind of resource.</param>
    /// <param name="name">The resource's name, whether there is such a resource or not.</param>
    /// <param name="isAudited">False if what is denied is only left out.</param>
    public bool IsAllowed(AclOperation operation, AclResourceType type, string name, bool isAudited = true) =>
        Connection.Access.IsAllowed(Principal, operation, type, name, isAudited ? ApiKey : null);

    /// <summary>Whether the client may do something to a topic.</summary>
    public bool IsTopicAllowed(AclOperation operation, string topic, bool isAudited = true) => IsAllowed(operation, AclResourceType.Topic, topic, isAudited);

    /// <summary>Whether the client may do something to a group.</summary>
    public bool IsGroupAllowed(AclOperation operation, string groupId, bool isAudited = true) => IsAllowed(operation, AclResourceType.Group, groupId, isAudited);

    /// <summary>Whether the client may do something to a transactional id.</summary>
    public bool IsTransactionalIdAllowed(AclOperation operation, string transactionalId, bool isAudited = true) =>
        IsAllowed(operation, AclResourceType.TransactionalId, transactionalId, isAudited);

    /// <summary>Whether the client may do something to the cluster.</summary>
    public bool IsClusterAllowed(AclOperation operation, bool isAudited = true) =>
        IsAllowed(operation, AclResourceType.Cluster, AccessControlEntry.ClusterName, isAudited);

    /// <summary>Whether there is any topic that the client may write to.</summary>
    public bool MayWriteToSomeTopic() => Connection.Access.IsAllowed(Principal, AclOperation.Write, AclResourceType.Topic, name: null, audit: null);

    /// <summary>Goes on only if the client may do something to the cluster.</summary>
    /// <exception cref="RequestRefusedException">It may not: everything asked for is answered CLUSTER_AUTHORIZATION_FAILED.</exception>
    public void RequireCluster(AclOperation operation)
    {
        if (!IsClusterAllowed(operation)) throw new RequestRefusedException(ErrorCode.ClusterAuthorizationFailed);
    }

    /// <summary>Whether the client may read or change settings of a resource.</summary>
    /// <param name="operation">DESCRIBE_CONFIGS or ALTER_CONFIGS.</param>
    /// <param name="resource">Brokers, their loggers and client metrics count as the cluster.</param>
    /// <returns>NONE, or what is answered for the resource.</returns>
    public ErrorCode CheckConfigs(AclOperation operation, ConfigResource resource) => resource.Type switch
    {
        ConfigResourceType.Topic => IsTopicAllowed(operation, resource.Name) ? ErrorCode.None : ErrorCode.TopicAuthorizationFailed,
        ConfigResourceType.Group => IsGroupAllowed(operation, resource.Name) ? ErrorCode.None : ErrorCode.GroupAuthorizationFailed,
        _ => IsClusterAllowed(operation) ? ErrorCode.None : ErrorCode.ClusterAuthorizationFailed,
    };

    /// <summary>Takes the topics out of a request to which the client may not do what is asked.</summary>
    /// <param name="topics">Keeps the others.</param>
    /// <param name="operation">A single operation.</param>
    /// <param name="nameOf">Name of the topic; null for one that is not known by its id, which stays.</param>
    /// <returns>What was taken out, to be answered by the caller.</returns>
    public IReadOnlyList<T> TakeDeniedTopics<T>(MessageList<T> topics, AclOperation operation, Func<T, string?> nameOf)
        where T : class, IMessageElement<T> =>
        IsAuthorizing ? topics.TakeOut(topic => nameOf(topic) is { } name && !IsTopicAllowed(operation, name)) : [];

    /// <summary>What the client may do to topics as it is now, for work that goes on beside its requests. Null if it may do everything.</summary>
    /// <param name="operation">A single operation.</param>
    public Func<string, bool>? TopicFilter(AclOperation operation) => Connection.Access.TopicFilter(Principal, operation);

    /// <summary>Bit field of what the client may do to the cluster (KIP-430); 0 for one that may not know of it.</summary>
    public int ClusterAuthorizedOperations() =>
        IsClusterAllowed(AclOperation.Describe) ? AuthorizedOperations(AclResourceType.Cluster, AccessControlEntry.ClusterName) : 0;

    /// <summary>Bit field of what the client may do to a resource (KIP-430): bit n stands for operation n.</summary>
    public int AuthorizedOperations(AclResourceType type, string name)
    {
        int bits = 0;
        foreach (AclOperation operation in AclOperations.Of(type))
        {
            if (IsAllowed(operation, type, name, isAudited: false)) bits |= 1 << (int)operation;
        }
        return bits;
    }
}
