using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>What members of share groups are given, and what they may say of it.</summary>
internal static class ShareFetchScenarios
{
    private const int PatienceMs = 10_000;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.ShareFetch, "Sessions", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Shares.Begin(s, group, topic);
            await Shares.UntilServed(s, group, topic);
            foreach (short version in Session.Versions(ApiKey.ShareFetch))
            {
                string member = $"member-{version}";
                await s.Send(Shares.Fetch(group, member, 1, topic, version), version, "no session yet");
                await s.Send(Shares.Fetch(group, member, -1, null, version), version, "the end of none");
                await s.Send(Shares.Fetch(group, member, -2, topic, version), version, "epoch -2");
                await s.Send(Shares.Fetch(group, member, 0, topic, version, acknowledgements: (0, 0, [Shares.Accept])), version, "acknowledgements at the beginning");
                await s.Send(Shares.Fetch(group, member, 0, topic, version, maxWaitMs: 500), version, "begun");
                await s.Send(Shares.Fetch(group, member, 2, null, version), version, "an epoch left out");
                await s.Send(Shares.Fetch(group, member, 1, null, version), version, "the next epoch");
                await s.Send(Shares.Fetch(group, member, 1, null, version), version, "the same epoch again");
                await s.Send(Shares.Fetch(group, member, 2, topic, version, partition: 5), version, "a partition too far");
                await s.Send(Shares.Fetch(group, member, -2, null, version), version, "epoch -2 of a session");
                await s.Send(Shares.Fetch(group, member, -1, null, version), version, "the end");
                await s.Send(Shares.Fetch(group, member, 3, null, version), version, "after the end");
                await s.Send(Shares.Fetch(group, member, 0, new Topic("absent", Uuid.Parse("AAAAAAAAAAAAAAAAAAAABw"), 1), version), version, "a topic that does not exist");
                await s.Send(Shares.Fetch(group, "", 0, topic, version), version, "a member without a name");
                await s.Send(Shares.Fetch(group, null, 0, topic, version), version, "no member");
                await s.Send(Shares.Fetch(group, new string('m', 37), 0, topic, version), version, "a name too long");
            }
        }),
        new(ApiKey.ShareFetch, "Records, given out, given back, and given out again", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Shares.Begin(s, group, topic);
            await Shares.UntilServed(s, group, topic);
            foreach (int count in new[] { 4, 4, 4 }) await s.Append(topic, s.Batch(count));
            await s.Send(Shares.Fetch(group, "one", 0, topic, maxWaitMs: PatienceMs, maxRecords: 5), 2, "two batches for five records");
            await s.Send(Shares.Fetch(group, "two", 0, topic, maxWaitMs: PatienceMs), 2, "the rest for another");
            await s.Send(Shares.Fetch(group, "one", 1, topic, acknowledgements: [(0, 1, [Shares.Accept]), (2, 5, [Shares.Release, Shares.Reject, Shares.Gap, Shares.Accept])], maxWaitMs: PatienceMs), 2, "each type, and what was given back");
            await s.Send(Shares.Fetch(group, "one", 2, null), 2, "nothing more");
            await s.Send(Shares.Acknowledge(group, "two", 1, topic, acknowledgements: (8, 11, [Shares.Accept])), 2, "all of the other's");
            await s.Send(Shares.Acknowledge(group, "one", 3, topic, acknowledgements: (2, 2, [Shares.Accept])), 2, "the one that came twice");
            await s.Send(Shares.Read(group, topic), 0, "what is stored");
            await s.Send(Shares.Summarize(group, topic), 1, "how far it is");
            await s.Send(Shares.Fetch(group, "one", -1, topic, acknowledgements: (6, 7, [Shares.Accept])), 2, "the last of them at the end");
            await s.Send(Shares.Summarize(group, topic), 1, "how far it is at the end");
        }),
        new(ApiKey.ShareFetch, "A limit on records, kept exactly", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Shares.Begin(s, group, topic);
            await Shares.UntilServed(s, group, topic);
            foreach (int count in new[] { 6, 6 }) await s.Append(topic, s.Batch(count));
            await s.Send(Shares.Fetch(group, "one", 0, topic, maxWaitMs: PatienceMs, maxRecords: 4, mode: 1), 2, "four");
            await s.Send(Shares.Fetch(group, "one", 1, null, maxWaitMs: PatienceMs, maxRecords: 4, mode: 1), 2, "four more, of two batches");
            await s.Send(Shares.Acknowledge(group, "one", 2, topic, acknowledgements: (1, 6, [Shares.Release])), 2, "some given back");
            await s.Send(Shares.Fetch(group, "one", 3, null, maxWaitMs: PatienceMs, maxRecords: 4, mode: 1), 2, "four of those");
        }),
        new(ApiKey.ShareAcknowledge, "What may not be said", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Shares.Begin(s, group, topic);
            await Shares.UntilServed(s, group, topic);
            await s.Append(topic, s.Batch(8));
            await s.Append(topic, s.Batch(2));
            await s.Send(Shares.Fetch(group, "one", 0, topic, maxWaitMs: PatienceMs, maxRecords: 8), 2, "the first batch");
            await s.Send(Shares.Fetch(group, "two", 0, topic, maxWaitMs: PatienceMs), 2, "the second");
            int epoch = 1;
            foreach (short version in Session.Versions(ApiKey.ShareAcknowledge))
            {
                await Say(version, "first above last", (3, 2, [Shares.Accept]));
                await Say(version, "one over the other", (0, 3, [Shares.Accept]), (2, 4, [Shares.Accept]));
                await Say(version, "one record twice", (0, 3, [Shares.Accept]), (3, 4, [Shares.Accept]));
                await Say(version, "not in order", (4, 5, [Shares.Accept]), (0, 1, [Shares.Accept]));
                await Say(version, "no type", (0, 3, []));
                await Say(version, "types for some of them", (0, 3, [Shares.Accept, Shares.Accept]));
                await Say(version, "a type that there is not", (0, 3, [5]));
                await Say(version, "a negative type", (0, 3, [-1]));
                await Say(version, "a renewal that was not announced", (0, 3, [Shares.Renew]));
                await Say(version, "never given out", (10, 12, [Shares.Accept]));
                await Say(version, "partly never given out", (7, 12, [Shares.Accept]));
                await Say(version, "another member's", (8, 9, [Shares.Accept]));
                await Say(version, "partly another member's", (6, 8, [Shares.Accept]));
                await s.Send(Shares.Acknowledge(group, "one", 0, topic, version), version, "epoch 0");
                await s.Send(Shares.Acknowledge(group, "one", 77, topic, version), version, "another epoch");
                await s.Send(Shares.Acknowledge(group, "three", 1, topic, version), version, "by somebody without a session");
                await s.Send(Shares.Acknowledge(group, "one", epoch++, topic, version, partition: 4, acknowledgements: (0, 1, [Shares.Accept])), version, "a partition too far");
            }
            await s.Send(Shares.Acknowledge(group, "one", epoch++, topic, isRenew: true, acknowledgements: (0, 3, [Shares.Renew])), 2, "renewed");
            await s.Send(Shares.Acknowledge(group, "one", epoch++, topic, isRenew: true, acknowledgements: [(0, 1, [Shares.Renew]), (4, 7, [Shares.Accept])]), 2, "some renewed, some done");
            await Say(2, "done already", (4, 7, [Shares.Accept]));
            await Say(2, "the rest", (0, 3, [Shares.Accept]));
            await Say(2, "below the start", (0, 3, [Shares.Accept]));
            await s.Send(Shares.Fetch(group, "one", epoch++, topic, isRenew: true), 2, "a renewal that renews nothing");
            ShareFetchRequest greedy = Shares.Fetch(group, "one", epoch, topic, isRenew: true);
            greedy.MaxRecords = 1;
            await s.Send(greedy, 2, "a renewal that asks for records");
            await s.Send(Shares.Read(group, topic), 0, "what is stored");

            Task Say(short version, string what, params (long, long, sbyte[])[] acknowledgements) =>
                s.Send(Shares.Acknowledge(group, "one", epoch++, topic, version, acknowledgements: acknowledgements), version, what);
        }),
    ];
}
