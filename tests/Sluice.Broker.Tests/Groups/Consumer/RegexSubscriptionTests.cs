using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>Subscriptions by pattern: matched beside the shard, and anew when topics are made.</summary>
public sealed class RegexSubscriptionTests : IDisposable
{
    private readonly ConsumerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_pattern_is_resolved_beside_the_shard()
    {
        ConsumerGroupHeartbeatResponse joined = _bench.Join("a", regex: "[tx]");
        (joined.MemberEpoch, _bench.Assigned(joined)).ShouldBe((1, ""), "answered with what is known");
        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Group.Regexes["[tx]"].Topics.ShouldBe(["t"]);
        ConsumerGroupHeartbeatResponse told = _bench.Beat("a", 1);
        (told.MemberEpoch, _bench.Assigned(told)).ShouldBe((2, "t0 t1 t2 t3"));
        _bench.Group.IsSubscribedTo("t").ShouldBeTrue();
        _bench.Group.IsSubscribedTo("u").ShouldBeFalse();

        ConsumerGroupHeartbeatResponse second = _bench.Join("b", ["u"], "[tx]");
        (second.MemberEpoch, _bench.Assigned(second)).ShouldBe((3, "u0 u1"), "a pattern that is known counts at once");
        _bench.Groups.RunBackground().ShouldBe(0);
    }

    [Fact]
    public void Names_match_as_a_whole()
    {
        _bench.Groups.SetTopics(("t", 1), ("tt", 1), ("t2", 1));
        _bench.Join("a", regex: "t|x");
        _bench.Groups.RunBackground();
        _bench.Group.Regexes["t|x"].Topics.ShouldBe(["t"]);
    }

    [Fact]
    public void New_topics_are_found_after_a_while()
    {
        _bench.Join("a", regex: "t.*");
        _bench.Groups.RunBackground();
        _bench.Beat("a", 1).MemberEpoch.ShouldBe(2);
        _bench.Groups.SetTopics(("t", 4), ("t2", 1));
        _bench.Beat("a", 2).MemberEpoch.ShouldBe(2);
        _bench.Groups.RunBackground().ShouldBe(0, "not twice in ten seconds");
        _bench.Groups.Advance(10_000);
        _bench.Beat("a", 2);
        _bench.Groups.RunBackground().ShouldBe(1);
        ConsumerGroupHeartbeatResponse told = _bench.Beat("a", 2);
        (told.MemberEpoch, told.Assignment!.TopicPartitions.Count).ShouldBe((3, 2));

        // Nothing new: the result is renewed after ten minutes, and changes nothing.
        for (int i = 0; i < 20; i++)
        {
            _bench.Groups.Advance(30_000);
            _bench.Beat("a", 3).MemberEpoch.ShouldBe(3);
        }
        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Beat("a", 3).MemberEpoch.ShouldBe(3);
    }

    [Fact]
    public void What_nobody_uses_any_more_is_forgotten()
    {
        _bench.Join("a", regex: "t");
        _bench.Join("b", regex: "t");
        _bench.Groups.RunBackground();
        _bench.Beat("a", -1);
        _bench.Group.Regexes.Keys.ShouldBe(["t"]);
        ConsumerGroupHeartbeatResponse changed = _bench.Beat("b", _bench.Member("b").Epoch, regex: "u");
        changed.ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Group.Regexes.ShouldBeEmpty();
        _bench.Groups.Advance(10_000);
        _bench.Beat("b", changed.MemberEpoch);
        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Group.Regexes.Keys.ShouldBe(["u"]);
        _bench.Beat("b", _bench.Member("b").Epoch, ["t"], regex: "").ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Group.Regexes.ShouldBeEmpty();
        _bench.Member("b").Regex.ShouldBeNull();
    }

    [Fact]
    public void A_group_that_is_gone_when_the_result_comes_stays_gone()
    {
        _bench.Join("a", regex: "t");
        _bench.Beat("a", -1);
        _bench.Groups.Shard.Delete("g").ShouldBe(ErrorCode.None);
        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Groups.Shard.Groups.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("t{1,3}", "tt", true)]
    [InlineData("(?i)T", "t", true)]
    [InlineData("t", "t\n", false)]
    [InlineData("a|t", "xt", false)]
    public void Patterns_are_those_of_RE2(string pattern, string name, bool matches) => (TopicPattern.TryCreate(pattern)!.Select([name]).Length == 1).ShouldBe(matches);

    [Fact]
    public void Endless_patterns_are_refused() => TopicPattern.TryCreate(new string('a', TopicPattern.LengthMax + 1)).ShouldBeNull();
}
