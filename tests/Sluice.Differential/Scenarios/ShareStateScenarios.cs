using Sluice.Protocol;

namespace Sluice.Differential.Scenarios;

/// <summary>The share coordinator's own APIs.</summary>
internal static class ShareStateScenarios
{
    private static readonly Uuid NoSuchId = Uuid.Parse("AAAAAAAAAAAAAAAAAAAABw");

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.InitializeShareGroupState, "Once, again, and for what is not there", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Shares.Begin(s, group, topic, stateEpoch: 3, startOffset: 5);
            await s.Send(Shares.Summarize(group, topic), 1, "begun");
            await s.Send(Shares.Initialize(group, topic, 2, 9), 0, "an older epoch");
            await s.Send(Shares.Initialize(group, topic, 3, 7), 0, "the same epoch");
            await s.Send(Shares.Summarize(group, topic), 1, "after the same epoch");
            await s.Send(Shares.Initialize(group, topic, 4, -1), 0, "without a start");
            await s.Send(Shares.Summarize(group, topic), 1, "after one without a start");
            await s.Send(Shares.Initialize(group, topic, 5, 1, partition: 1), 0, "a partition too far");
            await s.Send(Shares.Initialize(group, topic, 5, 1, partition: -1), 0, "a negative partition");
            await s.Send(Shares.Initialize(group, topic, 5, 1, id: NoSuchId), 0, "a topic that does not exist");
            await s.Send(Shares.Initialize(group, topic, 5, 1, id: Uuid.Zero), 0, "no topic");
        }),
        new(ApiKey.WriteShareGroupState, "Changes, merged, and read by leaders of other epochs", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Shares.Begin(s, group, topic, stateEpoch: 3);
            foreach (short version in Session.Versions(ApiKey.WriteShareGroupState))
            {
                await s.Send(Shares.Write(group, topic, 3, 2, version, completeCount: 4, batches: [(5, 9, 2, 1), (20, 29, 0, 2)]), version, "a change");
                await s.Send(Shares.Read(group, topic), 0, $"read after v{version}");
                await s.Send(Shares.Summarize(group, topic), 1, $"summarized after v{version}");
                await s.Send(Shares.Write(group, topic, 3, -1, version, completeCount: 4, batches: [(7, 8, 0, 2), (10, 12, 2, 1), (25, 25, 4, 2), (20, 22, 0, 1)]), version, "some over others");
                await s.Send(Shares.Read(group, topic), 0, $"read when they were merged by v{version}");
                await s.Send(Shares.Write(group, topic, 2, 2, version), version, "an older state epoch");
                await s.Send(Shares.Write(group, topic, 4, 2, version), version, "a newer state epoch");
                await s.Send(Shares.Write(group, topic, 3, 2, version, partition: 1), version, "a partition too far");
                await s.Send(Shares.Write(group, topic, 3, 2, version, id: NoSuchId), version, "a topic that does not exist");
                await s.Send(Shares.Write(s.Name("absent"), topic, 3, 2, version), version, "a group that was never begun");
            }
            await s.Send(Shares.Read(group, topic, leaderEpoch: 2), 0, "by a leader of a newer epoch");
            await s.Send(Shares.Read(group, topic, leaderEpoch: 1), 0, "by one of an older epoch");
            await s.Send(Shares.Write(group, topic, 3, 2, leaderEpoch: 1), 1, "written by one of an older epoch");
            await s.Send(Shares.Summarize(group, topic, leaderEpoch: 1), 1, "summarized for one of an older epoch");
            await s.Send(Shares.Write(group, topic, -1, 26, leaderEpoch: -1), 1, "without epochs");
            await s.Send(Shares.Read(group, topic, leaderEpoch: 2), 0, "what is left above the new start");
        }),
        new(ApiKey.ReadShareGroupState, "What was never begun", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Shares.Begin(s, s.Name("other"), topic);
            await s.WaitUntil("its coordinator is loaded", async () =>
                (await s.Ask(Shares.Summarize(group, topic), version: 1)).Results[0].Partitions[0].ErrorCode == ErrorCode.None);
            await s.Send(Shares.Read(group, topic), 0, "read");
            foreach (short version in Session.Versions(ApiKey.ReadShareGroupStateSummary)) await s.Send(Shares.Summarize(group, topic), version, "summarized");
            await s.Send(Shares.Delete(group, topic), 0, "deleted");
            await s.Send(Shares.Read(group, topic, partition: 3), 0, "a partition too far");
            await s.Send(Shares.Read(group, topic, id: NoSuchId), 0, "a topic that does not exist");
            await s.Send(Shares.Summarize(group, topic, partition: 3), 1, "summarized, a partition too far");
            await s.Send(Shares.Delete(group, topic, partition: 3), 0, "deleted, a partition too far");
            await s.Send(Shares.Delete(group, topic, id: Uuid.Zero), 0, "deleted, no topic");
        }),
        new(ApiKey.DeleteShareGroupState, "What was begun", async s =>
        {
            Topic topic = await s.Topic();
            string group = s.Name("g");
            await Shares.Begin(s, group, topic, stateEpoch: 3, startOffset: 5);
            await s.Send(Shares.Delete(group, topic), 0, "deleted");
            await s.Send(Shares.Read(group, topic), 0, "read afterwards");
            await s.Send(Shares.Summarize(group, topic), 1, "summarized afterwards");
            await s.Send(Shares.Initialize(group, topic, 1, 2), 0, "begun again, in an older epoch");
            await s.Send(Shares.Summarize(group, topic), 1, "begun again");
        }),
    ];
}
