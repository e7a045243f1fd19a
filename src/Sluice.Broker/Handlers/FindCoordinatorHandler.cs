using System.Globalization;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// FindCoordinator, key 10, v0–v6.
// v4 several keys at once (KIP-699). v6 share groups.
// The first to ask for a coordinator has its topic made, and is answered when it can be used: Kafka answers COORDINATOR_NOT_AVAILABLE meanwhile.
internal sealed class FindCoordinatorHandler(BrokerServices services, GroupCoordinator groups, ShareCoordinator shares, TransactionCoordinator transactions)
    : ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    private const sbyte GroupKey = 0;
    private const sbyte TransactionKey = 1;
    private const sbyte ShareKey = 2;

    protected override async ValueTask HandleAsync(
        FindCoordinatorRequest request, FindCoordinatorResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        bool known = request.KeyType is >= 0 and <= ShareKey && (request.KeyType != ShareKey || context.ApiVersion >= 6);
        if (!known)
        {
            Refuse(request, response, context.ApiVersion, ErrorCode.InvalidRequest, $"Key type {request.KeyType} is not known in this version.");
            return;
        }
        if (request.KeyType == ShareKey && request.CoordinatorKeys.Find(static key => !IsSharePartition(key)) is { } malformed)
        {
            Refuse(request, response, context.ApiVersion, ErrorCode.InvalidRequest, $"'{malformed}' is no share partition: group:topicId:partition.");
            return;
        }
        if (request.KeyType == ShareKey) context.RequireCluster(AclOperation.ClusterAction);
        List<string> keys = context.ApiVersion < 4 ? [request.Key] : request.CoordinatorKeys;
        HashSet<string> denied = [.. keys.Where(key => !MayFind(context, request.KeyType, key))];
        if (denied.Count == keys.Count && keys.Count > 0)
        {
            Refuse(request, response, context.ApiVersion, Denial(request.KeyType), ErrorCodes.Meaning(Denial(request.KeyType)));
            return;
        }
        ErrorCode error = request.KeyType switch
        {
            GroupKey => await groups.EnsureTopicAsync(cancellationToken).ConfigureAwait(false),
            TransactionKey => await transactions.EnsureTopicAsync(cancellationToken).ConfigureAwait(false),
            _ => await shares.EnsureTopicAsync(cancellationToken).ConfigureAwait(false),
        };
        if (error != ErrorCode.None)
        {
            Refuse(request, response, context.ApiVersion, error, "The coordinator's topic could not be made; the broker's log has the reason.");
            return;
        }
        if (context.ApiVersion < 4)
        {
            // Kafka sends this word with a success; older clients print it.
            response.ErrorMessage = ErrorCodes.Name(ErrorCode.None);
            response.NodeId = services.BrokerId;
            response.Host = context.Connection.Listener.AdvertisedHost;
            response.Port = context.Connection.Listener.AdvertisedPort;
            return;
        }
        foreach (string key in request.CoordinatorKeys)
        {
            FindCoordinatorResponse.Coordinator entry = response.Coordinators.Add();
            entry.Key = key;
            if (denied.Contains(key))
            {
                Refuse(entry, Denial(request.KeyType), ErrorCodes.Meaning(Denial(request.KeyType)));
                continue;
            }
            entry.NodeId = services.BrokerId;
            entry.Host = context.Connection.Listener.AdvertisedHost;
            entry.Port = context.Connection.Listener.AdvertisedPort;
        }
    }

    protected override void Fail(FindCoordinatorRequest request, FindCoordinatorResponse response, ErrorCode error) =>
        Refuse(request, response, request.CoordinatorKeys.Count > 0 ? (short)4 : (short)0, error, message: null);

    private static bool IsSharePartition(string key)
    {
        // A group id may hold colons itself.
        string[] parts = key.Split(':');
        return parts.Length >= 3
            && key.Length > parts[^1].Length + parts[^2].Length + 2
            && Uuid.TryParse(parts[^2], out _)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private static void Refuse(FindCoordinatorRequest request, FindCoordinatorResponse response, short apiVersion, ErrorCode error, string? message)
    {
        if (apiVersion < 4)
        {
            response.ErrorCode = error;
            response.ErrorMessage = message;
            response.NodeId = -1;
            response.Host = "";
            response.Port = -1;
            return;
        }
        foreach (string key in request.CoordinatorKeys)
        {
            FindCoordinatorResponse.Coordinator entry = response.Coordinators.Add();
            entry.Key = key;
            Refuse(entry, error, message);
        }
    }

    private static void Refuse(FindCoordinatorResponse.Coordinator entry, ErrorCode error, string? message)
    {
        entry.NodeId = -1;
        entry.Host = "";
        entry.Port = -1;
        entry.ErrorCode = error;
        entry.ErrorMessage = message;
    }

    private static bool MayFind(RequestContext context, sbyte keyType, string key) => keyType switch
    {
        GroupKey => context.IsGroupAllowed(AclOperation.Describe, key),
        TransactionKey => context.IsTransactionalIdAllowed(AclOperation.Describe, key),
        _ => true,
    };

    private static ErrorCode Denial(sbyte keyType) => keyType == GroupKey ? ErrorCode.GroupAuthorizationFailed : ErrorCode.TransactionalIdAuthorizationFailed;
}
