using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class DescribeConfigsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeConfigs, "All settings of a topic", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.DescribeConfigs))
            {
                await s.Send(Of(ConfigResources.Topic, topic.Name), version, "plain");
                await s.Send(Of(ConfigResources.Topic, topic.Name, synonyms: true), version, "with synonyms");
                if (version >= 3) await s.Send(Of(ConfigResources.Topic, topic.Name, synonyms: true, documentation: true), version, "with documentation");
            }
        }),
        new(ApiKey.DescribeConfigs, "Settings that a topic was made with", async s =>
        {
            Topic topic = await s.Topic("own", 1, ("retention.ms", "1000000"), ("cleanup.policy", "compact,delete"), ("min.insync.replicas", "1"), ("preallocate", "false"));
            foreach (short version in Session.Versions(ApiKey.DescribeConfigs))
                await s.Send(Of(ConfigResources.Topic, topic.Name, synonyms: true), version, "with synonyms");
        }),
        new(ApiKey.DescribeConfigs, "Some settings only", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.DescribeConfigs))
            {
                await s.Send(Of(ConfigResources.Topic, topic.Name, keys: ["retention.ms", "no.such.setting", "retention.ms"]), version, "one known, twice, and one unknown");
                await s.Send(Of(ConfigResources.Topic, topic.Name, keys: []), version, "an empty list");
                await s.Send(Of(ConfigResources.Broker, "1", keys: ["num.partitions", "log.retention.hours", "log.retention.ms", "no.such.setting"], synonyms: true), version, "of the broker");
            }
        }),
        new(ApiKey.DescribeConfigs, "All settings of the broker", async s =>
        {
            await s.Send(Of(ConfigResources.Broker, "1", synonyms: true, documentation: true), 4, "with synonyms and documentation");
            await s.Send(Of(ConfigResources.Broker, "1"), 1, "plain");
        }),
        new(ApiKey.DescribeConfigs, "The cluster's settings", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DescribeConfigs)) await s.Send(Of(ConfigResources.Broker, "", synonyms: true), version, "all");
        }),
        new(ApiKey.DescribeConfigs, "Things that do not exist", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DescribeConfigs))
            {
                await s.Send(Of(ConfigResources.Topic, s.Name("missing")), version, "unknown topic");
                await s.Send(Of(ConfigResources.Topic, "a b"), version, "impossible topic");
                await s.Send(Of(ConfigResources.Topic, ""), version, "no topic");
                await s.Send(Of(ConfigResources.Broker, "7"), version, "another broker");
                await s.Send(Of(ConfigResources.Broker, "one"), version, "a broker that is no number");
                foreach (sbyte type in new sbyte[] { 0, 1, 3, 64, -1 }) await s.Send(Of(type, "x"), version, $"type {type}");
                await s.Send(new DescribeConfigsRequest(), version, "nothing");
            }
        }),
        new(ApiKey.DescribeConfigs, "Several at once, and one twice", async s =>
        {
            Topic topic = await s.Topic();
            DescribeConfigsRequest request = Of(ConfigResources.Topic, topic.Name, keys: ["retention.ms"]);
            request.Resources.Add(Of(ConfigResources.Topic, s.Name("missing")).Resources[0]);
            request.Resources.Add(Of(ConfigResources.Broker, "1", keys: ["num.partitions"]).Resources[0]);
            request.Resources.Add(Of(ConfigResources.Topic, topic.Name, keys: ["segment.ms"]).Resources[0]);
            await s.Send(request, 4, "four");
        }),
        new(ApiKey.DescribeConfigs, "Groups, client metrics and loggers", async s =>
        {
            foreach (short version in new short[] { 1, 4 })
            {
                await s.Send(Of(ConfigResources.Group, "somebody", synonyms: true), version, "a group");
                await s.Send(Of(ConfigResources.Group, ""), version, "no group");
                await s.Send(Of(ConfigResources.ClientMetrics, "somebody"), version, "client metrics");
                await s.Send(Of(ConfigResources.ClientMetrics, ""), version, "no client metrics");
                await s.Send(Of(ConfigResources.BrokerLogger, "1", keys: ["root"]), version, "a logger");
            }
        }),
    ];

    public static DescribeConfigsRequest Of(sbyte type, string name, bool synonyms = false, bool documentation = false, string[]? keys = null) => new()
    {
        Resources = { new() { ResourceType = type, ResourceName = name, ConfigurationKeys = keys is null ? null : [.. keys] } },
        IncludeSynonyms = synonyms,
        IncludeDocumentation = documentation,
    };
}
