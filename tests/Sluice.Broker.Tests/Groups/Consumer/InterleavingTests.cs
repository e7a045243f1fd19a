using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>Whatever members and topics do, in whichever order: never do two members own one partition, and in the end each is owned.</summary>
public sealed class InterleavingTests
{
    private const int ClientsCount = 4;
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(80);

    [Fact]
    public void Any_interleaving_ends_in_one_owner_for_each_partition() => Check.One(s_config, Prop.ForAll(Histories(), history =>
    {
        using ConsumerBench bench = new(history.Interval ? "group.consumer.assignment.interval.ms=1000" : "group.consumer.assignment.interval.ms=0");
        Client[] clients = [.. Enumerable.Range(0, ClientsCount).Select(index => new Client(bench, $"m{index}", index % 2 == 1 ? $"i{index}" : null))];
        foreach ((int kind, int target) in history.Steps)
        {
            Client client = clients[target % ClientsCount];
            switch (kind)
            {
                case 0 or 1 or 2 or 3 or 4 or 5:
                    client.Beat();
                    break;
                case 6:
                    client.Subscribe(target % 3 == 0 ? ["t", "u"] : target % 3 == 1 ? ["t"] : ["u", "v"]);
                    break;
                case 7:
                    client.Leave(target % 2 == 0);
                    break;
                case 8:
                    client.IsAway = !client.IsAway;
                    break;
                case 9:
                    bench.Groups.SetTopics(("t", 1 + (target % 6)), ("u", 2), ("v", 1 + (target % 3)));
                    break;
                case 10:
                    bench.Groups.Advance(20_000);
                    break;
                default:
                    bench.Groups.Restart();
                    break;
            }
            ShouldBeExclusive(clients);
        }
        foreach (Client client in clients) client.IsAway = false;
        for (int round = 0; round < 24; round++)
        {
            bench.Groups.Advance(1_000);
            foreach (Client client in clients) client.Beat();
            ShouldBeExclusive(clients);
        }
        bench.Group.StateName.ShouldBe("Stable");
        HashSet<string> wanted = [.. clients.SelectMany(static client => client.Topics)];
        var all = bench.Groups.Topics.All.Where(topic => wanted.Contains(topic.Name)).SelectMany(static topic => Enumerable.Range(0, topic.Partitions.Length).Select(partition => (topic.Id, partition)));
        clients.SelectMany(static client => client.Owned.All).Order().ShouldBe(all.Order());
    }));

    private static void ShouldBeExclusive(Client[] clients)
    {
        // A client that is away has lost what it had when its session ended: it notices by its own clock.
        var owned = clients.Where(static client => client.IsMember).SelectMany(static client => client.Owned.All).ToArray();
        owned.Distinct().Count().ShouldBe(owned.Length, "two members own one partition");
    }

    private static Arbitrary<History> Histories() => Arb.From(
        Gen.Choose(0, 11).SelectMany(kind => Gen.Choose(0, 60).Select(target => (kind, target))).ListOf().SelectMany(steps => Gen.Elements(true, false).Select(interval => new History([.. steps], interval))),
        static history => Enumerable.Range(0, history.Steps.Length).Select(skipped => history with { Steps = [.. history.Steps.Where((_, index) => index != skipped)] }));

    private sealed record History((int Kind, int Target)[] Steps, bool Interval)
    {
        public override string ToString() => $"{Interval}: {string.Join(' ', Steps.Select(static step => $"{step.Kind}/{step.Target}"))}";
    }

    /// <summary>A client as the protocol wants it: gives up before it takes, tells what it owns, joins again when it is fenced.</summary>
    private sealed class Client(ConsumerBench bench, string id, string? instanceId)
    {
        private int _epoch;
        private bool _mustTell;
        private bool _isSubscriptionNew;

        public string[] Topics { get; private set; } = ["t"];

        public PartitionSet Owned { get; private set; } = PartitionSet.Empty;

        public bool IsAway { get; set; }

        public bool IsMember => bench.Groups.Shard.Groups.GetValueOrDefault("g") is ConsumerGroup group && group.Members.ContainsKey(id);

        public void Subscribe(string[] topics)
        {
            Topics = topics;
            _isSubscriptionNew = true;
            if (_epoch > 0) Beat();
        }

        public void Beat()
        {
            if (IsAway) return;
            if (_epoch == 0)
            {
                Owned = PartitionSet.Empty;
                _mustTell = false;
                _isSubscriptionNew = false;
                Handle(bench.Join(id, Topics, instanceId: instanceId));
                return;
            }
            PartitionSet? told = _mustTell ? Owned : null;
            string[]? topics = _isSubscriptionNew ? Topics : null;
            _mustTell = false;
            _isSubscriptionNew = false;
            Handle(bench.Beat(id, _epoch, topics, owned: told, instanceId: instanceId));
        }

        public void Leave(bool forNow)
        {
            if (IsAway || _epoch == 0) return;
            Owned = PartitionSet.Empty;
            bench.Beat(id, forNow && instanceId is not null ? -2 : -1, instanceId: instanceId);
            _epoch = 0;
        }

        private void Handle(ConsumerGroupHeartbeatResponse response)
        {
            if (response.ErrorCode != ErrorCode.None)
            {
                response.ErrorCode.ShouldBeOneOf(ErrorCode.UnknownMemberId, ErrorCode.FencedMemberEpoch);
                Owned = PartitionSet.Empty;
                _epoch = 0;
                return;
            }
            _epoch = response.MemberEpoch;
            if (response.Assignment is not { } assignment) return;
            Owned = PartitionSet.From(assignment.TopicPartitions.SelectMany(static topic => topic.Partitions.Select(partition => (topic.TopicId, partition))));
            _mustTell = true;
        }
    }
}
