using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Share;

/// <summary>Whatever members, topics, the store and restarts do, in whichever order: in the end everything has state, is read by somebody, and evenly.</summary>
public sealed class ShareInterleavingTests
{
    private const int ClientsCount = 4;
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(80);

    [Fact]
    public void Any_interleaving_ends_with_every_partition_read_evenly() => Check.One(s_config, Prop.ForAll(Histories(), history =>
    {
        using ShareGroupBench bench = new(history.Interval ? "group.share.assignment.interval.ms=1000" : "group.share.assignment.interval.ms=0");
        Client[] clients = [.. Enumerable.Range(0, ClientsCount).Select(index => new Client(bench, $"m{index}"))];
        foreach ((int kind, int target) in history.Steps)
        {
            Client client = clients[target % ClientsCount];
            switch (kind)
            {
                case 0 or 1 or 2 or 3 or 4:
                    client.Beat();
                    break;
                case 5:
                    bench.Groups.RunBackground();
                    break;
                case 6:
                    client.Subscribe(target % 3 == 0 ? ["t", "u"] : target % 3 == 1 ? ["t"] : ["u", "v"]);
                    break;
                case 7:
                    client.Leave();
                    break;
                case 8:
                    client.IsAway = !client.IsAway;
                    break;
                case 9:
                    ChangeTopics(bench, target % 4 == 0 ? [("t", 1 + (target % 6))] : [("t", 1 + (target % 6)), ("u", 2), ("v", 1 + (target % 3))]);
                    break;
                case 10:
                    bench.Groups.Advance(20_000);
                    break;
                case 11:
                    bench.Store.Error = target % 2 == 0 ? ErrorCode.UnknownServerError : ErrorCode.None;
                    break;
                case 12:
                    bench.Store.Meanwhile = client.Leave;
                    break;
                default:
                    if (target % 2 == 0) bench.Groups.DropBackground();
                    bench.Groups.Restart();
                    break;
            }
        }
        bench.Store.Error = ErrorCode.None;
        foreach (Client client in clients) client.IsAway = false;
        for (int round = 0; round < 48; round++)
        {
            bench.Groups.Advance(1_000);
            foreach (Client client in clients) client.Beat();
            bench.Groups.RunBackground();
        }
        ShouldBeEven(bench, clients);
    }));

    // Partitions are never taken away: a topic that is to have fewer is deleted and made again.
    private static void ChangeTopics(ShareGroupBench bench, (string Name, int Partitions)[] topics)
    {
        bench.Groups.SetTopics([.. topics.Where(topic => bench.Groups.Topics.Find(topic.Name) is not { } known || known.Partitions.Length <= topic.Partitions)]);
        bench.Groups.SetTopics(topics);
    }

    private static void ShouldBeEven(ShareGroupBench bench, Client[] clients)
    {
        ShareGroup group = bench.Group;
        (group.StateName, group.TargetEpoch).ShouldBe(("Stable", group.Epoch));
        HashSet<string> wanted = [.. clients.SelectMany(static client => client.Topics)];
        foreach (string name in wanted)
        {
            if (bench.Groups.Topics.Find(name) is not { } topic) continue;
            Client[] subscribers = [.. clients.Where(client => client.Topics.Contains(name))];
            int[] counts = [.. Enumerable.Range(0, topic.Partitions.Length).Select(partition => subscribers.Count(client => client.Assigned.Contains(topic.Id, partition)))];
            counts.ShouldAllBe(static count => count > 0);
            (counts.Max() - counts.Min()).ShouldBeLessThanOrEqualTo(1);
            group.State.Initialized.Of(topic.Id).ShouldBe(Enumerable.Range(0, topic.Partitions.Length));
        }
        foreach (Client client in clients)
        {
            client.Assigned.ShouldBe(bench.Member(client.Id).Assigned);
            client.Assigned.Topics.ShouldAllBe(topic => client.Topics.Contains(bench.Groups.Topics.Find(topic)!.Name));
        }
        var stored = bench.Store.States.Keys.Where(key => bench.Groups.Topics.Find(key.Topic) is not null).Select(static key => (key.Topic, key.Partition));
        PartitionSet.From(stored).ShouldBe(group.State.Initialized);
    }

    private static Arbitrary<History> Histories() => Arb.From(
        Gen.Choose(0, 13).SelectMany(kind => Gen.Choose(0, 60).Select(target => (kind, target))).ListOf().SelectMany(steps => Gen.Elements(true, false).Select(interval => new History([.. steps], interval))),
        static history => Enumerable.Range(0, history.Steps.Length).Select(skipped => history with { Steps = [.. history.Steps.Where((_, index) => index != skipped)] }));

    private sealed record History((int Kind, int Target)[] Steps, bool Interval)
    {
        public override string ToString() => $"{Interval}: {string.Join(' ', Steps.Select(static step => $"{step.Kind}/{step.Target}"))}";
    }

    /// <summary>A client as the protocol wants it: takes what it is told, joins again when it is fenced.</summary>
    private sealed class Client(ShareGroupBench bench, string id)
    {
        private int _epoch;
        private bool _isSubscriptionNew;

        public string Id => id;

        public string[] Topics { get; private set; } = ["t"];

        public PartitionSet Assigned { get; private set; } = PartitionSet.Empty;

        public bool IsAway { get; set; }

        public void Subscribe(string[] topics)
        {
            Topics = topics;
            _isSubscriptionNew = true;
            if (_epoch > 0) Beat();
        }

        public void Beat()
        {
            if (IsAway) return;
            ShareGroupHeartbeatResponse response = bench.Beat(id, _epoch, _epoch == 0 || _isSubscriptionNew ? Topics : null);
            _isSubscriptionNew = false;
            if (response.ErrorCode != ErrorCode.None)
            {
                response.ErrorCode.ShouldBeOneOf(ErrorCode.UnknownMemberId, ErrorCode.FencedMemberEpoch);
                Assigned = PartitionSet.Empty;
                _epoch = 0;
                return;
            }
            _epoch = response.MemberEpoch;
            if (response.Assignment is { } assignment)
                Assigned = PartitionSet.From(assignment.TopicPartitions.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition))));
        }

        public void Leave()
        {
            if (IsAway || _epoch == 0) return;
            Assigned = PartitionSet.Empty;
            bench.Beat(id, -1);
            _epoch = 0;
        }
    }
}
