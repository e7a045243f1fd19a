using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Differential.Scenarios.Transactions;

namespace Sluice.Differential.Scenarios;

/// <summary>How transactions end.</summary>
internal static class TransactionEndScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.EndTxn, "One epoch for all transactions", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.EndTxn).Where(static version => version < 5))
            {
                Topic topic = await s.Topic($"v{version}");
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                Task Try(bool commit, string what, Writer? other = null, string? otherId = null) => s.Send(End(otherId ?? id, other ?? writer, commit), version, what);
                await Try(true, "nothing to commit");
                await Try(false, "nothing to abort");
                await s.Send(Add(id, writer, topic), 3, $"v{version} added");
                await Try(true, "another producer", new Writer(writer.Id + 1_000_000, writer.Epoch));
                await Try(true, "a newer epoch", writer.Of(writer.Epoch + 1));
                await Try(true, "no epoch", writer.Of(-1));
                await Try(true, "an id that does not exist", otherId: s.Name("absent"));
                await Try(true, "an empty id", otherId: "");
                await Try(true, "committed");
                await UntilEnded(s, id);
                await Try(true, "committed again");
                await Try(false, "aborted after it was committed");
                await s.Send(Add(id, writer, topic), 3, $"v{version} added to the next one");
                await Try(false, "aborted");
                await UntilEnded(s, id);
                await Try(false, "aborted again");
                await Try(true, "committed after it was aborted");
                await s.Send(Reading.From(topic, 0), 12, $"v{version} what was written");
            }
        }),
        new(ApiKey.EndTxn, "An epoch for every transaction", async s =>
        {
            Topic topic = await s.Topic();
            (string id, Writer writer) = await Begin(s);
            Task Try(bool commit, string what, Writer by, string? otherId = null) => s.Send(End(otherId ?? id, by, commit), 5, what);
            await Try(true, "nothing to commit", writer);
            await Try(false, "nothing to abort", writer);
            await UntilEnded(s, id);
            await s.Send(Describe(id), 0, "after nothing was aborted");
            Writer next = writer.Of(writer.Epoch + 1);
            await Write(s, topic, id, next);
            await Try(true, "another producer", new Writer(writer.Id + 1_000_000, next.Epoch));
            await Try(true, "the epoch before", writer);
            await Try(true, "a newer epoch", next.Of(next.Epoch + 1));
            await Try(true, "no epoch", next.Of(-1));
            await Try(true, "an id that does not exist", next, s.Name("absent"));
            await Try(true, "an empty id", next, "");
            await Try(true, "committed", next);
            await UntilEnded(s, id);
            await Try(true, "committed, repeated", next);
            await Try(false, "aborted, when it is committed", next);
            await Try(true, "the epoch before that", writer);
            await Try(true, "nothing to commit in the next one", next.Of(next.Epoch + 1));
            await Try(false, "nothing to abort in the next one", next.Of(next.Epoch + 1));
            await UntilEnded(s, id);
            next = next.Of(next.Epoch + 2);
            await Write(s, topic, id, next);
            await Try(false, "aborted", next);
            await UntilEnded(s, id);
            await Try(false, "aborted, repeated", next);
            await Try(true, "committed, when it is aborted", next);
            await s.Send(Describe(id), 0, "at the end");
            await s.Send(Reading.From(topic, 0), 12, "what was written");
        }),
        new(ApiKey.EndTxn, "Begun by one kind of client, ended by the other", async s =>
        {
            Topic topic = await s.Topic();
            (string id, Writer writer) = await Begin(s);
            await s.Send(Add(id, writer, topic), 3, "added by an old one");
            await s.Send(End(id, writer, commit: true), 5, "committed by a new one");
            await UntilEnded(s, id);
            writer = writer.Of(writer.Epoch + 1);
            await Write(s, topic, id, writer);
            await s.Send(End(id, writer, commit: true), 4, "committed by an old one");
            await UntilEnded(s, id);
            await s.Send(Describe(id), 0, "described");
            await s.Send(Reading.From(topic, 0), 12, "what was written");
        }),
        new(ApiKey.WriteTxnMarkers, "Into partitions with an open transaction, and without", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.WriteTxnMarkers))
            {
                Topic topic = await s.Topic($"v{version}", partitionsCount: 2);
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                await Write(s, topic, id, writer, count: 2);
                Task Try(Writer by, bool commit, int coordinatorEpoch, string what, params (string, int)[] partitions) =>
                    s.Send(Marker(by, commit, coordinatorEpoch, 0, partitions.Length == 0 ? [(topic.Name, 0)] : partitions), version, what);
                await Try(writer, true, 0, "a partition and a topic that do not exist", (topic.Name, 2), (s.Name("absent"), 0));
                await Try(writer, true, 0, "a negative partition", (topic.Name, -1));
                await Try(writer, true, 5, "committed");
                await Try(writer, false, 5, "aborted afterwards");
                await Try(writer, true, 4, "by an older coordinator");
                await Try(writer, true, -1, "by no coordinator");
                await Try(writer.Of(3), false, 6, "a newer epoch");
                await Try(writer.Of(2), false, 6, "an older epoch");
                await Try(new Writer(4_000_000 + version, 0), false, 0, "of a producer that never wrote");
                await Try(new Writer(-1, -1), false, 0, "of no producer", (topic.Name, 1));
                await Try(new Writer(-1, 0), false, 0, "of no producer, with an epoch", (topic.Name, 1));
                await Try(writer.Of(-1), false, 6, "of no epoch", (topic.Name, 1));
                await Try(writer.Of(3), true, 6, "two partitions", (topic.Name, 0), (topic.Name, 1));
                await s.Send(new WriteTxnMarkersRequest(), version, "no marker");
                await s.Send(Marker(writer, true, 0, 0), version, "no partition");
                await s.Send(Reading.From(topic, 0), 12, $"v{version} what was written");
                await s.Send(Reading.From(topic, 0, partition: 1), 12, $"v{version} what was written into the other");
            }
        }),
        new(ApiKey.WriteTxnMarkers, "Of transactions with an epoch each", async s =>
        {
            Topic topic = await s.Topic();
            (string id, Writer writer) = await Begin(s);
            await Write(s, topic, id, writer);
            Task Try(Writer by, bool commit, string what, sbyte transactionVersion = 2) => s.Send(Marker(by, commit, 0, transactionVersion, (topic.Name, 0)), 2, what);
            await Try(writer, true, "the epoch of the records");
            await Try(writer.Of(writer.Epoch + 1), true, "the next epoch");
            await Try(writer.Of(writer.Epoch + 1), true, "the next epoch, repeated");
            await Try(writer.Of(writer.Epoch + 1), false, "the next epoch, with another end");
            await Try(writer, true, "the epoch before");
            await Try(writer.Of(writer.Epoch + 2), false, "one more, with nothing open", 1);
            await Try(writer.Of(writer.Epoch + 2), false, "version -1", -1);
            await Try(writer.Of(writer.Epoch + 3), false, "version 3", 3);
            await s.Send(Reading.From(topic, 0), 12, "what was written");
        }),
        new(ApiKey.WriteTxnMarkers, "A transaction that its coordinator does not know", async s =>
        {
            Topic topic = await s.Topic();
            (string id, Writer writer) = await Begin(s);
            await Write(s, topic, id, writer);
            await s.Send(Marker(writer, false, 0, 0, (topic.Name, 0)), 1, "ended by an operator");
            await s.Send(Committed.Latest(topic, isCommitted: true), 9, "the last stable offset");
            await s.Send(End(id, writer, commit: true), 5, "committed by its producer");
            await UntilEnded(s, id);
            await s.Send(Committed.From(topic, 0), 12, "what consumers of committed records see");
        }),
    ];
}
