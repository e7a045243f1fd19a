using Sluice.Broker.Configs;
using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AlterConfigs, key 33, v0–v2.
// The older way (KIP-133): replaces all settings of a resource, so that what is not named goes back to its default.
internal sealed class AlterConfigsHandler(ConfigChanger changer) : ApiHandler<AlterConfigsRequest, AlterConfigsResponse>
{
    protected override async ValueTask HandleAsync(
        AlterConfigsRequest request, AlterConfigsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        List<ConfigChangeRequest> changes = [.. request.Resources.Select(static resource => new ConfigChangeRequest(
            new ConfigResource((ConfigResourceType)resource.ResourceType, resource.ResourceName),
            [.. resource.Configs.Select(static config => new ConfigOperation(config.Name, ConfigOperationType.Set, config.Value))]))];
        AlterationResult[] results = await changer.ChangeAsync(changes, replace: true, request.ValidateOnly, context, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < results.Length; i++)
            Add(response, (sbyte)changes[i].Resource.Type, changes[i].Resource.Name, results[i].ErrorCode, results[i].Message);
    }

    protected override void Fail(AlterConfigsRequest request, AlterConfigsResponse response, ErrorCode error)
    {
        foreach (AlterConfigsRequest.AlterConfigsResource resource in request.Resources)
            Add(response, resource.ResourceType, resource.ResourceName, error, message: null);
    }

    private static void Add(AlterConfigsResponse response, sbyte type, string name, ErrorCode error, string? message)
    {
        AlterConfigsResponse.AlterConfigsResourceResponse entry = response.Responses.Add();
        entry.ResourceType = type;
        entry.ResourceName = name;
        entry.ErrorCode = error;
        entry.ErrorMessage = message;
    }
}
