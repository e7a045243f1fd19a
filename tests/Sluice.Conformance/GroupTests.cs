using System.Collections.Concurrent;
using Confluent.Kafka;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;
using static Sluice.Conformance.Clients.GroupWaiting;

namespace Sluice.Conformance;

/// <summary>librdkafka's consumers in groups of the classic protocol: who subscribes reads everything, whoever comes and goes.</summary>
public sealed class GroupTests : IAsyncLifetime
{
    private SluiceProcess? _broker;

    public async ValueTask InitializeAsync() => _broker = await SluiceProcess.StartAsync(settings: [("group.initial.rebalance.delay.ms", "200"), ("offsets.topic.num.partitions", "4")]);

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData(PartitionAssignmentStrategy.Range)]
    [InlineData(PartitionAssignmentStrategy.CooperativeSticky)]
    public async Task One_then_five_then_two_members_read_everything_that_is_produced_meanwhile(PartitionAssignmentStrategy strategy)
    {
        using CancellationTokenSource deadline = Deadline();
        await CreateTopicAsync(_broker!.BootstrapServers, "records");
        ConcurrentDictionary<(int, long), int> seen = [];
        List<GroupMember> members = [Member("g", seen, strategy)];
        using ConfluentProducer producer = new(_broker!.BootstrapServers, "records", PartitionsCount, CompressionType.None);
        Task sending = Task.Run(() => producer.Send(0, 200_000, deadline.Token), deadline.Token);

        await Until(() => seen.Count > 10_000, deadline.Token);
        for (int i = 0; i < 4; i++) members.Add(Member("g", seen, strategy));
        await Until(() => IsShared(members), deadline.Token);
        await members[4].AbandonAsync();
        await members[3].DisposeAsync();
        await members[2].DisposeAsync();
        members.RemoveRange(2, 3);
        await sending;
        producer.Flush(Volume.Patience);
        producer.Failures.ShouldBeEmpty();

        // A quiet point: everything was read, whatever was read twice too, and is committed. Nothing is read again after it.
        await Until(() => seen.Count == 200_000 && IsShared(members), deadline.Token);
        await Until(() => Committed("g") == 200_000, deadline.Token);
        foreach (GroupMember member in members) await member.DisposeAsync();

        ConcurrentDictionary<(int, long), int> again = [];
        await using GroupMember last = Member("g", again, strategy);
        await Until(() => last.Partitions.Count == PartitionsCount, deadline.Token);
        producer.Send(200_000, 200_100, deadline.Token);
        producer.Flush(Volume.Patience);
        await Until(() => again.Count == 100, deadline.Token);
        again.Values.ShouldAllBe(static count => count == 1);
    }

    [Fact]
    public async Task Members_go_on_where_they_were_after_the_broker_was_killed()
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryFolder data = new("groups");
        int port = FreePorts.Find();
        SluiceProcess broker = await SluiceProcess.StartAsync(data.Path, port, [("group.initial.rebalance.delay.ms", "200"), ("offsets.topic.num.partitions", "4")]);
        await using SluiceProcess _ = broker;
        await CreateTopicAsync(broker.BootstrapServers, "records");
        using ConfluentProducer producer = new(broker.BootstrapServers, "records", PartitionsCount, CompressionType.None);
        producer.Send(0, 20_000, deadline.Token);
        producer.Flush(Volume.Patience);
        ConcurrentDictionary<(int, long), int> seen = [];
        await using GroupMember first = Member("g", seen, bootstrapServers: broker.BootstrapServers);
        await using GroupMember second = Member("g", seen, bootstrapServers: broker.BootstrapServers);
        await Until(() => seen.Count == 20_000 && IsShared([first, second]), deadline.Token);
        await Until(() => Committed("g", broker) == 20_000, deadline.Token);
        (int, int) assignmentsBefore = (first.AssignmentsCount, second.AssignmentsCount);

        await broker.KillAsync();
        await using SluiceProcess again = await SluiceProcess.StartAsync(data.Path, port, [("group.initial.rebalance.delay.ms", "200"), ("offsets.topic.num.partitions", "4")]);
        producer.Send(20_000, 30_000, deadline.Token);
        producer.Flush(Volume.Patience);
        await Until(() => seen.Count == 30_000, deadline.Token);

        seen.Values.ShouldAllBe(static count => count == 1, "everything was committed before the kill");
        (first.AssignmentsCount, second.AssignmentsCount).ShouldBe(assignmentsBefore, "the group was stored, so nobody had to join again");
    }

    [Fact]
    public async Task A_static_member_that_returns_gets_its_partitions_back_without_disturbing_the_other()
    {
        using CancellationTokenSource deadline = Deadline();
        await CreateTopicAsync(_broker!.BootstrapServers, "records");
        ConcurrentDictionary<(int, long), int> seen = [];
        await using GroupMember one = Member("static", seen, instanceId: "one");
        GroupMember two = Member("static", seen, instanceId: "two");
        await Until(() => IsShared([one, two]), deadline.Token);
        IReadOnlyList<int> before = two.Partitions;
        int assignmentsBefore = one.AssignmentsCount;
        await two.DisposeAsync();

        await using GroupMember back = Member("static", seen, instanceId: "two");
        await Until(() => back.Partitions.Count > 0, deadline.Token);
        back.Partitions.ShouldBe(before, ignoreOrder: true);
        one.AssignmentsCount.ShouldBe(assignmentsBefore);
    }

    [Fact]
    public async Task Kcats_balanced_consumer_reads_and_goes_on_where_it_was()
    {
        Kcat.SkipIfMissing();
        string servers = _broker!.BootstrapServers;
        await Kcat.Run("a\nb\nc\n", Volume.Patience, "-b", servers, "-t", "lines", "-P");
        (await Kcat.Run("", Volume.Patience, "-b", servers, "-G", "kcats", "-q", "-X", "auto.offset.reset=earliest", "-c", "2", "lines")).ShouldBe("a\nb\n");
        (await Kcat.Run("", Volume.Patience, "-b", servers, "-G", "kcats", "-q", "-X", "auto.offset.reset=earliest", "-c", "1", "lines")).ShouldBe("c\n");
    }

    private GroupMember Member(
        string group,
        ConcurrentDictionary<(int, long), int> seen,
        PartitionAssignmentStrategy strategy = PartitionAssignmentStrategy.Range,
        string? instanceId = null,
        string? bootstrapServers = null) =>
        new(bootstrapServers ?? _broker!.BootstrapServers, group, "records", seen, config =>
        {
            config.PartitionAssignmentStrategy = strategy;
            config.GroupInstanceId = instanceId;
            if (instanceId is not null) config.SessionTimeoutMs = 30_000;
        });

    private long Committed(string group, SluiceProcess? broker = null)
    {
        using IConsumer<byte[], byte[]> consumer = ConfluentConsumer.Open((broker ?? _broker!).BootstrapServers, config => config.GroupId = group);
        List<TopicPartitionOffset> offsets = consumer.Committed([.. Enumerable.Range(0, PartitionsCount).Select(static partition => new TopicPartition("records", partition))], TimeSpan.FromSeconds(30));
        return offsets.Sum(static offset => Math.Max(0, offset.Offset.Value));
    }
}
