using System.Globalization;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeConfigs, key 32, v1–v4.
// Effective settings of topics, groups, client metrics and this broker, with where each comes from, and the levels of its loggers (KIP-412). v1 synonyms (KIP-226). v3 types and documentation (KIP-569).
internal sealed class DescribeConfigsHandler(BrokerServices services) : ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    protected override ValueTask HandleAsync(
        DescribeConfigsRequest request, DescribeConfigsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (DescribeConfigsRequest.DescribeConfigsResource resource in request.Resources)
        {
            DescribeConfigsResponse.DescribeConfigsResult result = response.Results.Add();
            result.ResourceType = resource.ResourceType;
            result.ResourceName = resource.ResourceName;
            var type = (ConfigResourceType)resource.ResourceType;
            bool isChecked = type is ConfigResourceType.Topic or ConfigResourceType.Broker or ConfigResourceType.BrokerLogger or ConfigResourceType.ClientMetrics or ConfigResourceType.Group;
            if (isChecked && context.CheckConfigs(AclOperation.DescribeConfigs, new ConfigResource(type, resource.ResourceName)) is var denied and not ErrorCode.None)
            {
                result.ErrorCode = denied;
                result.ErrorMessage = ErrorCodes.Name(denied);
                continue;
            }
            switch (type)
            {
                case ConfigResourceType.Topic:
                    DescribeTopic(request, resource, result);
                    break;
                case ConfigResourceType.Broker:
                    DescribeBroker(request, resource, result);
                    break;
                case ConfigResourceType.Group:
                    DescribeGroup(request, resource, result);
                    break;
                case ConfigResourceType.ClientMetrics:
                    DescribeClientMetrics(request, resource, result);
                    break;
                case ConfigResourceType.BrokerLogger:
                    DescribeLoggers(resource, result);
                    break;
                default:
                    result.ErrorCode = ErrorCode.InvalidRequest;
                    result.ErrorMessage = $"Unsupported resource type: {resource.ResourceType}";
                    break;
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeConfigsRequest request, DescribeConfigsResponse response, ErrorCode error)
    {
        foreach (DescribeConfigsRequest.DescribeConfigsResource resource in request.Resources)
        {
            DescribeConfigsResponse.DescribeConfigsResult result = response.Results.Add();
            result.ErrorCode = error;
            result.ResourceType = resource.ResourceType;
            result.ResourceName = resource.ResourceName;
        }
    }

    private void DescribeTopic(
        DescribeConfigsRequest request, DescribeConfigsRequest.DescribeConfigsResource resource, DescribeConfigsResponse.DescribeConfigsResult result)
    {
        if (TopicName.Validate(resource.ResourceName) is { } problem)
        {
            result.ErrorCode = ErrorCode.InvalidTopicException;
            result.ErrorMessage = problem;
            return;
        }
        if (services.Topics.Table.Find(resource.ResourceName) is not { } topic)
        {
            result.ErrorCode = ErrorCode.UnknownTopicOrPartition;
            result.ErrorMessage = "This server does not host this topic-partition.";
            return;
        }
        foreach (ConfigKey key in TopicConfigKeys.Table.Keys)
        {
            if (IsWanted(resource, key)) Add(request, result, topic.Settings.Describe(key), readOnly: false);
        }
    }

    private void DescribeBroker(
        DescribeConfigsRequest request, DescribeConfigsRequest.DescribeConfigsResource resource, DescribeConfigsResponse.DescribeConfigsResult result)
    {
        BrokerSettings settings = services.Settings.Settings;
        if (resource.ResourceName.Length == 0)
        {
            foreach (ConfigDescription description in settings.DescribeClusterDefaults())
            {
                if (IsWanted(resource, description.Key)) Add(request, result, description, readOnly: false);
            }
            return;
        }
        if (resource.ResourceName != services.BrokerId.ToString(CultureInfo.InvariantCulture))
        {
            result.ErrorCode = ErrorCode.InvalidRequest;
            result.ErrorMessage = $"Unexpected broker id, expected {services.BrokerId} or empty string, but received {resource.ResourceName}";
            return;
        }
        foreach (ConfigKey key in BrokerConfigKeys.Table.Keys)
        {
            if (!IsWanted(resource, key)) continue;
            ConfigDescription description = settings.Describe(key);
            Add(request, result, description, description.IsReadOnly || key.Support.IsAtStartOnly);
        }
    }

    // Of any group, whether it is there or not: settings may be made before the first member comes.
    private void DescribeGroup(
        DescribeConfigsRequest request, DescribeConfigsRequest.DescribeConfigsResource resource, DescribeConfigsResponse.DescribeConfigsResult result)
    {
        if (resource.ResourceName.Length == 0)
        {
            result.ErrorCode = ErrorCode.InvalidRequest;
            result.ErrorMessage = "Group name must not be empty";
            return;
        }
        GroupSettings settings = services.SettingsSource.Group(resource.ResourceName);
        foreach (ConfigKey key in GroupConfigKeys.Table.Keys)
        {
            if (IsWanted(resource, key)) Add(request, result, settings.Describe(key), readOnly: false);
        }
    }

    // Of any subscription, whether it is there or not, as of groups.
    private void DescribeClientMetrics(
        DescribeConfigsRequest request, DescribeConfigsRequest.DescribeConfigsResource resource, DescribeConfigsResponse.DescribeConfigsResult result)
    {
        if (resource.ResourceName.Length == 0)
        {
            result.ErrorCode = ErrorCode.InvalidRequest;
            result.ErrorMessage = "Client metrics subscription name must not be empty";
            return;
        }
        ClientMetricsSettings settings = ClientMetricsSettings.Create(
            services.Settings.Settings, services.Store.Current.ConfigsOf(new ConfigResource(ConfigResourceType.ClientMetrics, resource.ResourceName)));
        foreach (ConfigKey key in ClientMetricsConfigKeys.Table.Keys)
        {
            if (IsWanted(resource, key)) Add(request, result, settings.Describe(key), readOnly: false);
        }
    }

    private void DescribeLoggers(DescribeConfigsRequest.DescribeConfigsResource resource, DescribeConfigsResponse.DescribeConfigsResult result)
    {
        if (resource.ResourceName != services.BrokerId.ToString(CultureInfo.InvariantCulture))
        {
            result.ErrorCode = ErrorCode.InvalidRequest;
            result.ErrorMessage = $"Unexpected broker id, expected {services.BrokerId} but received {resource.ResourceName}";
            return;
        }
        foreach (string name in services.LogLevels.Names)
        {
            if (resource.ConfigurationKeys is { Count: > 0 } keys && !keys.Contains(name)) continue;
            DescribeConfigsResponse.DescribeConfigsResourceResult entry = result.Configs.Add();
            entry.Name = name;
            entry.Value = services.LogLevels.Describe(name);
            entry.ConfigSource = (sbyte)ConfigSource.DynamicBrokerLogger;
        }
    }

    private static bool IsWanted(DescribeConfigsRequest.DescribeConfigsResource resource, ConfigKey key)
    {
        if (resource.ConfigurationKeys is not { Count: > 0 } keys) return !key.IsHidden;
        return keys.Contains(key.Name);
    }

    private static void Add(
        DescribeConfigsRequest request, DescribeConfigsResponse.DescribeConfigsResult result, ConfigDescription description, bool readOnly)
    {
        DescribeConfigsResponse.DescribeConfigsResourceResult entry = result.Configs.Add();
        entry.Name = description.Key.Name;
        entry.Value = description.Value;
        entry.ReadOnly = readOnly;
        entry.ConfigSource = (sbyte)description.Source;
        entry.IsSensitive = description.Key.IsSensitive;
        entry.ConfigType = (sbyte)description.Key.Type;
        entry.Documentation = !request.IncludeDocumentation ? null : description.Key.Support.Reason is { } remark
            ? $"{description.Key.Documentation} ({remark}.)"
            : description.Key.Documentation;
        if (!request.IncludeSynonyms) return;
        foreach (ConfigOrigin origin in description.Synonyms)
        {
            DescribeConfigsResponse.DescribeConfigsSynonym synonym = entry.Synonyms.Add();
            synonym.Name = origin.Name;
            synonym.Value = origin.Value;
            synonym.Source = (sbyte)origin.Source;
        }
    }
}
