using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class CreateTopicsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.CreateTopics, "Plain topics, and the same again", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.CreateTopics))
            {
                string name = s.Name($"v{version}");
                await s.Send(Request(New(name, 3)), version, "new");
                await s.Send(Request(New(name, 3)), version, "there already");
                await s.Send(new CreateTopicsRequest(), version, "nothing");
            }
        }),
        new(ApiKey.CreateTopics, "Only checked, not made", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.CreateTopics))
            {
                string name = s.Name($"v{version}");
                CreateTopicsRequest request = Request(New(name, 3));
                request.ValidateOnly = true;
                await s.Send(request, version, "checked");
                await s.Send(request, version, "checked once more");
                MetadataResponse metadata = await s.Ask(new MetadataRequest { Topics = new() { new() { Name = name } }, AllowAutoTopicCreation = false }, 12);
                s.Note($"v{version} afterwards", metadata.Topics[0].ErrorCode);
                request = Request(New(name, -7));
                request.ValidateOnly = true;
                await s.Send(request, version, "wrong");
            }
        }),
        new(ApiKey.CreateTopics, "Numbers of partitions and replicas", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.CreateTopics))
            {
                foreach ((int partitions, short replicas) in new (int, short)[] { (-1, -1), (-1, 1), (1, -1), (0, 1), (-2, 1), (1, 0), (1, -2), (1, 2), (1, short.MaxValue), (int.MinValue, 1) })
                    await s.Send(Request(New(s.Name($"v{version}-{partitions}-{replicas}"), partitions, replicas)), version, $"{partitions} partitions, {replicas} replicas");
            }
        }),
        new(ApiKey.CreateTopics, "Names", async s =>
        {
            string longest = s.Name("longest") + new string('x', 249);
            longest = longest[..249];
            s.Peer.Owners[longest] = "CreateTopics: Names";
            foreach (string name in new[] { "", ".", "..", "a b", "a/b", "a:b", "ü", "a\0b", new string('y', 250), "__cluster_metadata", longest })
                await s.Send(Request(New(name)), 7, $"name {name.Length} {name.Take(2).Aggregate("", static (text, c) => $"{text} {(int)c}")}");
            string dotted = s.Name("a.b");
            await s.Send(Request(New(dotted)), 7, "with a dot");
            await s.Send(Request(New(dotted.Replace('.', '_'))), 7, "the same with underscores");
            await s.Send(Request(New(s.Name("c_d")), New(s.Name("c.d"))), 7, "both in one request");
        }),
        new(ApiKey.CreateTopics, "The same name twice in one request", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.CreateTopics))
            {
                string name = s.Name($"v{version}");
                await s.Send(Request(New(name), New(s.Name($"other-{version}")), New(name, 2)), version, "twice");
            }
        }),
        new(ApiKey.CreateTopics, "Good and bad topics in one request", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.CreateTopics))
                await s.Send(Request(New(s.Name($"good-{version}")), New("not good"), New(s.Name($"bad-{version}"), 0), New(s.Name($"fine-{version}"), 2)), version, "four");
        }),
        new(ApiKey.CreateTopics, "Replicas given by hand", async s =>
        {
            int number = 0;
            async Task Try(string what, int partitions, short replicas, params (int Partition, int[] Brokers)[] assignments)
            {
                foreach (short version in new short[] { 2, 4, 5, 7 })
                {
                    CreateTopicsRequest.CreatableTopic topic = New(s.Name($"t{number++}"), partitions, replicas);
                    foreach ((int partition, int[] brokers) in assignments) topic.Assignments.Add(new() { PartitionIndex = partition, BrokerIds = [.. brokers] });
                    await s.Send(Request(topic), version, what);
                }
            }
            await Try("two partitions", -1, -1, (0, [1]), (1, [1]));
            await Try("in another order", -1, -1, (1, [1]), (0, [1]));
            await Try("with a number of partitions", 2, -1, (0, [1]), (1, [1]));
            await Try("with a number of replicas", -1, 1, (0, [1]));
            await Try("a gap", -1, -1, (0, [1]), (2, [1]));
            await Try("not from 0", -1, -1, (1, [1]));
            await Try("an unknown broker", -1, -1, (0, [7]));
            await Try("a broker twice", -1, -1, (0, [1, 1]));
            await Try("no broker", -1, -1, (0, []));
            await Try("a negative partition", -1, -1, (-1, [1]));
            await Try("different numbers of replicas", -1, -1, (0, [1]), (1, [1, 7]));
            await Try("a partition twice", -1, -1, (0, [1]), (0, [1]));
        }),
        new(ApiKey.CreateTopics, "Settings", async s =>
        {
            int number = 0;
            async Task Try(string what, params (string Name, string? Value)[] configs)
            {
                foreach (short version in new short[] { 4, 7 })
                {
                    CreateTopicsRequest.CreatableTopic topic = New(s.Name($"t{number++}"));
                    foreach ((string name, string? value) in configs) topic.Configs.Add(new() { Name = name, Value = value });
                    await s.Send(Request(topic), version, what);
                }
            }
            await Try("some", ("retention.ms", "1000000"), ("cleanup.policy", "compact,delete"), ("compression.type", "zstd"));
            await Try("an unknown one", ("no.such.setting", "1"));
            await Try("no value", ("retention.ms", null));
            await Try("empty value", ("retention.ms", ""));
            await Try("empty list", ("cleanup.policy", ""));
            await Try("empty name", ("", "1"));
            await Try("the same twice", ("retention.ms", "1000000"), ("retention.ms", "2000000"));
            await Try("no number", ("retention.ms", "long"));
            await Try("a number with spaces", ("retention.ms", " 1000000 "));
            await Try("a number too low", ("segment.bytes", "1"));
            await Try("a number too high", ("segment.bytes", "99999999999"));
            await Try("not one of the choices", ("cleanup.policy", "keep"));
            await Try("a choice in other letters", ("compression.type", "GZIP"));
            await Try("a choice twice", ("cleanup.policy", "delete,delete"));
            await Try("no boolean", ("preallocate", "maybe"));
            await Try("a boolean in other letters", ("preallocate", "TRUE"));
            await Try("a ratio", ("min.cleanable.dirty.ratio", "0.25"));
            await Try("a ratio too high", ("min.cleanable.dirty.ratio", "1.5"));
            await Try("compaction lags that contradict", ("min.compaction.lag.ms", "1000000"), ("max.compaction.lag.ms", "1000"));
            await Try("a setting of the broker", ("num.partitions", "1"));
            await Try("levels", ("compression.gzip.level", "9"), ("compression.lz4.level", "17"), ("compression.zstd.level", "22"));
            await Try("a level of 0", ("compression.gzip.level", "0"));
            await Try("throttled replicas", ("leader.replication.throttled.replicas", "0:1,1:1"));
            await Try("throttled replicas that make no sense", ("leader.replication.throttled.replicas", "zero"));
            await Try("timestamps", ("message.timestamp.type", "LogAppendTime"), ("message.timestamp.after.max.ms", "0"));
            await Try("no time for segments", ("segment.ms", "0"));
            await Try("remote storage", ("remote.storage.enable", "true"));
        }),
        new(ApiKey.CreateTopics, "Timeouts", async s =>
        {
            foreach (int timeoutMs in new[] { 0, -1, int.MaxValue })
            {
                CreateTopicsRequest request = Request(New(s.Name($"t{timeoutMs}")));
                request.TimeoutMs = timeoutMs;
                if (timeoutMs <= 0) request.ValidateOnly = true;
                await s.Send(request, 7, $"{timeoutMs} ms");
            }
        }),
    ];

    public static CreateTopicsRequest.CreatableTopic New(string name, int partitions = 1, short replicas = 1) =>
        new() { Name = name, NumPartitions = partitions, ReplicationFactor = replicas };

    public static CreateTopicsRequest Request(params CreateTopicsRequest.CreatableTopic[] topics)
    {
        CreateTopicsRequest request = new() { TimeoutMs = 30_000 };
        foreach (CreateTopicsRequest.CreatableTopic topic in topics) request.Topics.Add(topic);
        return request;
    }
}
