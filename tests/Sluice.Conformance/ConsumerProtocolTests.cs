using System.Collections.Concurrent;
using Confluent.Kafka;
using Sluice.Client;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Conformance.Clients.GroupWaiting;

namespace Sluice.Conformance;

/// <summary>librdkafka's consumers in groups of the newer protocol (KIP-848), where the broker assigns.</summary>
public sealed class ConsumerProtocolTests : IAsyncLifetime
{
    private SluiceProcess? _broker;

    public async ValueTask InitializeAsync() => _broker = await SluiceProcess.StartAsync(settings:
    [
        ("offsets.topic.num.partitions", "4"),
        ("group.consumer.min.session.timeout.ms", "1000"),
        ("group.consumer.session.timeout.ms", "5000"),
        ("group.consumer.min.heartbeat.interval.ms", "100"),
        ("group.consumer.heartbeat.interval.ms", "300"),
        ("group.initial.rebalance.delay.ms", "200"),
    ]);

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }

    [Fact]
    public async Task One_then_five_then_two_members_read_everything_that_is_produced_meanwhile()
    {
        using CancellationTokenSource deadline = Deadline();
        await CreateTopicAsync(_broker!.BootstrapServers, "records");
        ConcurrentDictionary<(int, long), int> seen = [];
        List<GroupMember> members = [Member("g", seen)];
        using ConfluentProducer producer = new(_broker!.BootstrapServers, "records", PartitionsCount, CompressionType.None);
        Task sending = Task.Run(() => producer.Send(0, 200_000, deadline.Token), deadline.Token);

        await Until(() => seen.Count > 10_000, deadline.Token);
        for (int i = 0; i < 4; i++) members.Add(Member("g", seen));
        await Until(() => IsShared(members), deadline.Token);
        foreach (GroupMember leaving in members[2..]) await leaving.DisposeAsync();
        members.RemoveRange(2, 3);
        await sending;
        producer.Flush(Volume.Patience);
        producer.Failures.ShouldBeEmpty();
        await Until(() => seen.Count == 200_000 && IsShared(members), deadline.Token);
        foreach (GroupMember member in members) await member.DisposeAsync();

        // After a quiet point: everything is committed, so nothing is read again.
        ConcurrentDictionary<(int, long), int> again = [];
        await using GroupMember last = Member("g", again);
        await Until(() => last.Partitions.Count == PartitionsCount, deadline.Token);
        producer.Send(200_000, 200_100, deadline.Token);
        producer.Flush(Volume.Patience);
        await Until(() => again.Count == 100, deadline.Token);
        again.Values.ShouldAllBe(static count => count == 1);
    }

    [Fact]
    public async Task A_member_that_is_killed_is_replaced_when_its_session_ends()
    {
        using CancellationTokenSource deadline = Deadline();
        await CreateTopicAsync(_broker!.BootstrapServers, "records");
        ConcurrentDictionary<(int, long), int> seen = [];
        await using GroupMember member = Member("g", seen);
        await Until(() => member.Partitions.Count == PartitionsCount, deadline.Token);

        // It joins, is given half of the partitions, and is never heard of again.
        await using (KafkaConnection connection = await KafkaConnection.ConnectAsync(Endpoint(), new KafkaClientOptions()))
        {
            ConsumerGroupHeartbeatResponse joined = await connection.SendAsync(Heartbeat(0, join: true));
            joined.ErrorCode.ShouldBe(Sluice.Protocol.ErrorCode.None, joined.ErrorMessage);
            int epoch = joined.MemberEpoch;
            for (int partitionsCount = 0; partitionsCount == 0;)
            {
                await Task.Delay(100, deadline.Token);
                ConsumerGroupHeartbeatResponse beat = await connection.SendAsync(Heartbeat(epoch, join: false));
                beat.ErrorCode.ShouldBe(Sluice.Protocol.ErrorCode.None, beat.ErrorMessage);
                epoch = beat.MemberEpoch;
                partitionsCount = beat.Assignment?.TopicPartitions.Sum(static topic => topic.Partitions.Count) ?? 0;
            }
        }
        await Until(() => member.Partitions.Count < PartitionsCount, deadline.Token);
        await Until(() => member.Partitions.Count == PartitionsCount, deadline.Token);
    }

    [Fact]
    public async Task A_group_moves_to_the_newer_protocol_and_back_while_it_reads()
    {
        using CancellationTokenSource deadline = Deadline();
        await CreateTopicAsync(_broker!.BootstrapServers, "records");
        ConcurrentDictionary<(int, long), int> seen = [];
        using ConfluentProducer producer = new(_broker!.BootstrapServers, "records", PartitionsCount, CompressionType.None);
        await using GroupMember first = Classic("g", seen);
        await Until(() => first.Partitions.Count == PartitionsCount, deadline.Token);
        producer.Send(0, 10_000, deadline.Token);
        await Until(() => seen.Count == 10_000, deadline.Token);

        GroupMember newer = Member("g", seen);
        await Until(() => IsShared([first, newer]), deadline.Token);
        producer.Send(10_000, 20_000, deadline.Token);
        await Until(() => seen.Count == 20_000, deadline.Token);

        await newer.DisposeAsync();
        await Until(() => first.Partitions.Count == PartitionsCount, deadline.Token);
        producer.Send(20_000, 30_000, deadline.Token);
        await Until(() => seen.Count == 30_000, deadline.Token);
    }

    [Fact]
    public async Task A_pattern_finds_topics_that_are_made_later()
    {
        using CancellationTokenSource deadline = Deadline();
        await CreateTopicAsync(_broker!.BootstrapServers, "records");
        ConcurrentDictionary<(int, long), int> seen = [];
        await using GroupMember member = Member("g", seen, topic: "^rec.*");
        await Until(() => member.Partitions.Count == PartitionsCount, deadline.Token);
        await CreateTopicAsync(_broker!.BootstrapServers, "recent");
        await Until(() => member.Partitions.Count == 2 * PartitionsCount, deadline.Token);
    }

    private GroupMember Member(string group, ConcurrentDictionary<(int, long), int> seen, string topic = "records") => new(_broker!.BootstrapServers, group, topic, seen, static config =>
    {
        // The broker decides on both.
        config.SessionTimeoutMs = null;
        config.HeartbeatIntervalMs = null;
        config.GroupProtocol = GroupProtocol.Consumer;
        config.TopicMetadataRefreshIntervalMs = 1000;
    });

    private GroupMember Classic(string group, ConcurrentDictionary<(int, long), int> seen) =>
        new(_broker!.BootstrapServers, group, "records", seen, static config => config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky);

    private static ConsumerGroupHeartbeatRequest Heartbeat(int epoch, bool join)
    {
        ConsumerGroupHeartbeatRequest request = new() { GroupId = "g", MemberId = "ghost", MemberEpoch = epoch, TopicPartitions = null, SubscribedTopicNames = null };
        if (!join) return request;
        request.RebalanceTimeoutMs = 60_000;
        request.SubscribedTopicNames = ["records"];
        request.TopicPartitions = new MessageList<ConsumerGroupHeartbeatRequest.TopicPartitionsData>();
        return request;
    }

    private BrokerEndpoint Endpoint()
    {
        string[] parts = _broker!.BootstrapServers.Split(':');
        return new BrokerEndpoint(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
