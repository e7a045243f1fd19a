using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Differential.Scenarios.Transactions;

namespace Sluice.Differential.Scenarios;

/// <summary>Records of transactions: written, and read.</summary>
internal static class TransactionalDataScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Produce, "Transactional: partitions that were added, and those that were not", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.Produce))
            {
                Topic topic = await s.Topic($"v{version}", partitionsCount: 2);
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                Task Try(ProduceRequest request, string what) => s.Send(request, version, what);
                await s.Send(Add(id, writer, topic), 3, $"v{version} added");
                await Try(Produce(s, topic, id, writer, 0), "the partition that was added");
                await Try(Produce(s, topic, id, writer, 1), "once more");
                await Try(Produce(s, topic, id, writer, 1), "repeated");
                await Try(Produce(s, topic, id, writer, 5), "one skipped");
                await Try(Produce(s, topic, id, writer, 0, partition: 1), "the other partition");
                await Try(Produce(s, topic, id, writer, 2, count: 3), "more records");
                await s.Send(Describe(id), 0, $"v{version} described");
                await s.Send(Reading.From(topic, 0), 12, $"v{version} what was kept");
            }
        }),
        new(ApiKey.Produce, "Transactional: who may not write", async s =>
        {
            foreach (short version in new short[] { 3, 9, 10, 11, 12, 13 })
            {
                Topic topic = await s.Topic($"v{version}");
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                Task Try(ProduceRequest request, string what) => s.Send(request, version, what);
                await Try(Produce(s, topic, null, writer, 0), "without transactional id");
                await Try(Produce(s, topic, "", writer, 0), "with an empty one");
                await Try(Produce(s, topic, s.Name("absent"), writer, 0), "with one that does not exist");
                await Try(Produce(s, topic, id, new Writer(writer.Id + 1_000_000, 0), 0), "another producer");
                await Try(Produce(s, topic, id, writer.Of(writer.Epoch + 1), 0), "a newer epoch");
                await Try(Produce(s, topic, id, writer, 7), "not from sequence 0");
                await s.Send(Init(id), 4, $"v{version} the next one comes");
                await Try(Produce(s, topic, id, writer, 0), "fenced");
                await Try(Produce(s, topic, id, writer.Of(1), 0), "the next one");
                await s.Send(Reading.From(topic, 0), 12, $"v{version} what was kept");
            }
        }),
        new(ApiKey.Produce, "Transactional: an open transaction, and other batches", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            (string id, Writer writer) = await Begin(s);
            (string other, Writer stranger) = await Begin(s, "other");
            await Write(s, topic, id, writer);
            foreach (short version in new short[] { 9, 12 })
            {
                byte[] plain = s.Batch(new BatchOptions { ProducerId = writer.Id, ProducerEpoch = writer.Epoch, BaseSequence = 1 });
                await s.Send(ProduceScenarios.To(topic, plain), version, "not transactional");
                ProduceRequest named = ProduceScenarios.To(topic, s.Batch(1));
                named.TransactionalId = id;
                await s.Send(named, version, "of no producer, with a transactional id");
                byte[] control = s.Batch(new BatchOptions { ProducerId = writer.Id, ProducerEpoch = writer.Epoch, BaseSequence = 1, IsTransactional = true, IsControl = true });
                ProduceRequest marker = ProduceScenarios.To(topic, control);
                marker.TransactionalId = id;
                await s.Send(marker, version, "a marker");
                ProduceRequest both = Produce(s, topic, id, writer, 1);
                both.TopicData[0].PartitionData.Add(new() { Index = 1, Records = new Records(Batch(s, stranger, 0)) });
                await s.Send(both, version, "of two producers");
                ProduceRequest mixed = Produce(s, topic, id, writer, version == 9 ? 1 : 2);
                mixed.TopicData[0].PartitionData.Add(new() { Index = 1, Records = new Records(s.Batch(1)) });
                await s.Send(mixed, version, "one of the transaction, one of nobody");
                ProduceRequest halfBad = Produce(s, topic, id, writer, version == 9 ? 2 : 3);
                halfBad.TopicData[0].PartitionData.Add(new() { Index = 5, Records = new Records(Batch(s, writer, 0)) });
                await s.Send(halfBad, version, "one partition that does not exist");
            }
            byte[] noEpoch = s.Batch(new BatchOptions { IsTransactional = true });
            ProduceRequest nobody = ProduceScenarios.To(topic, noEpoch);
            nobody.TransactionalId = id;
            await s.Send(nobody, 12, "transactional, of no producer");
            await s.Send(Describe(id, other), 0, "described");
        }),
        new(ApiKey.Produce, "Transactional: the next transaction, by each kind of client", async s =>
        {
            Topic topic = await s.Topic();
            (string id, Writer writer) = await Begin(s);
            for (int round = 0; round < 3; round++)
            {
                await s.Send(Produce(s, topic, id, writer, 0, count: 2), 12, $"round {round}");
                await s.Send(Produce(s, topic, id, writer, 2), 12, $"round {round}, more");
                writer = await EndAndWait(s, id, writer, commit: round % 2 == 0);
            }
            await s.Send(Produce(s, topic, id, writer, 3), 12, "not from sequence 0");
            await s.Send(Add(id, writer, topic), 3, "added by an old one");
            await s.Send(Produce(s, topic, id, writer, 3), 11, "not from sequence 0, by an old one");
            await s.Send(Produce(s, topic, id, writer, 0), 11, "written by an old one");
            await s.Send(End(id, writer, commit: true), 4, "committed by an old one");
            await UntilEnded(s, id);
            await s.Send(Produce(s, topic, id, writer, 1), 11, "after the end, not added");
            await s.Send(Add(id, writer, topic), 3, "added again");
            await s.Send(Produce(s, topic, id, writer, 1), 11, "the next sequence");
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Fetch, "Committed records: open, committed and aborted transactions", async s =>
        {
            Topic topic = await s.Topic();
            (string one, Writer first) = await Begin(s, "one");
            (string two, Writer second) = await Begin(s, "two");
            await s.Append(topic, s.Batch(2));
            await Write(s, topic, one, first, count: 2);
            await Write(s, topic, two, second, count: 3);
            await Look(s, topic, 12, "both open");
            await EndAndWait(s, two, second, commit: false);
            await s.Append(topic, s.Batch(1));
            await Look(s, topic, 12, "one open, two aborted");
            await EndAndWait(s, one, first, commit: true);
            await Look(s, topic, 12, "one committed");
            Writer next = first.Of(first.Epoch + 1);
            await Write(s, topic, one, next, count: 2);
            await EndAndWait(s, one, next, commit: false);
            foreach (short version in Session.Versions(ApiKey.Fetch)) await Look(s, topic, version, "both ended");
        }),
        new(ApiKey.Fetch, "Committed records: which aborted transactions are told", async s =>
        {
            Topic topic = await s.Topic();
            (string id, Writer writer) = await Begin(s);
            (string other, Writer stranger) = await Begin(s, "other");
            await Write(s, topic, other, stranger, count: 2);
            for (int round = 0; round < 4; round++)
            {
                await Write(s, topic, id, writer, count: 2);
                writer = await EndAndWait(s, id, writer, commit: round == 2);
            }
            await EndAndWait(s, other, stranger, commit: false);
            for (long offset = 0; offset <= 15; offset++) await s.Send(Committed.From(topic, offset), 12, $"from {offset}");
            foreach (int bytes in new[] { 1, 200, 400, 800 }) await s.Send(Committed.From(topic, 0, bytes), 12, $"{bytes} bytes");
        }),
        new(ApiKey.ListOffsets, "The last stable offset", async s =>
        {
            Topic topic = await s.Topic();
            (string id, Writer writer) = await Begin(s);
            await s.Append(topic, s.Batch(2, startMs: -2_000_000));
            await Write(s, topic, id, writer, count: 2);
            await s.Append(topic, s.Batch(2, startMs: -500_000));
            foreach (string when in new[] { "open", "aborted" })
            {
                foreach (short version in Session.Versions(ApiKey.ListOffsets).Where(static version => version >= 2))
                {
                    foreach (long timestamp in new[] { -1, -2, -3, s.NowMs - 2_000_000, s.NowMs - 1_000_000, s.NowMs - 500_000 })
                    {
                        if (timestamp == -3 && version < 7) continue;
                        string what = timestamp < 0 ? $"timestamp {timestamp}" : $"{s.NowMs - timestamp} ms before";
                        await s.Send(Committed.Latest(topic, isCommitted: true, timestamp), version, $"{when}, committed, {what}");
                        await s.Send(Committed.Latest(topic, isCommitted: false, timestamp), version, $"{when}, all, {what}");
                    }
                }
                if (when == "open") await EndAndWait(s, id, writer, commit: false);
            }
        }),
    ];

    private static async Task Look(Session s, Topic topic, short version, string what)
    {
        await s.Send(Committed.From(topic, 0), version, $"{what}, committed");
        await s.Send(Reading.From(topic, 0), version, $"{what}, all");
    }
}
