using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// FindCoordinator, key 10, v0–v6.
// v4 several keys at once (KIP-699). v6 share groups. No coordinator runs yet, so every known kind of key is answered
// COORDINATOR_NOT_AVAILABLE: clients wait and ask again, which is what consumers with assigned partitions need.
internal sealed class FindCoordinatorHandler : ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    private const sbyte Share = 2;

    protected override ValueTask HandleAsync(
        FindCoordinatorRequest request, FindCoordinatorResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        bool known = request.KeyType is >= 0 and <= Share && (request.KeyType != Share || context.ApiVersion >= 6);
        Refuse(
            request,
            response,
            context.ApiVersion,
            known ? ErrorCode.CoordinatorNotAvailable : ErrorCode.InvalidRequest,
            known ? "This broker runs no coordinator of that kind." : $"Key type {request.KeyType} is not known in this version.");
        return ValueTask.CompletedTask;
    }

    protected override void Fail(FindCoordinatorRequest request, FindCoordinatorResponse response, ErrorCode error) =>
        Refuse(request, response, request.CoordinatorKeys.Count > 0 ? (short)4 : (short)0, error, message: null);

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
            entry.NodeId = -1;
            entry.Host = "";
            entry.Port = -1;
            entry.ErrorCode = error;
            entry.ErrorMessage = message;
        }
    }
}
