using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Share;

/// <summary>Share groups as members and operators see them, with the share coordinator behind: from the first heartbeat to the deletion of the group.</summary>
public sealed class ShareGroupApiTests : IAsyncLifetime
{
    private TestBroker _broker = null!;
    private KafkaConnection _connection = null!;
    private TestTopic _topic = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync("share.coordinator.state.topic.num.partitions=3", "offsets.topic.num.partitions=2", "group.share.assignment.interval.ms=0");
        _connection = await _broker.ConnectAsync();
        _topic = await _connection.CreateTopicAsync("t", partitions: 2);
        await _connection.AppendAsync(_topic, "a", "b", "c");
        await FindCoordinatorAsync();
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task A_member_is_assigned_what_has_state_and_operators_see_it()
    {
        int epoch = await JoinUntilAssignedAsync("m");
        ShareGroupDescribeRequest describe = new() { GroupIds = ["g", "none"], IncludeAuthorizedOperations = true };
        MessageList<ShareGroupDescribeResponse.DescribedGroup> groups = (await _connection.SendAsync(describe)).Groups;
        (groups[0].ErrorCode, groups[0].GroupState, groups[0].GroupEpoch, groups[0].AssignmentEpoch).ShouldBe((ErrorCode.None, "Stable", epoch, epoch));
        groups[0].Members.ShouldHaveSingleItem().Assignment.TopicPartitions.ShouldHaveSingleItem().Partitions.ShouldBe([0, 1]);
        groups[0].AuthorizedOperations.ShouldNotBe(int.MinValue);
        (groups[1].ErrorCode, groups[1].GroupId).ShouldBe((ErrorCode.GroupIdNotFound, "none"));

        (await DescribeOffsetsAsync(null)).ShouldBe("t0:-1/-1:None t1:-1/-1:None", "where it starts is decided when it first reads");
        (await AlterAsync("t", 0, 1)).ShouldBe(ErrorCode.NonEmptyGroup);
        (await DeleteOffsetsAsync("t")).ShouldBe(ErrorCode.NonEmptyGroup);
        (await DeleteGroupAsync()).ShouldBe(ErrorCode.NonEmptyGroup);
    }

    [Fact]
    public async Task Offsets_are_set_for_a_group_that_nobody_is_in_and_last()
    {
        (await AlterAsync("t", 0, 1)).ShouldBe(ErrorCode.None);
        (await DescribeOffsetsAsync(null)).ShouldBe("t0:1/2:None");
        (await AlterAsync("t", 7, 1)).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        (await AlterAsync("none", 0, 1)).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        await RestartAsync();
        (await DescribeOffsetsAsync([("t", [0, 1]), ("none", [3])])).ShouldBe("t0:1/2:None t1:-1/-1:None none3:-1/-1:None");
        ListGroupsRequest list = new() { TypesFilter = ["share"] };
        ListGroupsResponse.ListedGroup listed = (await _connection.SendAsync(list)).Groups.ShouldHaveSingleItem();
        (listed.GroupId, listed.GroupType, listed.GroupState, listed.ProtocolType).ShouldBe(("g", "share", "Empty", "share"));
    }

    [Fact]
    public async Task Deleted_offsets_are_gone_from_group_and_store()
    {
        await AlterAsync("t", 0, 1);
        (await DeleteOffsetsAsync("none")).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        (await DeleteOffsetsAsync("t")).ShouldBe(ErrorCode.None);
        (await DescribeOffsetsAsync(null)).ShouldBe("");
        (await DeleteOffsetsAsync("t")).ShouldBe(ErrorCode.UnknownTopicOrPartition);
        (await ReadStateAsync(0)).ShouldBe(ErrorCode.InvalidRequest, "nothing was begun");
    }

    [Fact]
    public async Task A_deleted_group_takes_its_state_along()
    {
        int epoch = await JoinUntilAssignedAsync("m");
        (await ReadStateAsync(1)).ShouldBe(ErrorCode.None);
        (await BeatAsync("m", -1)).ErrorCode.ShouldBe(ErrorCode.None);
        (await DeleteGroupAsync()).ShouldBe(ErrorCode.None);
        (await DeleteGroupAsync()).ShouldBe(ErrorCode.GroupIdNotFound);
        (await ReadStateAsync(1)).ShouldBe(ErrorCode.InvalidRequest);
        await RestartAsync();
        (await BeatAsync("m", epoch)).ErrorCode.ShouldBe(ErrorCode.GroupIdNotFound);
    }

