using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups;

/// <summary>Records that remove something, read back from a real log.</summary>
public sealed class TombstoneTests
{
    [Fact]
    public async Task What_was_removed_stays_removed_after_a_restart_and_the_rest_is_there()
    {
        await using TestBroker broker = await TestBroker.StartAsync("offsets.topic.num.partitions=1");
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("t");
        foreach (string group in new[] { "removed", "kept" }) (await CommitAsync(broker, connection, group, 5)).ShouldBe(ErrorCode.None);
        (await connection.SendAsync(new DeleteGroupsRequest { GroupsNames = ["removed"] })).Results.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        await broker.RestartAsync();

        connection = await broker.ConnectAsync();
        ListGroupsResponse groups = null!;
        await broker.AdvanceUntilAsync(TimeSpan.Zero, async () =>
        {
            groups = await connection.SendAsync(new ListGroupsRequest());
            return groups.ErrorCode == ErrorCode.None;
        });
        groups.Groups.ShouldHaveSingleItem().GroupId.ShouldBe("kept");
    }

    private static async Task<ErrorCode> CommitAsync(TestBroker broker, KafkaConnection connection, string group, long offset)
    {
        await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [group] });
        OffsetCommitRequest request = new() { GroupId = group };
        OffsetCommitRequest.OffsetCommitRequestTopic topic = request.Topics.Add();
        topic.Name = "t";
        topic.Partitions.Add().CommittedOffset = offset;
        ErrorCode error = ErrorCode.None;
        await broker.AdvanceUntilAsync(TimeSpan.Zero, async () =>
        {
            error = (await connection.SendAsync(request, version: 9)).Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode;
            return error != ErrorCode.CoordinatorLoadInProgress;
        });
        return error;
    }
}
