using Sluice.Client;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Support;

/// <summary>Reading and changing settings.</summary>
internal static class ConfigCalls
{
    public const sbyte Topic = 2;
    public const sbyte Broker = 4;
    public const sbyte BrokerLogger = 8;
    public const sbyte ClientMetrics = 16;
    public const sbyte Group = 32;

    public const sbyte Set = 0;
    public const sbyte Delete = 1;
    public const sbyte Append = 2;
    public const sbyte Subtract = 3;

    /// <summary>Changes one setting by IncrementalAlterConfigs.</summary>
    public static async Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterAsync(
        this KafkaConnection connection, sbyte type, string resource, string name, string? value, sbyte operation = Set, bool validateOnly = false)
    {
        IncrementalAlterConfigsRequest request = new() { ValidateOnly = validateOnly };
        IncrementalAlterConfigsRequest.AlterConfigsResource asked = request.Resources.Add();
        asked.ResourceType = type;
        asked.ResourceName = resource;
        IncrementalAlterConfigsRequest.AlterableConfig config = asked.Configs.Add();
        config.Name = name;
        config.Value = value;
        config.ConfigOperation = operation;
        return (await connection.SendAsync(request)).Responses.ShouldHaveSingleItem();
    }

    public static Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterTopicAsync(
        this KafkaConnection connection, string topic, string name, string? value, sbyte operation = Set) =>
        connection.AlterAsync(Topic, topic, name, value, operation);

    public static Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterBrokerAsync(
        this KafkaConnection connection, string broker, string name, string? value, sbyte operation = Set) =>
        connection.AlterAsync(Broker, broker, name, value, operation);

    /// <summary>The settings of one resource by name.</summary>
    public static async Task<DescribeConfigsResponse.DescribeConfigsResult> DescribeAsync(
        this KafkaConnection connection, sbyte type, string resource, params string[] names)
    {
        DescribeConfigsRequest request = new() { IncludeSynonyms = true, IncludeDocumentation = true };
        DescribeConfigsRequest.DescribeConfigsResource asked = request.Resources.Add();
        asked.ResourceType = type;
        asked.ResourceName = resource;
        asked.ConfigurationKeys = names.Length == 0 ? null : [.. names];
        return (await connection.SendAsync(request)).Results.ShouldHaveSingleItem();
    }

    /// <summary>One setting of one resource.</summary>
    public static async Task<DescribeConfigsResponse.DescribeConfigsResourceResult> DescribeOneAsync(
        this KafkaConnection connection, sbyte type, string resource, string name) =>
        (await connection.DescribeAsync(type, resource, name)).Configs.ShouldHaveSingleItem();
}
