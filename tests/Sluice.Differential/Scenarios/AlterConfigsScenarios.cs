using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class AlterConfigsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.AlterConfigs, "The whole set is replaced", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.AlterConfigs))
            {
                Topic topic = await s.Topic($"v{version}", 1, ("retention.ms", "1000000"), ("segment.ms", "2000000"));
                async Task Try(string what, params (string Name, string? Value)[] settings)
                {
                    await s.Send(Of(ConfigResources.Topic, topic.Name, settings), version, what);
                    await IncrementalAlterConfigsScenarios.Described(s, topic, $"version {version}, after {what}", "retention.ms", "segment.ms", "cleanup.policy");
                }
                await Try("one kept, one new", ("segment.ms", "2000000"), ("cleanup.policy", "compact"));
                await Try("an unknown one", ("no.such.setting", "1"));
                await Try("a wrong one", ("segment.ms", "x"));
                await Try("no value", ("segment.ms", null));
                await Try("one twice", ("segment.ms", "2000000"), ("segment.ms", "3000000"));
                await Try("none");
            }
        }),
        new(ApiKey.AlterConfigs, "Only checked, things that do not exist, and several at once", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.AlterConfigs))
            {
                Topic topic = await s.Topic($"v{version}", 1, ("retention.ms", "1000000"));
                (string, string?) setting = ("segment.ms", "2000000");
                AlterConfigsRequest check = Of(ConfigResources.Topic, topic.Name, setting);
                check.ValidateOnly = true;
                await s.Send(check, version, "only checked");
                await IncrementalAlterConfigsScenarios.Described(s, topic, $"version {version}, afterwards", "retention.ms", "segment.ms");
                await s.Send(Of(ConfigResources.Topic, s.Name("missing"), setting), version, "unknown topic");
                await s.Send(Of(ConfigResources.Topic, "", setting), version, "no topic");
                await s.Send(Of(ConfigResources.Broker, "7", ("log.retention.ms", "1000000")), version, "another broker");
                await s.Send(Of(ConfigResources.BrokerLogger, "1", ("root", "INFO")), version, "a logger");
                foreach (sbyte type in new sbyte[] { 0, 1, 64 }) await s.Send(Of(type, "x", setting), version, $"type {type}");
                AlterConfigsRequest several = Of(ConfigResources.Topic, topic.Name, setting);
                several.Resources.Add(Of(ConfigResources.Topic, s.Name("missing"), setting).Resources[0]);
                await s.Send(several, version, "one missing");
                several.Resources.Add(Of(ConfigResources.Topic, topic.Name, setting).Resources[0]);
                await s.Send(several, version, "one missing, one twice", TimeSpan.FromSeconds(2));
                await s.Send(new AlterConfigsRequest(), version, "nothing");
            }
        }),
    ];

    private static AlterConfigsRequest Of(sbyte type, string name, params (string Name, string? Value)[] settings)
    {
        AlterConfigsRequest request = new() { Resources = { new() { ResourceType = type, ResourceName = name } } };
        foreach ((string key, string? value) in settings) request.Resources[0].Configs.Add(new() { Name = key, Value = value });
        return request;
    }
}
