using Sluice.Broker.Configs;
using Sluice.Broker.Requests;
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
            resource.ResourceType,
            resource.ResourceName,
            [.. resource.Configs.Select(static config => new ConfigWish(config.Name, (ConfigOperation)config.ConfigOperation, config.Value))]))];
        ConfigChangeOutcome[] outcomes = await changer.ChangeAsync(changes, replace: false, request.ValidateOnly, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < outcomes.Length; i++) Add(response, changes[i].Type, changes[i].Name, outcomes[i].Error, outcomes[i].Message);
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
