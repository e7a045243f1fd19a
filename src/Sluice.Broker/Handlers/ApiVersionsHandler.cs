using System.Text.RegularExpressions;
using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ApiVersions, key 18, v0–v4.
// Tells which APIs and versions are served: from the handler table itself, so that it cannot be wrong.
// v3 flexible, client software name and version (KIP-511), features (KIP-584). v4 features whose lowest level is 0. The response header is always v0, since the client cannot know
// yet what the broker speaks; a version too new is answered by the dispatcher with v0 and UNSUPPORTED_VERSION.
internal sealed partial class ApiVersionsHandler(IMetadataStore store) : ApiHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    private ApiHandler[] _handlers = [];
    private volatile ServedVersions? _served;

    public override bool RunsOnSocketThread(RequestContext context) => true;

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
        if (context.ApiVersion >= 3) (context.Connection.SoftwareName, context.Connection.SoftwareVersion) = (request.ClientSoftwareName, request.ClientSoftwareVersion);
        response.ApiKeys = Served();
        if (context.ApiVersion >= 3) AddFeatures(response, context.ApiVersion);
        return ValueTask.CompletedTask;
    }

    // The same for everybody until an API comes or goes, so it is put together once; answers only read it.
    private MessageList<ApiVersionsResponse.ApiVersion> Served()
    {
        UInt128 keys = default;
        foreach (ApiHandler handler in _handlers)
        {
            if (handler.IsServed) keys |= UInt128.One << (int)handler.ApiKey;
        }
        ServedVersions? served = _served;
        if (served is not null && served.Keys == keys) return served.Versions;
        var response = new ApiVersionsResponse();
        foreach (ApiHandler handler in _handlers)
        {
            if ((keys & (UInt128.One << (int)handler.ApiKey)) != default) AddOwnVersions(response, handler);
        }
        _served = new ServedVersions(keys, response.ApiKeys);
        return response.ApiKeys;
    }

    private void AddFeatures(ApiVersionsResponse response, short version)
    {
        MetadataImage image = store.Current;
        response.FinalizedFeaturesEpoch = image.Version;
        foreach (Feature feature in ClusterFeatures.All)
        {
            // Clients that speak version 3 take a lowest level of 0 for a mistake.
            if (version >= 4 || feature.LowestLevel > 0)
            {
                ApiVersionsResponse.SupportedFeatureKey supported = response.SupportedFeatures.Add();
                supported.Name = feature.Name;
                supported.MinVersion = feature.LowestLevel;
                supported.MaxVersion = feature.HighestLevel;
            }
            short level = image.LevelOf(feature);
            if (level == 0) continue;
            ApiVersionsResponse.FinalizedFeatureKey finalized = response.FinalizedFeatures.Add();
            finalized.Name = feature.Name;
            finalized.MinVersionLevel = level;
            finalized.MaxVersionLevel = level;
        }
    }

    protected override void Fail(ApiVersionsRequest request, ApiVersionsResponse response, ErrorCode error) => response.ErrorCode = error;

    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SoftwareName();

    private sealed record ServedVersions(UInt128 Keys, MessageList<ApiVersionsResponse.ApiVersion> Versions);
}
