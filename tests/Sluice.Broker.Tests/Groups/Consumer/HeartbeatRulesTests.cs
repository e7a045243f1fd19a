using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>Heartbeats that no client should send, and what they are answered.</summary>
public sealed class HeartbeatRulesTests : IDisposable
{
    private readonly ConsumerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Blank_ids_are_refused()
    {
        _bench.Join("a", group: " ").ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        _bench.Join("").ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        _bench.Join("a", instanceId: "").ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        _bench.Beat("a", 0, ["t"], owned: PartitionSet.Empty, rebalanceMs: 1, rackId: " ").ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        _bench.Groups.Shard.Groups.ShouldBeEmpty();
    }

    [Fact]
    public void A_join_tells_everything()
    {
        _bench.Beat("a", 0, ["t"], owned: PartitionSet.Empty).ErrorCode.ShouldBe(ErrorCode.InvalidRequest, "no rebalance timeout");
        _bench.Beat("a", 0, ["t"], rebalanceMs: 1).ErrorCode.ShouldBe(ErrorCode.InvalidRequest, "owned partitions not told");
        _bench.Beat("a", 0, ["t"], owned: _bench.Set("t0"), rebalanceMs: 1).ErrorCode.ShouldBe(ErrorCode.InvalidRequest, "owned partitions");
        _bench.Beat("a", 0, owned: PartitionSet.Empty, rebalanceMs: 1).ErrorCode.ShouldBe(ErrorCode.InvalidRequest, "no subscription");
        _bench.Join("a", topics: []).ErrorCode.ShouldBe(ErrorCode.None, "an empty subscription is one");
    }

    [Fact]
    public void Epochs_below_those_that_mean_something_are_refused()
    {
        _bench.Beat("a", -3).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        _bench.Beat("a", -2).ErrorCode.ShouldBe(ErrorCode.InvalidRequest, "only static members leave for a while");
        _bench.Beat("", 1, version: 0).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        _bench.Beat("", -1, version: 0).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
    }

    [Fact]
    public void Version_0_is_given_a_member_id()
    {
        string? id = _bench.Beat("", 0, ["t"], owned: PartitionSet.Empty, rebalanceMs: 1000, version: 0).MemberId;
        id.ShouldNotBeNullOrEmpty();
        _bench.Group.Members.Keys.ShouldBe([id]);
    }

    [Fact]
    public void Assignors_that_are_not_served_are_refused()
    {
        _bench.Join("a", assignor: "sticky").ErrorCode.ShouldBe(ErrorCode.UnsupportedAssignor);
        _bench.Join("a", assignor: "range").ErrorCode.ShouldBe(ErrorCode.None);
        using ConsumerBench rangeOnly = new("group.consumer.assignors=range");
        rangeOnly.Join("a", assignor: "uniform").ErrorCode.ShouldBe(ErrorCode.UnsupportedAssignor);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a)(b")]
    [InlineData("(?=a)")]
    [InlineData(@"(a)\1")]
    public void What_is_no_regular_expression_is_refused(string regex) => _bench.Join("a", regex: regex).ErrorCode.ShouldBe(ErrorCode.InvalidRegularExpression);

    [Fact]
    public void The_protocol_can_be_switched_off()
    {
        using ConsumerBench off = new("group.coordinator.rebalance.protocols=classic");
        off.Join("a").ErrorCode.ShouldBe(ErrorCode.UnsupportedVersion);
        off.Groups.Shard.Groups.ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_written_has_not_happened()
    {
        _bench.Join("a");
        _bench.Groups.Log.Error = ErrorCode.CoordinatorNotAvailable;
        _bench.Join("b").ErrorCode.ShouldBe(ErrorCode.CoordinatorNotAvailable);
        _bench.Beat("a", -1).ErrorCode.ShouldBe(ErrorCode.CoordinatorNotAvailable);
        _bench.Group.Members.Keys.ShouldBe(["a"]);
        _bench.Beat("a", 2).ErrorCode.ShouldBe(ErrorCode.None, "nothing to write");

        // A session that ends meanwhile ends when it can be written.
        _bench.Groups.Advance(46_000);
        _bench.Group.Members.Keys.ShouldBe(["a"]);
        _bench.Groups.Log.Error = ErrorCode.None;
        _bench.Groups.Advance(1_000);
        _bench.Group.Members.ShouldBeEmpty();
    }
}
