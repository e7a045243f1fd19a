using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class AlterReplicaLogDirsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.AlterReplicaLogDirs, "Moves there and back", async s =>
        {
            string[] folders = [s.Peer.LogFolder, s.Peer.SecondLogFolder];
            Topic topic = await s.Topic("moved", 2);
            foreach (int partition in new[] { 0, 1 })
            {
                await s.Append(topic, s.Batch(3), partition);
                await s.Append(topic, s.Batch(2, valueBytes: 1000), partition);
            }
            await Settle(s, topic, folders[0]);
            foreach (short version in Session.Versions(ApiKey.AlterReplicaLogDirs))
            {
                await s.Send(To(folders[0], (topic.Name, [0, 1])), version, "where they are");
                await s.Send(To(folders[1], (topic.Name, [0, 1])), version, "to the other one");
                await s.WaitUntil("both are there", () => IsSettled(s, topic, folders[1]));
                await Describe(s, topic, "after the move");
                await s.Append(topic, s.Batch(1));
                await s.Send(To(folders[0], (topic.Name, [0])), version, "one of them back");
                await s.Send(To(folders[0], (topic.Name, [1])), version, "the other back");
                await s.WaitUntil("both are back", () => IsSettled(s, topic, folders[0]));
                await s.Send(Reading.From(topic, 0), version: 4, "what is read afterwards");
            }
        }) { HasTwoLogFolders = true },

        new(ApiKey.AlterReplicaLogDirs, "What cannot be moved", async s =>
        {
            string[] folders = [s.Peer.LogFolder, s.Peer.SecondLogFolder];
            Topic topic = await s.Topic("staying");
            await Settle(s, topic, folders[0]);
            foreach (short version in Session.Versions(ApiKey.AlterReplicaLogDirs))
            {
                await s.Send(new AlterReplicaLogDirsRequest(), version, "nothing");
                await s.Send(To(folders[1]), version, "no topic");
                await s.Send(To(folders[1], (topic.Name, [])), version, "no partition");
                await s.Send(To("/no/such/folder", (topic.Name, [0])), version, "unknown directory");
                await s.Send(To("", (topic.Name, [0])), version, "empty directory");
                await s.Send(To("second", (topic.Name, [0])), version, "relative directory");
                await s.Send(To(folders[1] + "/", (topic.Name, [0])), version, "a slash behind it");
                await s.Send(To(folders[1] + "/../second", (topic.Name, [0])), version, "not the shortest way");
                await s.Send(To(folders[1], (topic.Name, [77])), version, "unknown partition");
                await s.Send(To(folders[1], (topic.Name, [-1])), version, "a negative partition");
                await s.Send(To(folders[1], (s.Name("missing"), [0, 1])), version, "unknown topic");
                await s.Send(To("/no/such/folder", (s.Name("missing"), [0])), version, "unknown topic and directory");
                await s.Send(To(folders[1], ("no/topic", [0])), version, "a name that no topic can have");
                await s.Send(To(folders[1], ("", [0])), version, "no name");
                await s.Send(To(folders[1], (new string('t', 249), [0])), version, "a long name");
                await s.Send(To(folders[1], (new string('t', 214), [0])), version, "the first that is too long");
                await s.Send(To(folders[1], (new string('t', 213), [0])), version, "the last that is not");
                await s.Send(To("/no/such/folder", (new string('t', 249), [0])), version, "a long name and an unknown directory");
                await s.Send(To(folders[1], ("__cluster_metadata", [0])), version, "the metadata's own");
                await s.Send(To(folders[0], (topic.Name, [0, 0, 77])), version, "one twice and one unknown");
                AlterReplicaLogDirsRequest both = To(folders[0], (topic.Name, [0]), (s.Name("missing"), [0]));
                both.Dirs.Add(To("/no/such/folder", (topic.Name, [0])).Dirs[0]);
                await s.Send(both, version, "one in two directories");
            }
            await Describe(s, topic, "after all that");
        }) { HasTwoLogFolders = true },

        new(ApiKey.AlterReplicaLogDirs, "Where a topic that is asked for beforehand is made", async s =>
        {
            foreach ((string name, int folder) in new[] { ("a", 0), ("b", 1), ("c", 1), ("d", 0) })
            {
                string path = folder == 0 ? s.Peer.LogFolder : s.Peer.SecondLogFolder;
                await s.Send(To(path, (s.Name(name), [0, 1])), 2, $"{name} beforehand");
                await Describe(s, await s.Topic(name, 2), $"{name} then");
            }
        }) { HasTwoLogFolders = true },

        new(ApiKey.AlterReplicaLogDirs, "Cordoned directories", async s =>
        {
            string[] folders = [s.Peer.LogFolder, s.Peer.SecondLogFolder];
            Topic topic = await s.Topic("before");
            Topic resident = await s.Topic("resident");
            await Settle(s, topic, folders[0]);
            await Settle(s, resident, folders[1]);
            await Cordon(s, "/no/such/folder", "an unknown one");
            await Cordon(s, folders[1] + ",/no/such/folder", "an unknown one beside");
            await Cordon(s, folders[1] + ",*", "one and all");
            await Cordon(s, folders[1], "the second");
            await s.WaitUntil("that is seen", async () => (await Ask(s, null)).Results.Any(static result => result.IsCordoned));
            await Describe(s, await s.Topic("while", 3), "made while one is cordoned");
            await s.Send(To(folders[1], (topic.Name, [0])), 2, "to a cordoned directory");
            await s.Send(To(folders[1], (s.Name("later"), [0])), 2, "a later topic to a cordoned directory");
            await s.Send(To(folders[1], (resident.Name, [0, 77])), 2, "one that is in it, and one that is not there");
            await s.Send(To(folders[1], (new string('t', 249), [0])), 2, "a long name to a cordoned directory");
            await s.Send(To(folders[0], (resident.Name, [0])), 2, "out of a cordoned directory");
            await s.WaitUntil("it is out", () => IsSettled(s, resident, folders[0]));
            await Describe(s, topic, "after that");
            await Cordon(s, "*", "all");
            await s.WaitUntil("that is seen", async () => (await Ask(s, null)).Results.All(static result => result.IsCordoned));
            await Describe(s, topic, "all cordoned");

            // The part of Kafka that places partitions hears of it later.
            await s.WaitUntil("new partitions are refused", async () =>
                (await s.Ask(More(topic, isTrial: true), version: 3)).Results[0].ErrorCode == ErrorCode.InvalidReplicationFactor);
            await s.Send(CreateTopicsScenarios.Request(CreateTopicsScenarios.New(s.Name("none"))), 7, "a topic while all are cordoned");
            await s.Send(More(topic, isTrial: false), 3, "a partition while all are cordoned");
            await Cordon(s, "", "none");
            await s.WaitUntil("that is seen", async () => (await Ask(s, null)).Results.All(static result => !result.IsCordoned));
        }) { HasTwoLogFolders = true },
    ];

    /// <summary>Asks for partitions to be moved to a directory.</summary>
    internal static AlterReplicaLogDirsRequest To(string path, params (string Topic, int[] Partitions)[] topics)
    {
        AlterReplicaLogDirsRequest.AlterReplicaLogDir directory = new() { Path = path };
        foreach ((string topic, int[] partitions) in topics) directory.Topics.Add(new() { Name = topic, Partitions = [.. partitions] });
        return new AlterReplicaLogDirsRequest { Dirs = { directory } };
    }

    // Which of its directories a broker makes a topic in is its own choice.
    private static async Task Settle(Session s, Topic topic, string folder)
    {
        await s.Ask(To(folder, (topic.Name, [.. Enumerable.Range(0, topic.PartitionsCount)])), version: 2);
        await s.WaitUntil($"{topic.Name} is in {folder}", () => IsSettled(s, topic, folder));
    }

    private static async Task<bool> IsSettled(Session s, Topic topic, string folder)
    {
        DescribeLogDirsResponse response = await Ask(s, topic);
        return response.Results.All(result => result.LogDir == folder
            ? result.Topics.Sum(static found => found.Partitions.Count(static partition => !partition.IsFutureKey)) == topic.PartitionsCount
            : result.Topics.Count == 0);
    }

    private static Task<DescribeLogDirsResponse> Ask(Session s, Topic? topic) => s.Ask(Of(topic), version: 5);

    private static async Task Describe(Session s, Topic topic, string what)
    {
        foreach (short version in Session.Versions(ApiKey.DescribeLogDirs)) await s.Send(Of(topic), version, what);
    }

    private static DescribeLogDirsRequest Of(Topic? topic) => topic is null
        ? new DescribeLogDirsRequest { Topics = null }
        : new DescribeLogDirsRequest { Topics = new() { new() { Topic = topic.Name, Partitions = [.. Enumerable.Range(0, topic.PartitionsCount)] } } };

    private static CreatePartitionsRequest More(Topic topic, bool isTrial) =>
        new() { Topics = { new() { Name = topic.Name, Count = 2, Assignments = null } }, TimeoutMs = 30_000, ValidateOnly = isTrial };

    private static async Task Cordon(Session s, string folders, string what) => await s.Send(
        new IncrementalAlterConfigsRequest
        {
            Resources = { new() { ResourceType = ConfigResources.Broker, ResourceName = "1", Configs = { new() { Name = "cordoned.log.dirs", Value = folders } } } },
        },
        1,
        what);
}
