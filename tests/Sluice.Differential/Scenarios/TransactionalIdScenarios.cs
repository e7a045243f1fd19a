using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Differential.Scenarios.Transactions;

namespace Sluice.Differential.Scenarios;

/// <summary>Transactional ids: who has them, and what is told of them.</summary>
internal static class TransactionalIdScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.InitProducerId, "A transactional id: its producer, the next one, and one that was fenced", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.InitProducerId))
            {
                string id = await Id(s, $"v{version}");
                InitProducerIdResponse? first = await s.Send(Init(id), version, "first");
                await s.Send(Init(id), version, "again");
                if (version < 3) continue;
                Writer writer = new(first!.ProducerId, 1);
                await s.Send(Init(id, writer), version, "goes on");
                await s.Send(Init(id, writer), version, "goes on, repeated");
                await s.Send(Init(id, writer.Of(0)), version, "an older epoch");
                await s.Send(Init(id, writer.Of(3)), version, "a newer epoch");
                await s.Send(Init(id, new Writer(writer.Id + 1_000_000, 2)), version, "another producer");
                await s.Send(Init(id, writer.Of(-1)), version, "no epoch");
                await s.Send(Init(id, new Writer(-1, 2)), version, "no producer");
                await s.Send(Init(id, writer.Of(-2)), version, "a negative epoch");
                await s.Send(Describe(id), 0, $"as v{version} left it");
            }
        }),
        new(ApiKey.InitProducerId, "A transactional id that nobody has, and a producer that thinks it does", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.InitProducerId).Where(static version => version >= 3))
            {
                string id = await Id(s, $"v{version}");
                await s.Send(Init(id, new Writer(7_000_000, 5)), version, "not known");
                await s.Send(Init(id, new Writer(7_000_000, 5)), version, "not known, again");
            }
        }),
        new(ApiKey.InitProducerId, "Timeouts of transactions", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.InitProducerId))
            {
                foreach (int timeoutMs in new[] { 0, -1, 1, 900_000, 900_001, int.MaxValue, int.MinValue })
                    await s.Send(Init(await Id(s, $"v{version} {timeoutMs}"), timeoutMs: timeoutMs), version, $"{timeoutMs} ms");
            }
        }),
        new(ApiKey.InitProducerId, "A transaction is open", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.InitProducerId))
            {
                Topic topic = await s.Topic($"v{version}");
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                await Write(s, topic, id, writer, count: 2);
                await s.Send(Init(id), version, "the next one comes");
                await UntilEnded(s, id);
                await s.Send(Describe(id), 0, $"v{version} described");
                await s.Send(Init(id), version, "the next one comes again");
                await s.Send(Produce(s, topic, id, writer, 2), 12, $"v{version} the first one writes on");
                await s.Send(End(id, writer, commit: true), 5, $"v{version} the first one commits");
                await s.Send(Reading.From(topic, 0), 12, $"v{version} what was kept");
            }
        }),
        new(ApiKey.InitProducerId, "A transaction is open, and its producer goes on", async s =>
        {
            Topic topic = await s.Topic();
            (string id, Writer writer) = await Begin(s);
            await Write(s, topic, id, writer);
            await s.Send(Init(id, writer), 4, "its own epoch");
            await UntilEnded(s, id);
            await s.Send(Init(id, writer), 4, "its own epoch again");
            await s.Send(Describe(id), 0, "described");
        }),
        new(ApiKey.DescribeTransactions, "Transactional ids in every state", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 3);
            (string id, Writer writer) = await Begin(s, timeoutMs: 123_456);
            await s.Send(Describe(id), 0, "no transaction yet");
            await Write(s, topic, id, writer, partition: 2);
            await s.Send(Describe(id), 0, "one partition");
            await s.Send(AddOffsets(id, writer, s.Name("g")), 4, "a group");
            await s.Send(Describe(id), 0, "one partition and a group's");
            writer = await EndAndWait(s, id, writer, commit: true);
            await s.Send(Describe(id), 0, "committed");
            await Write(s, topic, id, writer);
            await EndAndWait(s, id, writer, commit: false);
            await s.Send(Describe(id), 0, "aborted");
            await s.Send(Describe(id, id), 0, "twice");
            await s.Send(Describe(s.Name("absent"), id, ""), 0, "one of three");
            await s.Send(Describe(), 0, "none");
        }),
        new(ApiKey.ListTransactions, "By state, producer, duration and pattern", async s =>
        {
            Topic topic = await s.Topic();
            (string empty, Writer _) = await Begin(s, "empty");
            (string open, Writer opener) = await Begin(s, "open");
            (string done, Writer doer) = await Begin(s, "done");
            await Write(s, topic, open, opener);
            await Write(s, topic, done, doer);
            await EndAndWait(s, done, doer, commit: true);
            foreach (short version in Session.Versions(ApiKey.ListTransactions))
            {
                await s.Send(new ListTransactionsRequest(), version, "all");
                foreach (string[] states in new string[][] { ["Ongoing"], ["ongoing"], ["Empty", "CompleteCommit"], ["CompleteAbort"], ["Dead"], ["PrepareEpochFence"], ["Open"], ["Ongoing", "Open", "", "Ongoing"] })
                    await s.Send(new ListTransactionsRequest { StateFilters = [.. states] }, version, $"states {string.Join('+', states)}");
                foreach (long[] ids in new long[][] { [opener.Id], [doer.Id, opener.Id, doer.Id], [-1], [987_654_321] })
                    await s.Send(new ListTransactionsRequest { ProducerIdFilters = [.. ids] }, version, $"{ids.Length} producers, {(ids[0] < 0 ? "negative" : ids[0] == opener.Id ? "open" : ids[0] == doer.Id ? "done" : "absent")}");
                await s.Send(new ListTransactionsRequest { ProducerIdFilters = [doer.Id], StateFilters = ["Ongoing"] }, version, "producer and another state");
                if (version < 1) continue;
                foreach (long durationMs in new[] { -1, -5, 0, 3_600_000, long.MaxValue, long.MinValue })
                    await s.Send(new ListTransactionsRequest { DurationFilter = durationMs, StateFilters = durationMs == 0 ? ["Empty", "CompleteCommit"] : [] }, version, $"longer than {durationMs} ms");
                if (version < 2) continue;
                foreach (string pattern in new[] { ".*open", "open", ".*", "", ".*(open|done)", "(", "[", "a{2,1}", @"\p{Greek}*", "(?i).*OPEN", "(?=o).*", @"(.)\1", "*" })
                    await s.Send(new ListTransactionsRequest { TransactionalIdPattern = pattern }, version, $"pattern {pattern}");
                await s.Send(new ListTransactionsRequest { TransactionalIdPattern = empty }, version, "pattern is an id");
            }
        }),
        new(ApiKey.DescribeProducers, "Idempotent and transactional ones", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 3);
            await s.Send(Producers(topic.Name, 0, 1, 2), 0, "none");
            await s.Append(topic, s.Batch(1));
            await s.Send(Producers(topic.Name, 0), 0, "without id");
            (string id, Writer writer) = await Begin(s);
            await Write(s, topic, id, writer, count: 3);
            await s.Send(Producers(topic.Name, 0, 1), 0, "open");
            await Write(s, topic, id, writer, sequence: 3, count: 2);
            await s.Send(Producers(topic.Name, 0), 0, "open, more written");
            writer = await EndAndWait(s, id, writer, commit: true);
            await s.Send(Producers(topic.Name, 0), 0, "committed");
            await Write(s, topic, id, writer);
            await s.Send(Producers(topic.Name, 0), 0, "the next one open");
            await EndAndWait(s, id, writer, commit: false);
            await s.Send(Producers(topic.Name, 0), 0, "aborted");
            InitProducerIdResponse? idempotent = await s.Send(Init(null), 4, "an idempotent one");
            await s.Append(topic, s.Batch(new BatchOptions { ProducerId = idempotent!.ProducerId, ProducerEpoch = 0, BaseSequence = 0, RecordsCount = 4 }), partition: 1);
            await s.Send(Producers(topic.Name, 1), 0, "idempotent");
        }),
        new(ApiKey.DescribeProducers, "What does not exist", async s =>
        {
            Topic topic = await s.Topic();
            await s.Send(Producers(topic.Name, 0, 1, -1, int.MaxValue), 0, "partitions");
            await s.Send(Producers(s.Name("absent"), 0), 0, "a topic");
            await s.Send(Producers("", 0), 0, "an empty name");
            await s.Send(Producers("not/a/name", 0), 0, "no name");
            await s.Send(Producers(topic.Name), 0, "no partition");
            await s.Send(new DescribeProducersRequest(), 0, "no topic");
        }),
    ];

    private static DescribeProducersRequest Producers(string topic, params int[] partitions) => new()
    {
        Topics = { new() { Name = topic, PartitionIndexes = [.. partitions] } },
    };
}
