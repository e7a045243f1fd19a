using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Share;

/// <summary>The share coordinator as its callers see it: by its own APIs, over a restart.</summary>
public sealed class ShareStateApiTests
{
    [Fact]
    public async Task What_one_leader_wrote_the_next_one_reads_after_a_restart()
    {
        await using TestBroker broker = await TestBroker.StartAsync("share.coordinator.state.topic.num.partitions=3");
        TestTopic topic;
        {
            KafkaConnection connection = await broker.ConnectAsync();
            topic = await connection.CreateTopicAsync("t", partitions: 2);
            FindCoordinatorRequest find = new() { KeyType = 2 };
            find.CoordinatorKeys.Add($"g:{topic.Id}:1");
            (await connection.SendAsync(find)).Coordinators.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                found => found.ErrorCode.ShouldBe(ErrorCode.None),
                found => found.Port.ShouldBe(broker.Endpoint.Port));

            InitializeShareGroupStateRequest begin = new() { GroupId = "g" };
            InitializeShareGroupStateRequest.InitializeStateData begun = begin.Topics.Add();
            begun.TopicId = topic.Id;
            foreach (int partition in new[] { 1, 7 })
            {
                InitializeShareGroupStateRequest.PartitionData data = begun.Partitions.Add();
                data.Partition = partition;
                data.StateEpoch = 2;
                data.StartOffset = 5;
            }
            InitializeShareGroupStateResponse.InitializeStateResult answer = null!;
            await broker.AdvanceUntilAsync(TimeSpan.Zero, async () =>
            {
                answer = (await connection.SendAsync(begin)).Results.ShouldHaveSingleItem();
                return answer.Partitions[0].ErrorCode != ErrorCode.CoordinatorLoadInProgress;
            });
            answer.Partitions.Select(static partition => partition.ErrorCode).ShouldBe([ErrorCode.None, ErrorCode.UnknownTopicOrPartition]);

            WriteShareGroupStateRequest write = new() { GroupId = "g" };
            WriteShareGroupStateRequest.WriteStateData written = write.Topics.Add();
            written.TopicId = topic.Id;
            WriteShareGroupStateRequest.PartitionData change = written.Partitions.Add();
            change.Partition = 1;
            change.StateEpoch = 2;
            change.StartOffset = 6;
            change.DeliveryCompleteCount = 4;
            WriteShareGroupStateRequest.StateBatch batch = change.StateBatches.Add();
            batch.FirstOffset = 8;
            batch.LastOffset = 11;
            batch.DeliveryState = 2;
            batch.DeliveryCount = 1;
            (await connection.SendAsync(write)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        }
        await broker.RestartAsync();

        KafkaConnection after = await broker.ConnectAsync();
        ReadShareGroupStateRequest read = new() { GroupId = "g" };
        ReadShareGroupStateRequest.ReadStateData asked = read.Topics.Add();
        asked.TopicId = topic.Id;
        asked.Partitions.Add().Partition = 1;
        ReadShareGroupStateResponse.PartitionResult state = null!;
        await broker.AdvanceUntilAsync(TimeSpan.Zero, async () =>
        {
            state = (await after.SendAsync(read)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();
            return state.ErrorCode != ErrorCode.CoordinatorLoadInProgress;
        });
        state.ShouldSatisfyAllConditions(
            each => each.ErrorCode.ShouldBe(ErrorCode.None),
            each => each.StateEpoch.ShouldBe(2),
            each => each.StartOffset.ShouldBe(6),
            each => each.StateBatches.ShouldHaveSingleItem().LastOffset.ShouldBe(11));

        ReadShareGroupStateSummaryRequest summarize = new() { GroupId = "g" };
        ReadShareGroupStateSummaryRequest.ReadStateSummaryData summarized = summarize.Topics.Add();
        summarized.TopicId = topic.Id;
        summarized.Partitions.Add().Partition = 1;
        (await after.SendAsync(summarize)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().DeliveryCompleteCount.ShouldBe(4);

        DeleteShareGroupStateRequest delete = new() { GroupId = "g" };
        DeleteShareGroupStateRequest.DeleteStateData deleted = delete.Topics.Add();
        deleted.TopicId = topic.Id;
        deleted.Partitions.Add().Partition = 1;
        (await after.SendAsync(delete)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        (await after.SendAsync(read)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
    }
}
