using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Differential.Scenarios.Transactions;

namespace Sluice.Differential.Scenarios;

/// <summary>What comes into a transaction: partitions, groups' offsets.</summary>
internal static class TransactionPartitionScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.AddPartitionsToTxn, "By clients", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 3);
            foreach (short version in Session.Versions(ApiKey.AddPartitionsToTxn).Where(static version => version <= 3))
            {
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                Task Try(AddPartitionsToTxnRequest request, string what) => s.Send(request, version, what);
                await Try(Add(id, writer, (topic.Name, 0), (topic.Name, 2)), "two");
                await Try(Add(id, writer, (topic.Name, 0), (topic.Name, 2)), "two, again");
                await Try(Add(id, writer, (topic.Name, 0), (topic.Name, 1)), "one more");
                await Try(Add(id, writer), "none");
                await Try(Add(id, writer, (topic.Name, 0), (topic.Name, 0)), "one twice");
                await Try(Add(id, writer, (topic.Name, 0), (topic.Name, 3)), "one that does not exist");
                await Try(Add(id, writer, (topic.Name, -1)), "a negative one");
                await Try(Add(id, writer, (topic.Name, 0), (s.Name("absent"), 0)), "a topic that does not exist");
                await Try(Add(id, writer, (topic.Name, 0), ("", 0)), "an empty name");
                await Try(Add(s.Name("absent"), writer, topic), "an id that does not exist");
                await Try(Add("", writer, topic), "an empty id");
                await Try(Add(id, new Writer(writer.Id + 1_000_000, writer.Epoch), topic), "another producer");
                await Try(Add(id, writer.Of(writer.Epoch + 1), topic), "a newer epoch");
                await Try(Add(id, writer.Of(-1), topic), "no epoch");
                await s.Send(Init(id), 4, $"v{version} the next one");
                await UntilEnded(s, id);
                await Try(Add(id, writer, topic), "fenced");
            }
        }),
        new(ApiKey.AddPartitionsToTxn, "By clients, after the end of a transaction", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.AddPartitionsToTxn).Where(static version => version <= 3))
            {
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                await s.Send(Add(id, writer, topic), version, "added");
                await s.Send(End(id, writer, commit: true), 4, $"v{version} ended");
                await UntilEnded(s, id);
                await s.Send(Add(id, writer, topic), version, "added to the next one");
                await s.Send(End(id, writer, commit: false), 4, $"v{version} ended again");
                await UntilEnded(s, id);
                await s.Send(Describe(id), 0, $"v{version} described");
            }
        }),
        new(ApiKey.AddPartitionsToTxn, "By brokers", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 3);
            foreach (short version in Session.Versions(ApiKey.AddPartitionsToTxn).Where(static version => version >= 4))
            {
                (string one, Writer first) = await Begin(s, $"one-v{version}");
                (string two, Writer second) = await Begin(s, $"two-v{version}");
                (string, int)[] ends = [(topic.Name, 0), (topic.Name, 2)];
                Task Try(string what, params (string, Writer, bool, (string, int)[])[] transactions) => s.Send(AddMany(transactions), version, what);
                await Try("verified, none open", (one, first, true, ends));
                await Try("added", (one, first, false, ends));
                await Try("added again", (one, first, false, ends));
                await Try("verified", (one, first, true, ends));
                await Try("verified, one that is not in it", (one, first, true, [(topic.Name, 0), (topic.Name, 1)]));
                await Try("two at once", (one, first, true, ends), (two, second, false, ends));
                // Kafka never answers it.
                await s.Send(AddMany(), version, "no transaction", patience: TimeSpan.FromSeconds(1));
                await Try("no partition", (one, first, false, []));
                foreach (bool verifyOnly in new[] { false, true })
                {
                    string how = verifyOnly ? "verified" : "added";
                    await Try($"{how}, a partition that does not exist", (one, first, verifyOnly, [(topic.Name, 0), (topic.Name, 3)]));
                    await Try($"{how}, a topic that does not exist", (one, first, verifyOnly, [(s.Name("absent"), 0)]));
                    await Try($"{how}, an id that does not exist", (s.Name("absent"), first, verifyOnly, ends));
                    await Try($"{how}, an empty id", ("", first, verifyOnly, ends));
                    await Try($"{how}, another producer", (one, second, verifyOnly, ends));
                    await Try($"{how}, a newer epoch", (one, first.Of(first.Epoch + 1), verifyOnly, ends));
                    await Try($"{how}, one of two fails", (one, first.Of(first.Epoch + 1), verifyOnly, ends), (two, second, verifyOnly, ends));
                }
                await EndAndWait(s, one, first, commit: true);
                await Try("verified after the end", (one, first, true, ends));
                await Try("added after the end, by the epoch before", (one, first, false, ends));
                await Try("added after the end", (one, first.Of(first.Epoch + 1), false, ends));
            }
        }),
        new(ApiKey.AddOffsetsToTxn, "A group's offsets", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.AddOffsetsToTxn))
            {
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                string group = s.Name($"g-v{version}");
                Task Try(AddOffsetsToTxnRequest request, string what) => s.Send(request, version, what);
                await Try(AddOffsets(id, writer, group), "added");
                await Try(AddOffsets(id, writer, group), "again");
                await s.Send(Describe(id), 0, $"v{version} described");
                await Try(AddOffsets(id, writer, ""), "no group");
                await Try(AddOffsets(s.Name("absent"), writer, group), "an id that does not exist");
                await Try(AddOffsets("", writer, group), "an empty id");
                await Try(AddOffsets(id, new Writer(writer.Id + 1_000_000, writer.Epoch), group), "another producer");
                await Try(AddOffsets(id, writer.Of(writer.Epoch + 1), group), "a newer epoch");
                await s.Send(Init(id), 4, $"v{version} the next one");
                await UntilEnded(s, id);
                await Try(AddOffsets(id, writer, group), "fenced");
            }
        }),
        new(ApiKey.TxnOffsetCommit, "Committed, aborted, and seen meanwhile", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            foreach (short version in Session.Versions(ApiKey.TxnOffsetCommit))
            {
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                string group = s.Name($"g-v{version}");
                await Groups.UntilCoordinated(s, group);
                await s.Send(CommitOffset(id, writer, group, topic.Name, 1), version, "not in the transaction, if it must be");
                await s.Send(AddOffsets(id, writer, group), 4, $"v{version} added");
                await s.Send(CommitOffset(id, writer, group, topic.Name, 5), version, "committed");
                await s.Send(Seen(group, isStable: false, topic), 9, $"v{version} pending");
                await s.Send(Seen(group, isStable: true, topic), 9, $"v{version} pending, for one who waits");
                writer = await EndAndWait(s, id, writer, commit: true);
                await UntilStable(s, group, topic);
                await s.Send(Seen(group, isStable: true, topic), 9, $"v{version} after the end");
                await s.Send(AddOffsets(id, writer, group), 4, $"v{version} added to the next one");
                await s.Send(CommitOffset(id, writer, group, topic.Name, 9), version, "committed in the next one");
                await EndAndWait(s, id, writer, commit: false);
                await UntilStable(s, group, topic);
                await s.Send(Seen(group, isStable: true, topic), 9, $"v{version} after it was aborted");
            }
        }),
        new(ApiKey.TxnOffsetCommit, "What is refused", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.TxnOffsetCommit))
            {
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                string group = s.Name($"g-v{version}");
                await Groups.UntilCoordinated(s, group);
                await s.Send(AddOffsets(id, writer, group), 4, $"v{version} added");
                Task Try(TxnOffsetCommitRequest request, string what) => s.Send(request, version, what);
                await Try(CommitOffset(id, writer, group, topic.Name, 1, partition: 1), "a partition that does not exist");
                await Try(CommitOffset(id, writer, group, s.Name("absent"), 1), "a topic that does not exist");
                await Try(CommitOffset(id, writer, group, topic.Name, -1), "offset -1");
                await Try(CommitOffset(id, writer, group, topic.Name, -2), "offset -2");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, metadata: new string('m', 4096)), "as much metadata as may be");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, metadata: new string('m', 4097)), "too much metadata");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, metadata: null), "no metadata");
                await Try(CommitOffset(id, writer, "", topic.Name, 1), "no group");
                await Try(CommitOffset(s.Name("absent"), writer, group, topic.Name, 1), "an id that does not exist");
                await Try(CommitOffset("", writer, group, topic.Name, 1), "an empty id");
                await Try(CommitOffset(id, new Writer(writer.Id + 1_000_000, writer.Epoch), group, topic.Name, 1), "another producer");
                await Try(CommitOffset(id, writer.Of(writer.Epoch + 1), group, topic.Name, 1), "a newer epoch");
                await Try(CommitOffset(id, writer, s.Name($"other-v{version}"), topic.Name, 1), "a group that is not in the transaction, if it must be");
                if (version < 3) continue;
                await Try(CommitOffset(id, writer, group, topic.Name, 1, generation: 1, memberId: "nobody"), "a member of no group");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, memberId: "nobody"), "a member without generation");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, generation: 3), "a generation without member");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, instanceId: "static"), "a static member that is none");
            }
        }),
        new(ApiKey.TxnOffsetCommit, "By members of a group", async s =>
        {
            Topic topic = await s.Topic();
            (string group, string memberId, int generation) = await Groups.Alone(s);
            foreach (short version in Session.Versions(ApiKey.TxnOffsetCommit).Where(static version => version >= 3))
            {
                (string id, Writer writer) = await Begin(s, $"tx-v{version}");
                await s.Send(AddOffsets(id, writer, group), 4, $"v{version} added");
                Task Try(TxnOffsetCommitRequest request, string what) => s.Send(request, version, what);
                await Try(CommitOffset(id, writer, group, topic.Name, 1, generation: generation, memberId: memberId), "of this generation");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, generation: generation - 1, memberId: memberId), "of the one before");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, generation: generation, memberId: "nobody"), "of a stranger");
                await Try(CommitOffset(id, writer, group, topic.Name, 1), "of nobody");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, memberId: memberId), "without generation");
                await Try(CommitOffset(id, writer, group, topic.Name, 1, generation: generation), "without member");
                await EndAndWait(s, id, writer, commit: true);
            }
        }),
    ];

    private static OffsetFetchRequest Seen(string group, bool isStable, Topic topic)
    {
        OffsetFetchRequest request = Groups.Fetch(group, 9, all: false, (topic, 0));
        request.RequireStable = isStable;
        return request;
    }

    // The marker of a group's partition is written before the coordinator of the group has read it.
    private static Task UntilStable(Session s, string group, Topic topic) => s.WaitUntil($"{group} is stable", async () =>
        (await s.Ask(Seen(group, isStable: true, topic), version: 9)).Groups[0].Topics[0].Partitions[0].ErrorCode == ErrorCode.None);
}
