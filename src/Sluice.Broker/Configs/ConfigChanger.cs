using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Configs;

/// <summary>One resource whose settings a client wants changed.</summary>
/// <param name="Resource">As sent.</param>
/// <param name="Operations">In the order sent.</param>
internal sealed record ConfigChangeRequest(ConfigResource Resource, IReadOnlyList<ConfigOperation> Operations);

/// <summary>Changes settings at run time, each resource succeeding or failing alone; in effect when it returns.</summary>
internal sealed class ConfigChanger(BrokerServices services)
{
    /// <summary>Makes the changes.</summary>
    /// <param name="requests">One result each, in this order.</param>
    /// <param name="replace">Whether settings that are not named go back to their defaults.</param>
    /// <param name="validateOnly">Do everything but the change.</param>
    /// <param name="context">Who asks.</param>
    /// <param name="cancellationToken">Gives up before the change, never after.</param>
    public async ValueTask<AlterationResult[]> ChangeAsync(
        IReadOnlyList<ConfigChangeRequest> requests, bool replace, bool validateOnly, RequestContext context, CancellationToken cancellationToken)
    {
        AlterationResult[] results = new AlterationResult[requests.Count];
        ErrorCode[] rights = [.. requests.Select(request => context.CheckConfigs(AclOperation.AlterConfigs, request.Resource))];
        await services.Topics.ChangeAsync(
            current =>
            {
                for (int i = 0; i < requests.Count; i++) results[i] = Plan(requests, requests[i], rights[i], replace, current);
                return validateOnly ? [] : [.. results.Where(static result => result.Change is not null).Select(static result => result.Change!)];
            },
            cancellationToken).ConfigureAwait(false);
        if (validateOnly) return results;
        for (int i = 0; i < requests.Count; i++)
        {
            if (requests[i].Resource.Type == ConfigResourceType.BrokerLogger && results[i].IsAllowed) LogLevelAlteration.Apply(requests[i], services.LogLevels);
        }
        return results;
    }

    private AlterationResult Plan(IReadOnlyList<ConfigChangeRequest> requests, ConfigChangeRequest request, ErrorCode rights, bool replace, TopicTable current)
    {
        if (requests.Count(other => other.Resource == request.Resource) > 1)
            return new AlterationResult(ErrorCode.InvalidRequest, "Each resource must appear at most once.", null);
        if (request.Resource.Type == ConfigResourceType.BrokerLogger && !replace)
            return rights != ErrorCode.None ? new AlterationResult(rights, ErrorCodes.Name(rights), null) : LogLevelAlteration.Check(request, services.LogLevels, services.BrokerId);
        if (request.Resource.Type is not (ConfigResourceType.Topic or ConfigResourceType.Broker or ConfigResourceType.Group or ConfigResourceType.ClientMetrics))
            return new AlterationResult(ErrorCode.InvalidRequest, $"Unsupported resource type: {(sbyte)request.Resource.Type}", null);
        if (rights != ErrorCode.None) return new AlterationResult(rights, ErrorCodes.Name(rights), null);
        if (request.Resource is { Type: ConfigResourceType.Topic, Name.Length: > 0 } && TopicName.Validate(request.Resource.Name) is { } problem)
            return new AlterationResult(ErrorCode.InvalidTopicException, problem, null);
        return replace
            ? ConfigAlteration.PlanReplacement(
                request.Resource,
                [.. request.Operations.Select(static operation => KeyValuePair.Create(operation.Name, operation.Value))],
                current.Image,
                services.SettingsSource.Given,
                services.BrokerId)
            : ConfigAlteration.Plan(request.Resource, request.Operations, current.Image, services.SettingsSource.Given, services.BrokerId);
    }
}
