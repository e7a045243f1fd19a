using System.Globalization;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>Quotas: how they are set and listed, and what a client hears that exceeds one.</summary>
internal static class ClientQuotaScenarios
{
    private const sbyte Exact = 0;
    private const sbyte Default = 1;
    private const sbyte Specified = 2;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.AlterClientQuotas, "Set, change and take away", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.AlterClientQuotas))
            {
                string user = s.Name($"user-{version}");
                await s.Send(Alter(false, ([("user", user)], [("producer_byte_rate", 1e9), ("request_percentage", 1234.5)])), version, "set");
                await Described(s, user, "after set");
                await s.Send(Alter(true, ([("user", user)], [("producer_byte_rate", 5e9)])), version, "only validated");
                await s.Send(Alter(false, ([("user", user)], [("producer_byte_rate", 2e9), ("consumer_byte_rate", 3e9), ("request_percentage", null)])), version, "change");
                await Described(s, user, "after change");
                await s.Send(Alter(false, ([("user", user)], [("controller_mutation_rate", null), ("nonsense", null)])), version, "take away what is not there");
                await s.Send(Alter(false, ([("user", user)], [("producer_byte_rate", null), ("consumer_byte_rate", null)])), version, "take away");
                await Described(s, user, "after take away");
                await s.Send(Alter(false), version, "nothing");
                await s.Send(Alter(false, ([("user", user)], [])), version, "no keys");
            }
        }),
        new(ApiKey.AlterClientQuotas, "Several entities, each for itself", async s =>
        {
            string user = s.Name("user");
            await s.Send(
                Alter(
                    false,
                    ([("user", user), ("client-id", "app")], [("producer_byte_rate", 1e9)]),
                    ([("user", user), ("client-id", null)], [("producer_byte_rate", 0)]),
                    ([("client-id", "other"), ("user", user)], [("controller_mutation_rate", 1000)])),
                1,
                "three");
            await Described(s, user, "after three");
            await s.Send(
                Alter(
                    false, ([("user", user), ("client-id", "app")], [("producer_byte_rate", null)]), ([("user", user), ("client-id", "other")], [("controller_mutation_rate", null)])),
                1,
                "away again");
        }),
        new(ApiKey.AlterClientQuotas, "Entities that are none", async s =>
        {
            await Try("empty", []);
            await Try("unknown type", [("tenant", "a")]);
            await Try("empty user", [("user", "")]);
            await Try("empty client id", [("client-id", "")]);
            await Try("empty address", [("ip", "")]);
            await Try("an address and a user", [("ip", "10.1.2.3"), ("user", "a")]);
            await Try("an address and a client id", [("ip", "10.1.2.3"), ("client-id", "a")]);
            await Try("an address that is none", [("ip", "no address at all")]);
            await Try("known and unknown type", [("user", "a"), ("tenant", "a")]);

            Task Try(string what, (string, string?)[] entity) => s.Send(Alter(false, (entity, [("producer_byte_rate", 1)])), 1, what);
        }),
        new(ApiKey.AlterClientQuotas, "Limits that are none", async s =>
        {
            foreach ((string key, double limit) in new[]
            {
                ("nonsense", 1), ("connection_creation_rate", 1), ("producer_byte_rate", 0), ("producer_byte_rate", -1), ("consumer_byte_rate", 1.5), ("consumer_byte_rate", 1e19),
                ("request_percentage", 0), ("controller_mutation_rate", -0.5),
            })
                await s.Send(Alter(true, ([("user", s.Name("user"))], [(key, limit)])), 1, string.Create(CultureInfo.InvariantCulture, $"{key} {limit}"));
            foreach ((string key, double limit) in new[] { ("producer_byte_rate", 1.0), ("connection_creation_rate", 0.5), ("connection_creation_rate", 1e10), ("connection_creation_rate", 0) })
                await s.Send(Alter(true, ([("ip", "10.1.2.3")], [(key, limit)])), 1, string.Create(CultureInfo.InvariantCulture, $"address {key} {limit}"));
        }),
        new(ApiKey.DescribeClientQuotas, "Every kind of filter", async s =>
        {
            await s.Ask(
                Alter(
                    false,
                    ([("user", "quota-a")], [("producer_byte_rate", 1e9)]),
                    ([("user", "quota-a"), ("client-id", "app")], [("producer_byte_rate", 2e9)]),
                    ([("user", "quota-a"), ("client-id", null)], [("producer_byte_rate", 3e9)]),
                    ([("client-id", "quota-app")], [("consumer_byte_rate", 4e9)]),
                    ([("ip", "10.1.2.3")], [("connection_creation_rate", 1000)])),
                version: 1);
            await s.WaitUntilChangesAreSeen();
            foreach (short version in Session.Versions(ApiKey.DescribeClientQuotas))
            {
                foreach (bool isStrict in new[] { false, true })
                {
                    string how = isStrict ? "strictly " : "";
                    await s.Send(Describe(isStrict, ("user", Exact, "quota-a")), version, $"{how}user");
                    await s.Send(Describe(isStrict, ("user", Exact, "quota-a"), ("client-id", Exact, "app")), version, $"{how}both");
                    await s.Send(Describe(isStrict, ("user", Exact, "quota-a"), ("client-id", Default, null)), version, $"{how}default client");
                    await s.Send(Describe(isStrict, ("user", Exact, "quota-a"), ("client-id", Specified, null)), version, $"{how}any client");
                    await s.Send(Describe(isStrict, ("client-id", Exact, "quota-app")), version, $"{how}client");
                    await s.Send(Describe(isStrict, ("ip", Exact, "10.1.2.3")), version, $"{how}address");
                    await s.Send(Describe(isStrict, ("ip", Exact, "10.1.2.4")), version, $"{how}no such address");
                    await s.Send(Describe(isStrict, ("user", Exact, "")), version, $"{how}empty name");
                }
                await s.Send(Describe(true), version, "strictly nothing");
                await s.Send(Describe(false, ("", Exact, "a")), version, "empty type");
                await s.Send(Describe(false, ("tenant", Exact, "a")), version, "unknown type");
                await s.Send(Describe(false, ("user", Exact, "a"), ("user", Default, null)), version, "twice");
                await s.Send(Describe(false, ("user", Exact, null)), version, "exact without a name");
                await s.Send(Describe(false, ("user", Default, "a")), version, "default with a name");
                await s.Send(Describe(false, ("user", Specified, "a")), version, "any with a name");
                await s.Send(Describe(false, ("user", 3, null)), version, "unknown match");
                await s.Send(Describe(false, ("ip", Specified, null), ("user", Specified, null)), version, "address and user");
            }
            await s.Ask(
                Alter(
                    false,
                    ([("user", "quota-a")], [("producer_byte_rate", null)]),
                    ([("user", "quota-a"), ("client-id", "app")], [("producer_byte_rate", null)]),
                    ([("user", "quota-a"), ("client-id", null)], [("producer_byte_rate", null)]),
                    ([("client-id", "quota-app")], [("consumer_byte_rate", null)]),
                    ([("ip", "10.1.2.3")], [("connection_creation_rate", null)])),
                version: 1);
        }),
        new(ApiKey.AlterClientQuotas, "A producer above its rate", async s =>
        {
            Topic topic = await s.Topic();
            byte[] batch = s.Batch(1, valueBytes: 5000);
            foreach (short acks in new short[] { -1, 1 })
            {
                // A client that was never seen: the time since its first record is none, so the time to wait follows from the size alone.
                await Limit(s, $"producer-{acks}", "producer_byte_rate", 100);
                ProduceResponse? answer = await s.Send(
                    new ProduceRequest { Acks = acks, TimeoutMs = 1000, TopicData = { new() { Name = topic.Name, PartitionData = { new() { Index = 0, Records = new Records(batch) } } } } },
                    9,
                    $"acks {acks}");
                s.Note($"acks {acks} waits ms", answer?.ThrottleTimeMs ?? -1);
                await Unlimit(s, $"producer-{acks}", "producer_byte_rate");
            }
        }),
        new(ApiKey.AlterClientQuotas, "A consumer above its rate", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(1, valueBytes: 5000));
            await s.Append(topic, s.Batch(1, valueBytes: 5000));
            await Limit(s, "consumer", "consumer_byte_rate", 100);
            foreach ((string what, int epoch) in new[] { ("without session", -1), ("with a new session", 0) })
            {
                s.Disconnect();
                FetchRequest.FetchTopic asked = new() { Topic = topic.Name, TopicId = topic.Id, Partitions = { new() { Partition = 0, FetchOffset = 0, PartitionMaxBytes = 1_000_000 } } };
                FetchResponse? answer = await s.Send(new FetchRequest { MaxBytes = 1_000_000, MinBytes = 1, MaxWaitMs = 500, SessionEpoch = epoch, Topics = { asked } }, 13, what);
                // The first window has only begun, and what was not sent is not counted.
                s.Note($"{what} waits about", answer?.ThrottleTimeMs is > 35_000 and < 42_000 ? "40 s" : $"{answer?.ThrottleTimeMs} ms");
            }
            await Unlimit(s, "consumer", "consumer_byte_rate");
            await Limit(s, "consumer-2", "consumer_byte_rate", 1100);
            FetchRequest.FetchTopic again = new() { Topic = topic.Name, TopicId = topic.Id, Partitions = { new() { Partition = 0, FetchOffset = 0, PartitionMaxBytes = 1_000_000 } } };
            await s.Send(new FetchRequest { MaxBytes = 1_000_000, MinBytes = 1, MaxWaitMs = 500, SessionEpoch = -1, Topics = { again } }, 13, "what a window carries");
            await Unlimit(s, "consumer-2", "consumer_byte_rate");
        }),
        new(ApiKey.AlterClientQuotas, "More topics than the rate of changes allows", async s =>
        {
            await Limit(s, "admin", "controller_mutation_rate", 0.5);
            CreateTopicsResponse? none = await s.Send(Create(true, (s.Name("tried"), 3)), 7, "only validated");
            s.Note("only validated waits", (none?.ThrottleTimeMs ?? -1) > 0);
            CreateTopicsResponse? created = await s.Send(Create(false, (s.Name("a"), 4), (s.Name("b"), 3), (s.Name("c"), 1)), 7, "the last is too much");
            s.Note("waits", created?.ThrottleTimeMs > 0);
            s.Disconnect();
            CreatePartitionsResponse? added = await s.Send(new CreatePartitionsRequest { TimeoutMs = 10_000, Topics = { new() { Name = s.Name("a"), Count = 5 } } }, 3, "partitions");
            s.Note("partitions wait", added?.ThrottleTimeMs > 0);
            s.Disconnect();
            DeleteTopicsResponse? deleted = await s.Send(new DeleteTopicsRequest { TimeoutMs = 10_000, Topics = { new() { Name = s.Name("a") } } }, 6, "deletion");
            s.Note("deletion waits", deleted?.ThrottleTimeMs > 0);
            s.Disconnect();
            CreateTopicsResponse? permissive = await s.Send(Create(false, (s.Name("d"), 1)), 5, "an old client");
            s.Note("an old client waits", permissive?.ThrottleTimeMs > 0);
            s.Disconnect();
            CreateTopicsResponse? refused = await s.Send(Create(false, (s.Name("a"), 1), (s.Name("e"), 0)), 7, "what is refused anyhow");
            s.Note("what is refused anyhow waits", refused?.ThrottleTimeMs > 0);
            await Unlimit(s, "admin", "controller_mutation_rate");
        }),
    ];

    // Kafka's broker hears of a quota some milliseconds after its controller has answered.
    private static async Task Limit(Session s, string client, string key, double limit)
    {
        s.Disconnect();
        await s.Ask(Alter(false, ([("client-id", s.Name(client))], [(key, limit)])), version: 1);
        await s.WaitUntilChangesAreSeen();
        s.ClientId = s.Name(client);
    }

    private static async Task Unlimit(Session s, string client, string key)
    {
        s.Disconnect();
        s.ClientId = Wire.RequestFrames.ClientId;
        await s.Ask(Alter(false, ([("client-id", s.Name(client))], [(key, null)])), version: 1);
    }

    private static async Task Described(Session s, string user, string what)
    {
        await s.WaitUntilChangesAreSeen();
        await s.Send(Describe(false, ("user", Exact, user)), 1, $"{what}: {user[^1]}");
    }

    private static CreateTopicsRequest Create(bool validateOnly, params (string Name, int Partitions)[] topics)
    {
        CreateTopicsRequest request = new() { ValidateOnly = validateOnly, TimeoutMs = 10_000 };
        foreach ((string name, int partitions) in topics) request.Topics.Add(new() { Name = name, NumPartitions = partitions, ReplicationFactor = 1 });
        return request;
    }

    private static AlterClientQuotasRequest Alter(bool validateOnly, params ((string Type, string? Name)[] Entity, (string Key, double? Limit)[] Operations)[] entries)
    {
        AlterClientQuotasRequest request = new() { ValidateOnly = validateOnly };
        foreach (((string Type, string? Name)[] entity, (string Key, double? Limit)[] operations) in entries)
        {
            AlterClientQuotasRequest.EntryData entry = request.Entries.Add();
            foreach ((string type, string? name) in entity) entry.Entity.Add(new() { EntityType = type, EntityName = name });
            foreach ((string key, double? limit) in operations) entry.Ops.Add(new() { Key = key, Value = limit ?? 0, Remove = limit is null });
        }
        return request;
    }

    private static DescribeClientQuotasRequest Describe(bool isStrict, params (string Type, sbyte Match, string? Name)[] components)
    {
        DescribeClientQuotasRequest request = new() { Strict = isStrict };
        foreach ((string type, sbyte match, string? name) in components) request.Components.Add(new() { EntityType = type, MatchType = match, Match = name });
        return request;
    }
}
