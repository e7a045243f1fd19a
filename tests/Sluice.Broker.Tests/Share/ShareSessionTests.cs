using Sluice.Broker.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Share;

/// <summary>Share sessions: which requests go on with which, and what happens to those that do not.</summary>
public sealed class ShareSessionTests
{
    [Fact]
    public async Task Epochs_are_counted_and_the_last_request_ends_the_session()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        ShareMember member = await bench.JoinAsync();
        (await member.SendFetchAsync(epoch: 1, partitions: [0])).ErrorCode.ShouldBe(ErrorCode.ShareSessionNotFound);
        (await member.SendFetchAsync(epoch: -1, partitions: [])).ErrorCode.ShouldBe(ErrorCode.ShareSessionNotFound);
        (await member.SendAcknowledgeAsync(epoch: 0, isRenew: false)).ErrorCode.ShouldBe(ErrorCode.InvalidShareSessionEpoch);
        (await member.SendFetchAsync(epoch: 0, partitions: [0])).ErrorCode.ShouldBe(ErrorCode.None);
        (await member.SendFetchAsync(epoch: 2, partitions: [])).ErrorCode.ShouldBe(ErrorCode.InvalidShareSessionEpoch);
        (await member.SendFetchAsync(epoch: 1, partitions: [])).ErrorCode.ShouldBe(ErrorCode.None);
        (await member.SendAcknowledgeAsync(epoch: 2, isRenew: false)).ErrorCode.ShouldBe(ErrorCode.None);
        (await member.SendAcknowledgeAsync(epoch: -1, isRenew: false)).ErrorCode.ShouldBe(ErrorCode.None);
        (await member.SendFetchAsync(epoch: 3, partitions: [])).ErrorCode.ShouldBe(ErrorCode.ShareSessionNotFound);
    }

    [Fact]
    public async Task A_new_session_takes_the_place_of_the_members_old_one()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        ShareMember member = await bench.JoinAsync();
        await bench.AppendAsync(1);
        await member.SendFetchAsync(epoch: 0, partitions: [1]);
        ShareFetchResponse response = await member.SendFetchAsync(epoch: 0, partitions: [0]);
        response.Responses.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().AcquiredRecords.ShouldHaveSingleItem();
        (await member.SendFetchAsync(epoch: 1, partitions: [])).Responses.ShouldBeEmpty();
    }

    [Fact]
    public async Task Requests_that_make_no_sense_are_refused()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        ShareMember member = await bench.JoinAsync();
        (await member.SendFetchAsync(epoch: -2, partitions: [0])).ErrorCode.ShouldBe(ErrorCode.ShareSessionNotFound);
        (await member.SendFetchAsync(epoch: 0, acknowledgements: (0, 0, [1]))).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        (await (await bench.JoinAsync("")).SendFetchAsync()).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        (await (await bench.JoinAsync(new string('m', 37))).SendFetchAsync()).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        ShareFetchRequest renewing = new() { GroupId = ShareBench.Group, MemberId = "m", IsRenewAck = true, MaxBytes = 1 };
        (await member.Connection.SendAsync(renewing)).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
    }

    [Fact]
    public async Task Too_many_sessions_are_refused_after_the_wait_that_the_client_asked_for()
    {
        await using ShareBench bench = await ShareBench.StartAsync("group.share.max.share.sessions=1", "group.share.max.size=1");
        ShareMember one = await bench.JoinAsync("one");
        ShareMember two = await bench.JoinAsync("two");
        (await one.SendFetchAsync()).ErrorCode.ShouldBe(ErrorCode.None);
        Task<ShareFetchResponse> refused = two.SendFetchAsync(epoch: 0, maxWaitMs: 500);
        await bench.Producer.SendAsync(new DescribeClusterRequest());
        refused.IsCompleted.ShouldBeFalse();
        await bench.Broker.AdvanceUntilAsync(TimeSpan.FromMilliseconds(100), () => Task.FromResult(refused.IsCompleted));
        (await refused).ErrorCode.ShouldBe(ErrorCode.ShareSessionLimitReached);
        await one.CloseAsync();
        (await two.SendFetchAsync(epoch: 0)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task Partitions_that_are_forgotten_are_fetched_no_more()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        ShareMember member = await bench.JoinAsync();
        await member.SendFetchAsync(partitions: [0, 1]);
        ShareFetchRequest request = new() { GroupId = ShareBench.Group, MemberId = "m", ShareSessionEpoch = 1, MaxBytes = 1000, MaxRecords = 10, BatchSize = 10 };
        ShareFetchRequest.ForgottenTopic forgotten = request.ForgottenTopicsData.Add();
        forgotten.TopicId = bench.Topic.Id;
        forgotten.Partitions.Add(0);
        await bench.AppendAsync(1);
        (await member.Connection.SendAsync(request)).Responses.ShouldBeEmpty();
    }
}
