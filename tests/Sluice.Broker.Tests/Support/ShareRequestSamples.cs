using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Support;

/// <summary>The part of <see cref="RequestSamples"/> that share groups ask for.</summary>
internal static class ShareRequestSamples
{
    // Without a wait, so that nobody waits for records.
    public static ShareFetchRequest Fetch(TestTopic topic)
    {
        ShareFetchRequest request = new() { GroupId = "group", MemberId = "stranger", MaxBytes = 1000, MaxRecords = 10, BatchSize = 10 };
        ShareFetchRequest.FetchTopic entry = request.Topics.Add();
        entry.TopicId = topic.Id;
        entry.Partitions.Add();
        ShareFetchRequest.ForgottenTopic forgotten = request.ForgottenTopicsData.Add();
        forgotten.TopicId = topic.Id;
        forgotten.Partitions.Add(1);
        return request;
    }

    public static ShareAcknowledgeRequest Acknowledge(TestTopic topic)
    {
        ShareAcknowledgeRequest request = new() { GroupId = "group", MemberId = "stranger", ShareSessionEpoch = 1 };
        ShareAcknowledgeRequest.AcknowledgeTopic entry = request.Topics.Add();
        entry.TopicId = topic.Id;
        ShareAcknowledgeRequest.AcknowledgementBatch batch = entry.Partitions.Add().AcknowledgementBatches.Add();
        batch.LastOffset = 1;
        batch.AcknowledgeTypes.Add(1);
        return request;
    }

    // Of a member that does not exist, and leaves: one bit makes no join of it.
    public static ShareGroupHeartbeatRequest Heartbeat(TestTopic topic) =>
        new() { GroupId = "shares", MemberId = "stranger", MemberEpoch = -1, RackId = "rack", SubscribedTopicNames = [topic.Name] };

    public static DescribeShareGroupOffsetsRequest DescribeOffsets(TestTopic topic)
    {
        DescribeShareGroupOffsetsRequest request = new();
        DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup group = request.Groups.Add();
        group.GroupId = "shares";
        group.Topics = [];
        DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic entry = group.Topics.Add();
        entry.TopicName = topic.Name;
        entry.Partitions.Add(0);
        return request;
    }

    // Of a partition that does not exist, so that no group is made.
    public static AlterShareGroupOffsetsRequest AlterOffsets(TestTopic topic)
    {
        AlterShareGroupOffsetsRequest request = new() { GroupId = "shares" };
        AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic entry = request.Topics.Add();
        entry.TopicName = topic.Name;
        entry.Partitions.Add().PartitionIndex = 99;
        return request;
    }

    public static DeleteShareGroupOffsetsRequest DeleteOffsets(TestTopic topic)
    {
        DeleteShareGroupOffsetsRequest request = new() { GroupId = "shares" };
        request.Topics.Add().TopicName = topic.Name;
        return request;
    }

    public static InitializeShareGroupStateRequest InitializeState(TestTopic topic)
    {
        InitializeShareGroupStateRequest request = new() { GroupId = "group" };
        InitializeShareGroupStateRequest.InitializeStateData entry = request.Topics.Add();
        entry.TopicId = topic.Id;
        entry.Partitions.Add().StartOffset = 0;
        return request;
    }

    public static ReadShareGroupStateRequest ReadState(TestTopic topic)
    {
        ReadShareGroupStateRequest request = new() { GroupId = "group" };
        ReadShareGroupStateRequest.ReadStateData entry = request.Topics.Add();
        entry.TopicId = topic.Id;
        entry.Partitions.Add();
        return request;
    }

    public static WriteShareGroupStateRequest WriteState(TestTopic topic)
    {
        WriteShareGroupStateRequest request = new() { GroupId = "group" };
        WriteShareGroupStateRequest.WriteStateData entry = request.Topics.Add();
        entry.TopicId = topic.Id;
        entry.Partitions.Add().StateBatches.Add().DeliveryState = 2;
        return request;
    }

    public static DeleteShareGroupStateRequest DeleteState(TestTopic topic)
    {
        DeleteShareGroupStateRequest request = new() { GroupId = "group" };
        DeleteShareGroupStateRequest.DeleteStateData entry = request.Topics.Add();
        entry.TopicId = topic.Id;
        entry.Partitions.Add();
        return request;
    }

    public static ReadShareGroupStateSummaryRequest ReadStateSummary(TestTopic topic)
    {
        ReadShareGroupStateSummaryRequest request = new() { GroupId = "group" };
        ReadShareGroupStateSummaryRequest.ReadStateSummaryData entry = request.Topics.Add();
        entry.TopicId = topic.Id;
        entry.Partitions.Add();
        return request;
    }
}
