using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class IncrementalAlterConfigsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.IncrementalAlterConfigs, "Set, append, subtract and delete", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.IncrementalAlterConfigs))
            {
                Topic topic = await s.Topic($"v{version}");
                async Task Try(string what, params (string Name, sbyte Operation, string? Value)[] changes)
                {
                    await s.Send(Of(ConfigResources.Topic, topic.Name, changes), version, what);
                    await Described(s, topic, $"version {version}, after {what}", "retention.ms", "cleanup.policy", "leader.replication.throttled.replicas");
                }
                await Try("set", ("retention.ms", ConfigResources.Set, "1000000"));
                await Try("set to the same", ("retention.ms", ConfigResources.Set, "1000000"));
                await Try("set to the default", ("retention.ms", ConfigResources.Set, "604800000"));
                await Try("append", ("cleanup.policy", ConfigResources.Append, "compact"));
                await Try("append once more", ("cleanup.policy", ConfigResources.Append, "compact"));
                await Try("subtract", ("cleanup.policy", ConfigResources.Subtract, "delete"));
                await Try("subtract what is not there", ("cleanup.policy", ConfigResources.Subtract, "delete"));
                await Try("subtract the last", ("cleanup.policy", ConfigResources.Subtract, "compact"));
                await Try("append two", ("leader.replication.throttled.replicas", ConfigResources.Append, "0:1,1:1"));
                await Try("append to a number", ("retention.ms", ConfigResources.Append, "5"));
                await Try("delete", ("retention.ms", ConfigResources.Delete, null));
                await Try("delete once more", ("retention.ms", ConfigResources.Delete, null));
                await Try("delete with a value", ("cleanup.policy", ConfigResources.Delete, "compact"));
            }
        }),
        new(ApiKey.IncrementalAlterConfigs, "Changes that are refused", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.IncrementalAlterConfigs))
            {
                Topic topic = await s.Topic($"v{version}");
                async Task Try(string what, params (string Name, sbyte Operation, string? Value)[] changes)
                {
                    await s.Send(Of(ConfigResources.Topic, topic.Name, changes), version, what);
                    await Described(s, topic, $"version {version}, after {what}", "retention.ms", "segment.bytes");
                }
                await Try("an unknown setting", ("no.such.setting", ConfigResources.Set, "1"));
                await Try("deleting an unknown setting", ("no.such.setting", ConfigResources.Delete, null));
                await Try("a wrong value", ("segment.bytes", ConfigResources.Set, "1"));
                await Try("one good, one wrong", ("retention.ms", ConfigResources.Set, "77"), ("segment.bytes", ConfigResources.Set, "1"));
                await Try("no value", ("retention.ms", ConfigResources.Set, null));
                await Try("empty value", ("retention.ms", ConfigResources.Set, ""));
                await Try("empty name", ("", ConfigResources.Set, "1"));
                await Try("a setting twice", ("retention.ms", ConfigResources.Set, "77"), ("retention.ms", ConfigResources.Set, "78"));
                await Try("set and deleted", ("retention.ms", ConfigResources.Set, "77"), ("retention.ms", ConfigResources.Delete, null));
                await Try("an unknown operation", ("retention.ms", 4, "77"));
                await Try("a negative operation", ("retention.ms", -1, "77"));
                await Try("a very long value", ("leader.replication.throttled.replicas", ConfigResources.Set, string.Join(',', Enumerable.Repeat("0:1", 8000))));
                await Try("a setting of the broker", ("num.partitions", ConfigResources.Set, "1"));
                await Try("nothing");
            }
        }),
        new(ApiKey.IncrementalAlterConfigs, "Only checked, not changed", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.IncrementalAlterConfigs))
            {
                IncrementalAlterConfigsRequest request = Of(ConfigResources.Topic, topic.Name, ("retention.ms", ConfigResources.Set, "77"));
                request.ValidateOnly = true;
                await s.Send(request, version, "good");
                await Described(s, topic, $"version {version}, afterwards", "retention.ms");
                request = Of(ConfigResources.Topic, topic.Name, ("retention.ms", ConfigResources.Set, "x"));
                request.ValidateOnly = true;
                await s.Send(request, version, "wrong");
            }
        }),
        new(ApiKey.IncrementalAlterConfigs, "Things that do not exist, and several at once", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.IncrementalAlterConfigs))
            {
                Topic topic = await s.Topic($"v{version}");
                (string, sbyte, string?) change = ("retention.ms", ConfigResources.Set, "1000000");
                await s.Send(Of(ConfigResources.Topic, s.Name("missing"), change), version, "unknown topic");
                await s.Send(Of(ConfigResources.Topic, "a b", change), version, "impossible topic");
                await s.Send(Of(ConfigResources.Topic, "", change), version, "no topic");
                await s.Send(Of(ConfigResources.Broker, "7", ("log.retention.ms", ConfigResources.Set, "1000000")), version, "another broker");
                await s.Send(Of(ConfigResources.Broker, "one", ("log.retention.ms", ConfigResources.Set, "1000000")), version, "a broker that is no number");
                foreach (sbyte type in new sbyte[] { 0, 1, 3, 64, -1 }) await s.Send(Of(type, "x", change), version, $"type {type}");
                IncrementalAlterConfigsRequest several = Of(ConfigResources.Topic, topic.Name, change);
                several.Resources.Add(Of(ConfigResources.Topic, s.Name("missing"), change).Resources[0]);
                await s.Send(several, version, "one good, one missing");
                several = Of(ConfigResources.Topic, topic.Name, change);
                several.Resources.Add(Of(ConfigResources.Topic, topic.Name, ("segment.ms", ConfigResources.Set, "1000000")).Resources[0]);
                await s.Send(several, version, "one topic twice");
                await s.Send(new IncrementalAlterConfigsRequest(), version, "nothing");
            }
        }),
        new(ApiKey.IncrementalAlterConfigs, "The broker's and the cluster's settings", async s =>
        {
            foreach (string broker in new[] { "1", "" })
            {
                string whose = broker.Length == 0 ? "cluster" : "broker";
                async Task Try(string what, params (string Name, sbyte Operation, string? Value)[] changes)
                {
                    await s.Send(Of(ConfigResources.Broker, broker, changes), 1, $"{whose}, {what}");
                    await s.WaitUntilChangesAreSeen();
                    await s.Send(DescribeConfigsScenarios.Of(ConfigResources.Broker, "1", synonyms: true, keys: ["log.retention.ms", "message.max.bytes", "log.cleaner.threads", "log.cleanup.policy"]), 4, $"{whose}, after {what}");
                }
                await Try("set", ("log.retention.ms", ConfigResources.Set, "123456789"), ("message.max.bytes", ConfigResources.Set, "2000000"));
                await Try("a wrong value", ("message.max.bytes", ConfigResources.Set, "-5"));
                await Try("one that cannot change", ("num.partitions", ConfigResources.Set, "3"));
                await Try("an unknown one", ("no.such.setting", ConfigResources.Set, "3"));
                await Try("one of a topic", ("retention.ms", ConfigResources.Set, "3"));
                await Try("more than twice the threads", ("log.cleaner.threads", ConfigResources.Set, "20"));
                await Try("append", ("log.cleanup.policy", ConfigResources.Append, "compact"));
                await Try("delete", ("log.retention.ms", ConfigResources.Delete, null), ("message.max.bytes", ConfigResources.Delete, null), ("log.cleanup.policy", ConfigResources.Delete, null));
            }
        }),
    ];

    public static IncrementalAlterConfigsRequest Of(sbyte type, string name, params (string Name, sbyte Operation, string? Value)[] changes)
    {
        IncrementalAlterConfigsRequest request = new() { Resources = { new() { ResourceType = type, ResourceName = name } } };
        foreach ((string key, sbyte operation, string? value) in changes)
            request.Resources[0].Configs.Add(new() { Name = key, ConfigOperation = operation, Value = value });
        return request;
    }

    public static async Task Described(Session s, Topic topic, string what, params string[] keys)
    {
        await s.WaitUntilChangesAreSeen();
        await s.Send(DescribeConfigsScenarios.Of(ConfigResources.Topic, topic.Name, synonyms: true, keys: keys), 4, what);
    }
}
