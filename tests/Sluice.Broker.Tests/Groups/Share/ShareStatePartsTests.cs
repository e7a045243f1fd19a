using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Share;

/// <summary>Which partitions of a share group have state, whatever topics, the store and restarts do.</summary>
public sealed class ShareStatePartsTests : IDisposable
{
    private readonly ShareGroupBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void State_is_ordered_once()
    {
        _bench.Beat("a", 0, ["t"]);
        _bench.Beat("b", 0, ["t"]);
        _bench.Beat("a", 2);
        _bench.Text(_bench.Group.State.Initializing).ShouldBe("t0 t1 t2 t3");
        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Store.CallCount.ShouldBe(4);
        _bench.Group.State.Initializing.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void An_order_without_an_answer_is_repeated_after_a_while()
    {
        using ShareGroupBench bench = new("group.share.initialize.retry.interval.ms=1000");
        bench.Beat("a", 0, ["t"]);
        bench.Groups.Advance(999);
        bench.Beat("a", 2);
        bench.Groups.Advance(1);
        bench.Beat("a", 2);
        bench.Groups.RunBackground().ShouldBe(2);
        bench.Stored().ShouldBe("t0 t1 t2 t3");
        bench.Text(bench.Group.State.Initialized).ShouldBe("t0 t1 t2 t3");
    }

    [Fact]
    public void A_store_that_refuses_is_asked_again_at_the_next_heartbeat()
    {
        _bench.Store.Error = ErrorCode.UnknownServerError;
        _bench.Join("a");
        (_bench.Group.State.Initializing.Count, _bench.Group.State.Initialized.Count).ShouldBe((0, 0));
        _bench.Store.Error = ErrorCode.None;
        ShareGroupHeartbeatResponse quiet = _bench.Beat("a", 2);
        (quiet.MemberEpoch, quiet.Assignment).ShouldBe((2, null));
        _bench.Groups.RunBackground();
        _bench.Assigned(_bench.Beat("a", 2)).ShouldBe("t0 t1 t2 t3");
    }

    [Fact]
    public void Added_partitions_get_state_and_are_assigned()
    {
        _bench.Settle("a");
        _bench.Groups.SetTopics(("t", 6), ("u", 2));
        ShareGroupHeartbeatResponse first = _bench.Beat("a", 3);
        (first.MemberEpoch, first.Assignment).ShouldBe((4, null), "there is a new epoch, and nothing new that has state");
        _bench.Text(_bench.Group.State.Initializing).ShouldBe("t4 t5");
        _bench.Groups.RunBackground();
        _bench.Store.CallCount.ShouldBe(6, "the others keep their state");
        _bench.Assigned(_bench.Beat("a", 4)).ShouldBe("t0 t1 t2 t3 t4 t5");
    }

    [Fact]
    public void A_topic_that_is_deleted_is_forgotten_and_one_that_is_made_is_found()
    {
        _bench.Beat("a", 0, ["t", "later"]);
        _bench.Groups.RunBackground();
        _bench.Beat("a", 2);
        _bench.Groups.SetTopics(("later", 1));
        _bench.Group.State.Initialized.IsEmpty.ShouldBeTrue();
        ShareGroupHeartbeatResponse told = _bench.Beat("a", 3);
        (told.MemberEpoch, _bench.Assigned(told)).ShouldBe((4, ""));
        _bench.Groups.RunBackground();
        _bench.Assigned(_bench.Beat("a", 4)).ShouldBe("later0");

        _bench.Groups.SetTopics(("t", 1));
        _bench.Groups.SetTopics(("t", 1), ("later", 2));
        _bench.Beat("a", 5);
        _bench.Groups.RunBackground();
        _bench.Assigned(_bench.Beat("a", 6)).ShouldBe("later0 later1 t0", "a topic of the same name is another topic");
    }

    [Fact]
    public void A_topic_that_goes_while_its_state_is_ordered_leaves_nothing_behind()
    {
        _bench.Beat("a", 0, ["t", "u"]);
        _bench.Store.Meanwhile = () => _bench.Groups.SetTopics(("u", 2));
        _bench.Groups.RunBackground();
        _bench.Text(_bench.Group.State.Initialized).ShouldBe("u0 u1");
        _bench.Stored().ShouldBe("u0 u1");
    }

    [Fact]
    public void A_group_that_goes_while_its_state_is_ordered_leaves_nothing_behind()
    {
        _bench.Beat("a", 0, ["t"]);
        _bench.Beat("a", -1);
        _bench.Store.Meanwhile = () =>
        {
            _bench.Groups.Shard.Share.BeginDeleteGroup(_bench.Group, out _).ShouldBe(ErrorCode.None);
            _bench.Groups.Shard.Share.FinishDelete("g", Enumerable.Range(0, 4).ToDictionary(partition => (_bench.Id("t"), partition), static _ => ErrorCode.None)).ShouldBe(ErrorCode.None);
            _bench.Groups.Shard.Delete("g").ShouldBe(ErrorCode.None);
        };
        _bench.Groups.RunBackground();
        _bench.Groups.Shard.Groups.ShouldBeEmpty();
        _bench.Stored().ShouldBe("");
    }

    [Fact]
    public void An_interrupted_order_is_taken_up_again_after_a_restart()
    {
        _bench.Beat("a", 0, ["t"]);
        _bench.Groups.DropBackground();
        _bench.Groups.Restart();
        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Stored().ShouldBe("t0 t1 t2 t3");
        _bench.Assigned(_bench.Beat("a", 2)).ShouldBe("t0 t1 t2 t3");
    }

    [Fact]
    public void An_interrupted_deletion_is_taken_up_again_after_a_restart()
    {
        _bench.Settle("a");
        _bench.Beat("a", -1);
        DeleteOffsets("t").ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Stored().ShouldBe("t0 t1 t2 t3");
        _bench.Groups.Restart();
        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Stored().ShouldBe("");
        _bench.Group.HasState.ShouldBeFalse();
    }

    [Fact]
    public void A_topic_that_went_during_a_restart_is_forgotten()
    {
        _bench.Settle("a");
        _bench.Groups.RestartWithTopics(("u", 2));
        _bench.Group.HasState.ShouldBeFalse();
        _bench.Assigned(_bench.Beat("a", 3)).ShouldBe("");
    }

    [Fact]
    public void A_deletion_that_fails_is_tried_again_and_nothing_is_begun_meanwhile()
    {
        _bench.Settle("a");
        _bench.Beat("a", -1);
        DeleteOffsets("t").ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Shard.Share.FinishDelete("g", new() { [(_bench.Id("t"), 0)] = ErrorCode.UnknownServerError, [(_bench.Id("t"), 1)] = ErrorCode.None }).ShouldBe(ErrorCode.UnknownServerError);
        _bench.Group.State.Deleting.ShouldBe([_bench.Id("t")]);

        ShareGroupHeartbeatResponse joined = _bench.Join("a");
        _bench.Assigned(joined).ShouldBe("");
        _bench.Group.State.Initializing.IsEmpty.ShouldBeTrue();
        _bench.Groups.Advance(30_000);
        _bench.Groups.RunBackground().ShouldBe(1);
        _bench.Stored().ShouldBe("");
        _bench.Beat("a", joined.MemberEpoch);
        _bench.Groups.RunBackground();
        _bench.Assigned(_bench.Beat("a", _bench.Member("a").Epoch)).ShouldBe("t0 t1 t2 t3");
    }

    [Fact]
    public void Only_what_can_be_deleted_is()
    {
        _bench.Settle("a");
        DeleteOffsets("t").ErrorCode.ShouldBe(ErrorCode.NonEmptyGroup);
        _bench.Groups.Shard.Delete("g").ShouldBe(ErrorCode.NonEmptyGroup);
        _bench.Beat("a", -1);
        _bench.Groups.Shard.Delete("g").ShouldBe(ErrorCode.NonEmptyGroup, "its state goes first");
        DeleteShareGroupOffsetsResponse answer = DeleteOffsets("u", "none");
        answer.ErrorCode.ShouldBe(ErrorCode.None);
        answer.Responses.Select(static topic => topic.ErrorCode).ShouldBe([ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition]);
        DeleteOffsets("t").Responses.ShouldHaveSingleItem().TopicId.ShouldBe(_bench.Id("t"));
    }

    private DeleteShareGroupOffsetsResponse DeleteOffsets(params string[] topics)
    {
        DeleteShareGroupOffsetsRequest request = new() { GroupId = "g" };
        foreach (string topic in topics) request.Topics.Add().TopicName = topic;
        DeleteShareGroupOffsetsResponse response = new();
        _bench.Groups.Shard.Share.BeginDeleteOffsets(request, response);
        return response;
    }
}
