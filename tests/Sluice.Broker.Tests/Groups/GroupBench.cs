using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Tests.Support;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups;

/// <summary>One shard of the group coordinator without a broker around it: its log is in memory, its clock stands still until it is moved.</summary>
internal sealed class GroupBench
{
    private readonly string[] _settings;
    private readonly BenchBackground _background = new();
    private TopicTable _topics = new(MetadataImage.Empty("test-cluster"), []);

    public GroupBench(params string[] settings)
    {
        _settings = settings;
        (Shard, Timers) = Create(Log);
        Shard.OnLoaded();
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBroker.StartMs));

    public MemoryCoordinatorLog Log { get; } = new();

    public GroupShard Shard { get; private set; }

    public ShardTimers Timers { get; private set; }

    /// <summary>Moves the clock, stopping at each timer that is due on the way.</summary>
    public void Advance(long milliseconds)
    {
        long endMs = Timers.NowMs + milliseconds;
        while (Timers.NextDueMs is { } dueMs && dueMs <= endMs)
        {
            if (dueMs > Timers.NowMs) Time.Advance(TimeSpan.FromMilliseconds(dueMs - Timers.NowMs));
            Timers.RunDue();
        }
        Time.Advance(TimeSpan.FromMilliseconds(endMs - Timers.NowMs));
    }

    /// <summary>A second shard that reads what this one wrote.</summary>
    public GroupShard Replayed()
    {
        (GroupShard shard, _) = Create(new MemoryCoordinatorLog());
        Log.ReplayInto(shard);
        return shard;
    }

    /// <summary>As after a restart: another shard that read the same log.</summary>
    public void Restart()
    {
        Shard.OnUnloaded();
        (Shard, Timers) = Create(Log);
        Log.ReplayInto(Shard);
        Shard.OnLoaded();
    }

    /// <summary>Has these topics exist, and no others; a topic that is there already keeps its id.</summary>
    public void SetTopics(params (string Name, int Partitions)[] topics)
    {
        TopicTable before = _topics;
        _topics = TableOf(topics);
        string[] changed = [.. topics.Where(topic => before.Find(topic.Name)?.Partitions.Length != topic.Partitions).Select(static topic => topic.Name)];
        string[] deleted = [.. before.All.Where(topic => _topics.Find(topic.Id) is null).Select(static topic => topic.Name)];
        bool isMade = _topics.All.Any(topic => before.Find(topic.Id) is null);
        Shard.OnTopicsChanged(deleted, [.. changed, .. deleted.Except(changed)], isMade ? _topics.Image.Version : null);
    }

    /// <summary>As after a restart during which topics came or went.</summary>
    public void RestartWithTopics(params (string Name, int Partitions)[] topics)
    {
        _topics = TableOf(topics);
        Restart();
    }

    /// <summary>The topics there are.</summary>
    public TopicTable Topics => _topics;

    /// <summary>Where share groups keep the state of their partitions.</summary>
    public MemoryShareStateStore ShareState { get; } = new();

    /// <summary>Settings of groups of their own, by group id.</summary>
    public Dictionary<string, Dictionary<string, string>> GroupSettings { get; } = [];

    /// <summary>Does what the shard has asked to be done beside it.</summary>
    /// <returns>How much that was.</returns>
    public int RunBackground() => _background.RunAll();

    /// <summary>Forgets what the shard has asked to be done beside it, as a broker does that is killed.</summary>
    public void DropBackground() => _background.Clear();

    public (Task Done, JoinGroupResponse Response) Join(
        string memberId = "", string? instanceId = null, string group = "g", int sessionMs = 10_000, int rebalanceMs = 60_000, short version = 9, string protocolType = "consumer",
        string clientId = "client", params (string Name, byte[] Metadata)[] protocols)
    {
        JoinGroupRequest request = new()
        {
            GroupId = group, MemberId = memberId, GroupInstanceId = instanceId, SessionTimeoutMs = sessionMs, RebalanceTimeoutMs = rebalanceMs, ProtocolType = protocolType,
        };
        foreach ((string name, byte[] metadata) in protocols.Length == 0 ? [("range", Subscription("t"))] : protocols)
        {
            JoinGroupRequest.JoinGroupRequestProtocol entry = request.Protocols.Add();
            entry.Name = name;
            entry.Metadata = metadata;
        }
        JoinGroupResponse response = new();
        return (Shard.Join(request, version, new GroupClient(clientId, "/127.0.0.1"), response), response);
    }

    /// <summary>Joins as a client does that must be given an id first.</summary>
    public (Task Done, JoinGroupResponse Response) JoinNew(string group = "g", int sessionMs = 10_000, int rebalanceMs = 60_000, params (string Name, byte[] Metadata)[] protocols)
    {
        JoinGroupResponse first = Join(group: group, sessionMs: sessionMs, protocols: protocols).Response;
        first.ErrorCode.ShouldBe(ErrorCode.MemberIdRequired);
        return Join(first.MemberId, group: group, sessionMs: sessionMs, rebalanceMs: rebalanceMs, protocols: protocols);
    }

    public (Task Done, SyncGroupResponse Response) Sync(
        string memberId, int generation, string group = "g", string? instanceId = null, short version = 5, string? protocolType = "consumer", string? protocolName = "range",
        params (string MemberId, string Assignment)[] assignments)
    {
        SyncGroupRequest request = new()
        {
            GroupId = group, MemberId = memberId, GroupInstanceId = instanceId, GenerationId = generation, ProtocolType = protocolType, ProtocolName = protocolName,
        };
        foreach ((string member, string assignment) in assignments)
        {
            SyncGroupRequest.SyncGroupRequestAssignment entry = request.Assignments.Add();
            entry.MemberId = member;
            entry.Assignment = Encoding.UTF8.GetBytes(assignment);
        }
        SyncGroupResponse response = new();
        return (Shard.Sync(request, version, response), response);
    }

    public ErrorCode Heartbeat(string memberId, int generation, string group = "g", string? instanceId = null) =>
        Shard.Heartbeat(new HeartbeatRequest { GroupId = group, MemberId = memberId, GenerationId = generation, GroupInstanceId = instanceId });

    public LeaveGroupResponse Leave(string group = "g", short version = 5, params (string MemberId, string? InstanceId)[] members)
    {
        LeaveGroupRequest request = new() { GroupId = group };
        if (version < 3) request.MemberId = members[0].MemberId;
        foreach ((string memberId, string? instanceId) in version < 3 ? [] : members)
        {
            LeaveGroupRequest.MemberIdentity entry = request.Members.Add();
            entry.MemberId = memberId;
            entry.GroupInstanceId = instanceId;
        }
        LeaveGroupResponse response = new();
        Shard.Leave(request, version, response);
        return response;
    }

    /// <summary>A group that is Stable with so many members; the first leads. Every member's assignment is its own id.</summary>
    public (string[] MemberIds, int Generation) StableGroup(int memberCount, string group = "g", int sessionMs = 10_000)
    {
        var joins = Enumerable.Range(0, memberCount).Select(_ => JoinNew(group, sessionMs)).ToArray();
        Advance(6_000);
        foreach ((Task done, _) in joins) done.IsCompletedSuccessfully.ShouldBeTrue();
        string[] ids = [.. joins.Select(static join => join.Response.MemberId)];
        int generation = joins[0].Response.GenerationId;
        string leader = joins[0].Response.Leader;
        var syncs = ids.Where(id => id != leader).Select(id => Sync(id, generation, group)).ToArray();
        Sync(leader, generation, group, assignments: [.. ids.Select(static id => (id, id))]).Response.Assignment.ToArray().ShouldBe(Encoding.UTF8.GetBytes(leader));
        foreach ((Task done, _) in syncs) done.IsCompletedSuccessfully.ShouldBeTrue();
        State(group).ShouldBe("Stable");
        return (ids, generation);
    }

    public string? State(string group = "g") => Shard.Groups.GetValueOrDefault(group)?.StateName;

    public OffsetCommitResponse Commit(OffsetCommitRequest request, short version = 9)
    {
        OffsetCommitResponse response = new();
        Shard.Offsets.Commit(request, version, response);
        return response;
    }

    public ErrorCode Commit(
        string topic, int partition, long offset, string group = "g", string memberId = "", int generation = -1, string? instanceId = null, string? metadata = "m", short version = 9)
    {
        OffsetCommitRequest request = new() { GroupId = group, MemberId = memberId, GenerationIdOrMemberEpoch = generation, GroupInstanceId = instanceId };
        OffsetCommitRequest.OffsetCommitRequestTopic entry = request.Topics.Add();
        entry.Name = topic;
        OffsetCommitRequest.OffsetCommitRequestPartition partitionEntry = entry.Partitions.Add();
        partitionEntry.PartitionIndex = partition;
        partitionEntry.CommittedOffset = offset;
        partitionEntry.CommittedMetadata = metadata;
        return Commit(request, version).Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode;
    }

    public OffsetFetchResponse.OffsetFetchResponseGroup Fetch(
        string group = "g", bool requireStable = false, string? memberId = null, int memberEpoch = -1, params (string Topic, int Partition)[] partitions)
    {
        OffsetFetchRequest.OffsetFetchRequestGroup request = new() { GroupId = group, MemberId = memberId, MemberEpoch = memberEpoch, Topics = null };
        if (partitions.Length > 0) request.Topics = new MessageList<OffsetFetchRequest.OffsetFetchRequestTopics>();
        foreach ((string topic, int partition) in partitions)
        {
            OffsetFetchRequest.OffsetFetchRequestTopics entry = request.Topics!.Add();
            entry.Name = topic;
            entry.PartitionIndexes.Add(partition);
        }
        OffsetFetchResponse.OffsetFetchResponseGroup response = new();
        Shard.Offsets.Fetch(request, 9, requireStable, response);
        return response;
    }

    /// <summary>The committed offset of one partition; -1 = none.</summary>
    public long Committed(string topic, int partition, string group = "g") =>
        Fetch(group, partitions: [(topic, partition)]).Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().CommittedOffset;

    public static byte[] Subscription(params string[] topics)
    {
        ConsumerProtocolSubscription subscription = new();
        subscription.Topics.AddRange(topics);
        return ConsumerProtocol.Write(subscription, 3);
    }

    private TopicTable TableOf((string Name, int Partitions)[] topics) => new(_topics.Image.Apply([]), topics.Select(topic => new TopicState(
        new TopicImage(topic.Name, _topics.Find(topic.Name)?.Id ?? Uuid.NewRandom(), TopicCreation.PartitionsFrom(0, topic.Partitions, 1)),
        null!,
        LogConfig.Default,
        new Partition?[topic.Partitions])));

    private (GroupShard Shard, ShardTimers Timers) Create(ICoordinatorLog log)
    {
        ShardTimers timers = new(Time);
        StaticConfig config = TestBroker.Options("unused", _settings).Config;
        BrokerSettings settings = BrokerSettings.Create(config, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);
        GroupShardContext context = new()
        {
            Log = log,
            Timers = timers,
            Settings = new GroupCoordinatorSettings(settings),
            ConsumerSettings = new ConsumerGroupSettings(settings, id => Metadata.Configs.GroupSettings.Create(settings, GroupSettings.GetValueOrDefault(id) ?? [])),
            ShareSettings = new ShareGroupSettings(settings, id => Metadata.Configs.GroupSettings.Create(settings, GroupSettings.GetValueOrDefault(id) ?? [])),
            StreamsSettings = new StreamsGroupSettings(settings, id => Metadata.Configs.GroupSettings.Create(settings, GroupSettings.GetValueOrDefault(id) ?? [])),
            ShareState = new ShareStateCalls(ShareState, Time),
            Background = _background,
            Time = Time,
            Topics = () => _topics,
            Logger = NullLogger.Instance,
        };
        return (new GroupShard(context), timers);
    }
}
