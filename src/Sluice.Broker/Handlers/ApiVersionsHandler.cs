using System.Text.RegularExpressions;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ApiVersions, key 18, v0–v4.
// Tells which APIs and versions are served: from the handler table itself, so that it cannot be wrong.
// v3 flexible, client software name and version (KIP-511). The response header is always v0, since the client cannot know
// yet what the broker speaks; a version too new is answered by the dispatcher with v0 and UNSUPPORTED_VERSION.
internal sealed partial class ApiVersionsHandler : ApiHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    private IReadOnlyList<ApiHandler> _handlers = [];

    public override bool RunsOnSocketThread => true;

    /// <summary>Tells this handler of all that are served, itself included.</summary>
    public void Announce(IReadOnlyList<ApiHandler> handlers) => _handlers = [.. handlers.OrderBy(static handler => handler.ApiKey)];

    /// <summary>Adds one entry, as the answer to a version that is too new needs it.</summary>
    public static void AddOwnVersions(ApiVersionsResponse response, ApiHandler handler)
    {
        ApiVersionsResponse.ApiVersion entry = response.ApiKeys.Add();
        entry.ApiKey = (short)handler.ApiKey;
        entry.MinVersion = handler.AdvertisedLowestVersion;
        entry.MaxVersion = handler.HighestVersion;
    }

    protected override ValueTask HandleAsync(
        ApiVersionsRequest request, ApiVersionsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (context.ApiVersion >= 3 && !(SoftwareName().IsMatch(request.ClientSoftwareName) && SoftwareName().IsMatch(request.ClientSoftwareVersion)))
        {
            response.ErrorCode = ErrorCode.InvalidRequest;
            return ValueTask.CompletedTask;
        }
        foreach (ApiHandler handler in _handlers) AddOwnVersions(response, handler);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(ApiVersionsRequest request, ApiVersionsResponse response, ErrorCode error) => response.ErrorCode = error;

    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SoftwareName();
}
