using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Tests.Groups;
using Sluice.Broker.Tests.Support;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Share;

/// <summary>One shard of the share coordinator, without a broker around it.</summary>
public sealed class ShareShardTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBroker.StartMs));
    private readonly MemoryCoordinatorLog _log = new();
    private readonly List<long> _pruned = [];
    private readonly Uuid _topicId = Uuid.NewRandom();
    private TopicTable _topics;
    private ShardTimers _timers;
    private ShareShard _shard;

    public ShareShardTests()
    {
        TopicState topic = new(new TopicImage("t", _topicId, TopicCreation.PartitionsFrom(0, 2, 1)), null!, LogConfig.Default, new Partition?[2]);
        _topics = new TopicTable(MetadataImage.Empty("test-cluster"), [topic]);
        (_shard, _timers) = Create();
    }

    private SharePartitionKey Key => new("g", _topicId, 0);

    [Fact]
    public void What_was_written_is_read_by_the_next_leader_after_a_restart()
    {
        _shard.Initialize(Key, stateEpoch: 3, startOffset: 10).ShouldBe(ErrorCode.None);
        _shard.Write(Key, new ShareState(3, 0, 12, 5, [new(12, 16, 2, 1), new(17, 19, 0, 2)])).ShouldBe(ErrorCode.None);
        _shard.Write(Key, new ShareState(3, 0, 14, 3, [new(17, 17, 4, 2)])).ShouldBe(ErrorCode.None);
        Restart();

        _shard.Read(Key, leaderEpoch: 1, out ShareState? state).ShouldBe(ErrorCode.None);
        state.ShouldNotBeNull().ShouldSatisfyAllConditions(
            read => read.StateEpoch.ShouldBe(3),
            read => read.LeaderEpoch.ShouldBe(1),
            read => read.StartOffset.ShouldBe(14),
            read => read.DeliveryCompleteCount.ShouldBe(3),
            read => read.Batches.ShouldBe([new(14, 16, 2, 1), new(17, 17, 4, 2), new(18, 19, 0, 2)]));
        _shard.Write(Key, new ShareState(3, 0, 20, 0, [])).ShouldBe(ErrorCode.FencedLeaderEpoch, "an older leader has nothing to say any more");
    }

    [Fact]
    public void What_was_never_begun_can_be_summarized_but_neither_read_nor_written()
    {
        _shard.Read(Key, 0, out _).ShouldBe(ErrorCode.InvalidRequest);
        _shard.Write(Key, new ShareState(0, 0, 0, 0, [])).ShouldBe(ErrorCode.InvalidRequest);
        _shard.ReadSummary(Key, out ShareState? nothing).ShouldBe(ErrorCode.None);
        nothing.ShouldNotBeNull().ShouldSatisfyAllConditions(state => state.StartOffset.ShouldBe(-1), state => state.StateEpoch.ShouldBe(0), state => state.DeliveryCompleteCount.ShouldBe(-1));
        _shard.Delete(Key).ShouldBe(ErrorCode.None);
        _log.Count.ShouldBe(0);
    }

    [Fact]
    public void Keys_of_no_partition_and_epochs_of_the_past_are_refused()
    {
        _shard.Initialize(new SharePartitionKey("g", Uuid.Zero, 0), 1, 0).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        _shard.Initialize(new SharePartitionKey("g", _topicId, -1), 1, 0).ShouldBe(ErrorCode.InvalidRequest);
        _shard.Initialize(new SharePartitionKey("g", _topicId, 2), 1, 0).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        _shard.Initialize(new SharePartitionKey("g", Uuid.NewRandom(), 0), 1, 0).ShouldBe(ErrorCode.UnknownTopicOrPartition);

        _shard.Initialize(Key, 5, 0).ShouldBe(ErrorCode.None);
        _shard.Initialize(Key, 4, 0).ShouldBe(ErrorCode.FencedStateEpoch);
        _shard.Write(Key, new ShareState(4, 0, 1, 0, [])).ShouldBe(ErrorCode.FencedStateEpoch);
        _shard.Write(Key, new ShareState(-1, -1, 1, 0, [])).ShouldBe(ErrorCode.None);
        _shard.Write(Key, new ShareState(5, 0, 1, 0, [new(7, 6, 2, 1)])).ShouldBe(ErrorCode.InvalidRequest);
        _shard.Read(Key, 7, out _).ShouldBe(ErrorCode.None);
        _shard.Read(Key, 6, out _).ShouldBe(ErrorCode.FencedLeaderEpoch);
    }

    [Fact]
    public void A_log_that_refuses_leaves_the_state_as_it_was()
    {
        _shard.Initialize(Key, 1, 0);
        _log.Error = ErrorCode.NotCoordinator;
        _shard.Write(Key, new ShareState(1, 0, 5, 0, [new(5, 6, 2, 1)])).ShouldBe(ErrorCode.NotCoordinator);
        _shard.Initialize(Key, 2, 9).ShouldBe(ErrorCode.NotCoordinator);
        _shard.Delete(Key).ShouldBe(ErrorCode.NotCoordinator);
        _log.Error = ErrorCode.None;
        _shard.Read(Key, 0, out ShareState? state).ShouldBe(ErrorCode.None);
        state.ShouldNotBeNull().ShouldSatisfyAllConditions(read => read.StateEpoch.ShouldBe(1), read => read.StartOffset.ShouldBe(0), read => read.Batches.ShouldBeEmpty());
    }

    [Fact]
    public void After_many_changes_the_whole_state_is_written_in_one_record()
    {
        (_shard, _timers) = Create("share.coordinator.snapshot.update.records.per.snapshot=3");
        _shard.Initialize(Key, 1, 0);
        for (int i = 0; i < 4; i++) _shard.Write(Key, new ShareState(1, 0, i + 1, 0, [new(10 + i, 10 + i, 2, 1)]));
        _log.Types.ShouldBe([ShareSnapshotKey.RecordType, ShareUpdateKey.RecordType, ShareUpdateKey.RecordType, ShareUpdateKey.RecordType, ShareSnapshotKey.RecordType]);
        Restart();
        _shard.Read(Key, 0, out ShareState? state);
        state.ShouldNotBeNull().ShouldSatisfyAllConditions(read => read.StartOffset.ShouldBe(4), read => read.Batches.ShouldBe([new(10, 13, 2, 1)]));
    }

    [Fact]
    public void What_nobody_writes_is_written_again_so_that_the_log_can_be_cut()
    {
        SharePartitionKey cold = new("g", _topicId, 1);
        _shard.OnLoaded();
        _shard.Initialize(cold, 1, 7);
        _shard.Initialize(Key, 1, 0);
        Advance(299_000);
        _shard.Initialize(Key, 2, 0);
        Advance(2_000);

        // The pass over cold partitions comes before the cut.
        _log.Types.Count().ShouldBe(4);
        _pruned.ShouldBe([2]);
        Restart();
        _shard.ReadSummary(cold, out ShareState? state).ShouldBe(ErrorCode.None);
        state.ShouldNotBeNull().StartOffset.ShouldBe(7);
    }

    [Fact]
    public void The_state_of_topics_that_went_goes_too()
    {
        _shard.Initialize(Key, 1, 7);
        TopicTable before = _topics;
        _topics = new TopicTable(_topics.Image, []);
        Restart();
        _shard.OnLoaded();
        _topics = before;
        _shard.ReadSummary(Key, out ShareState? state).ShouldBe(ErrorCode.None);
        state.ShouldNotBeNull().StartOffset.ShouldBe(-1);
    }

    private void Advance(int milliseconds)
    {
        long endMs = _timers.NowMs + milliseconds;
        while (_timers.NextDueMs is { } dueMs && dueMs <= endMs)
        {
            if (dueMs > _timers.NowMs) _time.Advance(TimeSpan.FromMilliseconds(dueMs - _timers.NowMs));
            _timers.RunDue();
        }
        _time.Advance(TimeSpan.FromMilliseconds(endMs - _timers.NowMs));
    }

    private void Restart()
    {
        (_shard, _timers) = Create();
        _log.ReplayInto(_shard);
    }

    private (ShareShard, ShardTimers) Create(params string[] settings)
    {
        var timers = new ShardTimers(_time);
        BrokerSettings broker = BrokerSettings.Create(TestBroker.Options("data", settings).Config, new Dictionary<string, string>(), new Dictionary<string, string>());
        return (new ShareShard(_log, timers, new ShareCoordinatorSettings(broker), _time, () => _topics, _pruned.Add, NullLogger.Instance), timers);
    }
}
