using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>Settings of a broker's loggers and of client metrics subscriptions.</summary>
internal static class LoggerAndClientMetricsScenarios
{
    private const string Root = "root";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.IncrementalAlterConfigs, "Log levels", async s =>
        {
            async Task Try(string what, string broker, params (string Name, sbyte Operation, string? Value)[] changes)
            {
                await s.Send(IncrementalAlterConfigsScenarios.Of(ConfigResources.BrokerLogger, broker, changes), 1, what);
                await s.Send(DescribeConfigsScenarios.Of(ConfigResources.BrokerLogger, "1", synonyms: true, documentation: true, keys: [Root]), 4, $"after {what}");
            }
            await Try("set", "1", (Root, ConfigResources.Set, "ERROR"));
            foreach (string level in new[] { "TRACE", "DEBUG", "INFO", "WARN", "FATAL", "error", "OFF", "ALL", "", "nonsense", " ERROR" }) await Try($"{level} ", "1", (Root, ConfigResources.Set, level));
            await Try("no value", "1", (Root, ConfigResources.Set, null));
            await Try("appended", "1", (Root, ConfigResources.Append, "INFO"));
            await Try("subtracted", "1", (Root, ConfigResources.Subtract, "INFO"));
            await Try("another operation", "1", (Root, 9, "INFO"));
            await Try("an unknown logger", "1", ("no.such.logger", ConfigResources.Set, "INFO"));
            await Try("an unknown logger deleted", "1", ("no.such.logger", ConfigResources.Delete, null));
            await Try("one good, one bad", "1", (Root, ConfigResources.Set, "INFO"), ("no.such.logger", ConfigResources.Set, "INFO"));
            await Try("twice", "1", (Root, ConfigResources.Set, "INFO"), (Root, ConfigResources.Set, "DEBUG"));
            await Try("another broker", "7", (Root, ConfigResources.Set, "INFO"));
            await Try("no broker", "", (Root, ConfigResources.Set, "INFO"));
            await Try("root deleted", "1", (Root, ConfigResources.Delete, null));
            await Try("nothing", "1");
            await s.Send(new AlterConfigsRequest { Resources = { new() { ResourceType = ConfigResources.BrokerLogger, ResourceName = "1", Configs = { new() { Name = Root, Value = "INFO" } } } } }, 2, "by AlterConfigs");
            IncrementalAlterConfigsRequest check = IncrementalAlterConfigsScenarios.Of(ConfigResources.BrokerLogger, "1", (Root, ConfigResources.Set, "INFO"));
            check.ValidateOnly = true;
            await s.Send(check, 1, "only checked");
            await Try("back", "1", (Root, ConfigResources.Set, "WARN"));
            foreach (string broker in new[] { "7", "", "one" }) await s.Send(DescribeConfigsScenarios.Of(ConfigResources.BrokerLogger, broker, keys: [Root]), 4, $"described: {broker}");
            await s.Send(DescribeConfigsScenarios.Of(ConfigResources.BrokerLogger, "1", keys: ["no.such.logger"]), 4, "an unknown one described");
        }),
        new(ApiKey.IncrementalAlterConfigs, "Client metrics subscriptions", async s =>
        {
            string name = s.Name("m");
            async Task Try(string what, params (string Name, sbyte Operation, string? Value)[] changes)
            {
                await s.Send(IncrementalAlterConfigsScenarios.Of(ConfigResources.ClientMetrics, name, changes), 1, what);
                await s.WaitUntilChangesAreSeen();
                await s.Send(DescribeConfigsScenarios.Of(ConfigResources.ClientMetrics, name, synonyms: true), 4, $"after {what}");
            }
            await Try("set", ("interval.ms", ConfigResources.Set, "1000"), ("metrics", ConfigResources.Set, "a.b,c"), ("match", ConfigResources.Set, "client_id=app-.*,client_software_name=librdkafka"));
            await s.Send(new ListConfigResourcesRequest { ResourceTypes = { ConfigResources.ClientMetrics } }, 1, "listed");
            await s.Send(new ListConfigResourcesRequest(), 0, "listed");
            await Try("append", ("metrics", ConfigResources.Append, "d"));
            await Try("subtract", ("metrics", ConfigResources.Subtract, "a.b"));
            foreach (string interval in new[] { "99", "100", "3600000", "3600001", "x", "" }) await Try($"interval {interval} ", ("interval.ms", ConfigResources.Set, interval));
            foreach (string match in new[] { "nonsense", "a=b", "client_id=", "client_id", "client_id=[", "client_id=a=b", " client_id = a ", "client_instance_id=x,client_source_address=127.*,client_source_port=1.*,client_software_version=1", "" })
                await Try($"match {match} ", ("match", ConfigResources.Set, match));
            foreach (string metrics in new[] { "*", "", "a,,b", "a,a" }) await Try($"metrics {metrics} ", ("metrics", ConfigResources.Set, metrics));
            await Try("an unknown one", ("no.such.setting", ConfigResources.Set, "1"));
            await Try("one deleted", ("interval.ms", ConfigResources.Delete, null));
            await Try("all deleted", ("metrics", ConfigResources.Delete, null), ("match", ConfigResources.Delete, null));
            await s.Send(IncrementalAlterConfigsScenarios.Of(ConfigResources.ClientMetrics, "", ("interval.ms", ConfigResources.Set, "1000")), 1, "without a name");
            await s.Send(new AlterConfigsRequest { Resources = { new() { ResourceType = ConfigResources.ClientMetrics, ResourceName = name, Configs = { new() { Name = "metrics", Value = "x" } } } } }, 2, "by AlterConfigs");
            await s.WaitUntilChangesAreSeen();
            await s.Send(DescribeConfigsScenarios.Of(ConfigResources.ClientMetrics, name), 4, "after AlterConfigs");
            await Try("gone", ("metrics", ConfigResources.Delete, null));
        }),
    ];
}