    private async Task RestartAsync()
    {
        await _broker.RestartAsync();
        _connection = await _broker.ConnectAsync();
        await FindCoordinatorAsync();
    }

    private async Task FindCoordinatorAsync()
    {
        await _connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["g"] });
        await _broker.AdvanceUntilAsync(TimeSpan.Zero, async () => (await _connection.SendAsync(new ListGroupsRequest())).ErrorCode == ErrorCode.None);
    }

    private async Task<ShareGroupHeartbeatResponse> BeatAsync(string memberId, int epoch) =>
        await _connection.SendAsync(new ShareGroupHeartbeatRequest { GroupId = "g", MemberId = memberId, MemberEpoch = epoch, SubscribedTopicNames = epoch == 0 ? ["t"] : null });

    // The store is made for the first who needs it, and takes a moment.
    private async Task<int> JoinUntilAssignedAsync(string memberId)
    {
        ShareGroupHeartbeatResponse response = await BeatAsync(memberId, 0);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        await _broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), async () =>
        {
            response = await BeatAsync(memberId, response.MemberEpoch);
            response.ErrorCode.ShouldBe(ErrorCode.None);
            return response.Assignment is { TopicPartitions.Count: > 0 };
        });
        response.Assignment!.TopicPartitions.ShouldHaveSingleItem().Partitions.ShouldBe([0, 1]);
        return response.MemberEpoch;
    }

    private async Task<TResponse> UntilAnsweredAsync<TResponse>(Task<TResponse> answer)
    {
        await _broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => Task.FromResult(answer.IsCompleted));
        return await answer;
    }

    private async Task<ErrorCode> AlterAsync(string topic, int partition, long offset)
    {
        AlterShareGroupOffsetsRequest request = new() { GroupId = "g" };
        AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic entry = request.Topics.Add();
        entry.TopicName = topic;
        AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition altered = entry.Partitions.Add();
        altered.PartitionIndex = partition;
        altered.StartOffset = offset;
        AlterShareGroupOffsetsResponse response = await UntilAnsweredAsync(_connection.SendAsync(request));
        return response.ErrorCode == ErrorCode.None ? response.Responses.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode : response.ErrorCode;
    }

    private async Task<ErrorCode> DeleteOffsetsAsync(string topic)
    {
        DeleteShareGroupOffsetsRequest request = new() { GroupId = "g" };
        request.Topics.Add().TopicName = topic;
        DeleteShareGroupOffsetsResponse response = await UntilAnsweredAsync(_connection.SendAsync(request));
        return response.ErrorCode == ErrorCode.None ? response.Responses.ShouldHaveSingleItem().ErrorCode : response.ErrorCode;
    }

    private async Task<ErrorCode> DeleteGroupAsync() =>
        (await UntilAnsweredAsync(_connection.SendAsync(new DeleteGroupsRequest { GroupsNames = ["g"] }))).Results.ShouldHaveSingleItem().ErrorCode;

    // Start offset, lag and error of each partition.
    private async Task<string> DescribeOffsetsAsync((string Topic, int[] Partitions)[]? topics)
    {
        DescribeShareGroupOffsetsRequest request = new();
        DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup group = request.Groups.Add();
        group.GroupId = "g";
        group.Topics = topics is null ? null : [];
        foreach ((string topic, int[] partitions) in topics ?? [])
        {
            DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic entry = group.Topics!.Add();
            entry.TopicName = topic;
            entry.Partitions.AddRange(partitions);
        }
        DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup answer = (await UntilAnsweredAsync(_connection.SendAsync(request))).Groups.ShouldHaveSingleItem();
        answer.ErrorCode.ShouldBe(ErrorCode.None);
        return string.Join(' ', answer.Topics.SelectMany(static topic => topic.Partitions.Select(
            partition => $"{topic.TopicName}{partition.PartitionIndex}:{partition.StartOffset}/{partition.Lag}:{partition.ErrorCode}")));
    }

    private async Task<ErrorCode> ReadStateAsync(int partition)
    {
        ReadShareGroupStateRequest request = new() { GroupId = "g" };
        ReadShareGroupStateRequest.ReadStateData entry = request.Topics.Add();
        entry.TopicId = _topic.Id;
        entry.Partitions.Add().Partition = partition;
        return (await _connection.SendAsync(request)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode;
    }
}
