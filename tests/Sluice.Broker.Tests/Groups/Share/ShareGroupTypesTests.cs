using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Classic;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups.Share;

/// <summary>What the APIs of one type of group answer for a group of another.</summary>
public sealed class ShareGroupTypesTests : IDisposable
{
    private readonly ShareGroupBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_share_group_is_none_for_the_other_protocols()
    {
        _bench.Settle("a");
        _bench.Groups.Join().Response.ErrorCode.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _bench.Groups.Sync("a", 1).Response.ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Groups.Heartbeat("a", 3).ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Groups.Leave(members: [("a", null)]).Members.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.UnknownMemberId);
        _bench.Groups.Commit("t", 0, 5).ShouldBe(ErrorCode.GroupIdNotFound);
        _bench.Groups.Committed("t", 0).ShouldBe(-1);

        OffsetDeleteResponse deleted = new();
        _bench.Groups.Shard.Offsets.Delete(new OffsetDeleteRequest { GroupId = "g" }, deleted);
        deleted.ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);

        ConsumerGroupHeartbeatResponse consumer = new();
        ConsumerGroupHeartbeatRequest request = new() { GroupId = "g", MemberId = "c", MemberEpoch = 0, RebalanceTimeoutMs = 1000, SubscribedTopicNames = ["t"], TopicPartitions = new() };
        _bench.Groups.Shard.Consumer.Heartbeat(request, 1, new GroupClient("c", "/127.0.0.1"), mayDescribe: null, consumer);
        consumer.ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
        ConsumerGroupDescribeResponse.DescribedGroup described = new();
        _bench.Groups.Shard.Consumer.Describe("g", described);
        (described.ErrorCode, described.ErrorMessage).ShouldBe((ErrorCode.GroupIdNotFound, "Group g is not a consumer group."));
        DescribeGroupsResponse.DescribedGroup classic = new();
        _bench.Groups.Shard.Describe("g", 6, classic);
        (classic.ErrorCode, classic.GroupState).ShouldBe((ErrorCode.GroupIdNotFound, "Dead"));
        _bench.Group.Members.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_group_of_another_type_is_none_for_share_consumers_even_if_it_is_empty(bool isConsumerGroup)
    {
        GroupBench groups = new();
        if (isConsumerGroup) JoinConsumer(groups);
        else groups.Commit("t", 0, 5).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        groups.SetTopics(("t", 1));
        if (!isConsumerGroup) groups.Commit("t", 0, 5).ShouldBe(ErrorCode.None);
        ShareGroupHeartbeatResponse response = new();
        groups.Shard.Share.Heartbeat(new ShareGroupHeartbeatRequest { GroupId = "g", MemberId = "a", SubscribedTopicNames = ["t"] }, new GroupClient("", "/127.0.0.1"), response);
        (response.ErrorCode, response.ErrorMessage).ShouldBe((ErrorCode.GroupIdNotFound, "Group g is not a share group."));
        groups.Shard.Groups["g"].Type.ShouldBe(isConsumerGroup ? GroupType.Consumer : GroupType.Classic);

        ShareGroupDescribeResponse.DescribedGroup described = new();
        groups.Shard.Share.Describe("g", described);
        described.ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
        AlterShareGroupOffsetsResponse altered = new();
        groups.Shard.Share.BeginAlter(new AlterShareGroupOffsetsRequest { GroupId = "g" }, altered);
        altered.ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
    }

    [Fact]
    public void Records_of_another_type_that_are_older_are_replaced()
    {
        GroupBench groups = _bench.Groups;
        groups.SetTopics(("t", 1));
        groups.Commit("t", 0, 5).ShouldBe(ErrorCode.None);
        groups.Shard.Groups["g"].ShouldBeOfType<ClassicGroup>();
        groups.Log.Append([Coordinators.Groups.Share.ShareGroupRecords.Epoch("g", 4, 0)]);
        groups.Restart();
        (_bench.Group.Epoch, _bench.Group.Offsets.IsEmpty).ShouldBe((4, false));
        groups.Shard.Delete("g").ShouldBe(ErrorCode.None);
        groups.Shard.Groups.ShouldBeEmpty();
    }

    private static void JoinConsumer(GroupBench groups)
    {
        ConsumerGroupHeartbeatResponse response = new();
        ConsumerGroupHeartbeatRequest request = new() { GroupId = "g", MemberId = "c", MemberEpoch = 0, RebalanceTimeoutMs = 1000, SubscribedTopicNames = ["t"], TopicPartitions = new() };
        groups.Shard.Consumer.Heartbeat(request, 1, new GroupClient("c", "/127.0.0.1"), mayDescribe: null, response);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        groups.Shard.Consumer.Heartbeat(new ConsumerGroupHeartbeatRequest { GroupId = "g", MemberId = "c", MemberEpoch = -1 }, 1, new GroupClient("c", "/127.0.0.1"), mayDescribe: null, response);
        groups.Shard.Groups["g"].IsEmpty.ShouldBeTrue();
    }
}
