using Sluice.Broker.Coordinators.Groups;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>Committed offsets of groups of the consumer protocol: who may write and read them, and when they end.</summary>
public sealed class ConsumerOffsetTests : IDisposable
{
    private readonly ConsumerBench _bench = new("offsets.retention.minutes=60");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Commits_come_from_members()
    {
        _bench.Join("a");
        _bench.Groups.Commit("t", 0, 1, memberId: "a", generation: 2).ShouldBe(ErrorCode.None);
        _bench.Groups.Commit("t", 0, 2, memberId: "x", generation: 2).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Groups.Commit("t", 0, 2).ShouldBe(ErrorCode.UnknownMemberId, "an administrator, while there are members");
        _bench.Groups.Commit("t", 0, 2, memberId: "a", generation: 3).ShouldBe(ErrorCode.StaleMemberEpoch);
        _bench.Groups.Commit("t", 0, 2, memberId: "a", generation: 0).ShouldBe(ErrorCode.StaleMemberEpoch);
        _bench.Groups.Commit("t", 0, 2, memberId: "a", generation: 2, version: 8).ShouldBe(ErrorCode.UnsupportedVersion);
        _bench.Groups.Committed("t", 0).ShouldBe(1);
        _bench.Beat("a", -1);
        _bench.Groups.Commit("t", 0, 3).ShouldBe(ErrorCode.None, "nobody is in the group");
        _bench.Groups.Commit("t", 0, 4, group: "none", memberId: "a", generation: 2).ShouldBe(ErrorCode.GroupIdNotFound);
    }

    [Fact]
    public void A_commit_that_a_heartbeat_overtook_counts_for_what_the_member_kept()
    {
        _bench.Join("a");
        _bench.Join("b");
        string[] kept = _bench.Assigned(_bench.Beat("a", 2))!.Split(' ');
        int lost = Enumerable.Range(0, 4).First(partition => !kept.Contains($"t{partition}"));
        _bench.Groups.Commit("t", lost, 9, memberId: "a", generation: 2).ShouldBe(ErrorCode.None, "until it is given up");
        _bench.Beat("a", 2, owned: _bench.Set(string.Join(' ', kept))).MemberEpoch.ShouldBe(3);
        _bench.Groups.Commit("t", kept[0][1] - '0', 5, memberId: "a", generation: 2).ShouldBe(ErrorCode.None);
        _bench.Groups.Commit("t", lost, 10, memberId: "a", generation: 2).ShouldBe(ErrorCode.StaleMemberEpoch);
        _bench.Groups.Restart();
        _bench.Groups.Commit("t", kept[0][1] - '0', 6, memberId: "a", generation: 2).ShouldBe(ErrorCode.None, "the log tells it too");
        _bench.Beat("b", 3);
        _bench.Groups.Commit("t", lost, 11, memberId: "b", generation: 2).ShouldBe(ErrorCode.StaleMemberEpoch);
        _bench.Groups.Commit("t", lost, 11, memberId: "b", generation: 3).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void Classic_members_commit_in_their_generation()
    {
        _bench.Join("a");
        string classic = _bench.Groups.JoinNew().Response.MemberId;
        _bench.Groups.Commit("t", 0, 1, memberId: classic, generation: 3, version: 8).ShouldBe(ErrorCode.None);
        _bench.Groups.Commit("t", 0, 1, memberId: classic, generation: 4, version: 8).ShouldBe(ErrorCode.IllegalGeneration);
    }

    [Fact]
    public void Transactions_commit_as_members_or_as_nobody()
    {
        _bench.Join("a");
        _bench.Group.CheckCommit(new CommitIdentity("", null, -1, IsTransactional: true, 3)).ShouldBe(ErrorCode.None);
        _bench.Group.CheckCommit(new CommitIdentity("", "i", -1, IsTransactional: true, 3)).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Group.CheckCommit(new CommitIdentity("a", null, 2, IsTransactional: true, 3)).ShouldBe(ErrorCode.None, "its versions are others");
        _bench.Group.CheckCommit(new CommitIdentity("a", null, 3, IsTransactional: true, 3)).ShouldBe(ErrorCode.IllegalGeneration);
    }

    [Fact]
    public void Members_say_who_they_are_when_they_read()
    {
        _bench.Join("a");
        _bench.Groups.Fetch().ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Fetch(memberId: "a", memberEpoch: 2).ErrorCode.ShouldBe(ErrorCode.None);
        _bench.Groups.Fetch(memberId: "a", memberEpoch: 3).ErrorCode.ShouldBe(ErrorCode.StaleMemberEpoch);
        _bench.Groups.Fetch(memberId: "x", memberEpoch: 2).ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact]
    public void Offsets_of_topics_that_nobody_reads_expire()
    {
        _bench.Join("a");
        _bench.Groups.Commit("t", 0, 1, memberId: "a", generation: 2).ShouldBe(ErrorCode.None);
        _bench.Groups.Commit("u", 0, 2, memberId: "a", generation: 2).ShouldBe(ErrorCode.None);
        OffsetDeleteRequest request = new() { GroupId = "g" };
        OffsetDeleteRequest.OffsetDeleteRequestTopic topic = request.Topics.Add();
        topic.Name = "t";
        topic.Partitions.Add().PartitionIndex = 0;
        OffsetDeleteResponse response = new();
        _bench.Groups.Shard.Offsets.Delete(request, response);
        response.Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.GroupSubscribedToTopic);

        // An hour, and once more the ten minutes between two looks.
        for (int i = 0; i < 140; i++)
        {
            _bench.Groups.Advance(30_000);
            _bench.Beat("a", 2);
        }
        _bench.Groups.Committed("t", 0).ShouldBe(1);
        _bench.Groups.Committed("u", 0).ShouldBe(-1);
    }
}
