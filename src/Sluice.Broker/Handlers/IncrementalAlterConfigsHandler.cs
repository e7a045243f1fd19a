using Sluice.Broker.Configs;
using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// IncrementalAlterConfigs, key 44, v0–v1 (KIP-339).
// Sets, removes, appends to and subtracts from single settings of topics and brokers; in effect when this answers.
internal sealed class IncrementalAlterConfigsHandler(ConfigChanger changer) : ApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    protected override async ValueTask HandleAsync(
        IncrementalAlterConfigsRequest request, IncrementalAlterConfigsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        List<ConfigChangeRequest> changes = [.. request.Resources.Select(static resource => new ConfigChangeRequest(
            new ConfigResource((ConfigResourceType)resource.ResourceType, resource.ResourceName),
            [.. resource.Configs.Select(static config => new ConfigOperation(config.Name, (ConfigOperationType)config.ConfigOperation, config.Value))]))];
        AlterationResult[] results = await changer.ChangeAsync(changes, replace: false, request.ValidateOnly, context, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < results.Length; i++)
            Add(response, (sbyte)changes[i].Resource.Type, changes[i].Resource.Name, results[i].ErrorCode, results[i].Message);
    }

    protected override void Fail(IncrementalAlterConfigsRequest request, IncrementalAlterConfigsResponse response, ErrorCode error)
    {
        foreach (IncrementalAlterConfigsRequest.AlterConfigsResource resource in request.Resources)
            Add(response, resource.ResourceType, resource.ResourceName, error, message: null);
    }

    private static void Add(IncrementalAlterConfigsResponse response, sbyte type, string name, ErrorCode error, string? message)
    {
        IncrementalAlterConfigsResponse.AlterConfigsResourceResponse entry = response.Responses.Add();
        entry.ResourceType = type;
        entry.ResourceName = name;
        entry.ErrorCode = error;
        entry.ErrorMessage = message;
    }
}
