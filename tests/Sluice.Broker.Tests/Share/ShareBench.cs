using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Share;

/// <summary>A broker with a topic of one partition and the state of a share group on it, which begins with the first record.</summary>
internal sealed class ShareBench : IAsyncDisposable
{
    public const string Group = "g";

    private int _stateEpoch;

    private ShareBench(TestBroker broker, KafkaConnection producer, TestTopic topic)
    {
        Broker = broker;
        Producer = producer;
        Topic = topic;
    }

    public TestBroker Broker { get; }

    public KafkaConnection Producer { get; private set; }

    public TestTopic Topic { get; }

    public static async Task<ShareBench> StartAsync(params string[] settings)
    {
        TestBroker broker = await TestBroker.StartAsync(["share.coordinator.state.topic.num.partitions=2", .. settings]);
        KafkaConnection producer = await broker.ConnectAsync();
        var bench = new ShareBench(broker, producer, await producer.CreateTopicAsync("records", partitions: 2));
        await bench.InitializeAsync(startOffset: 0);
        await bench.InitializeAsync(startOffset: 0, partition: 1);
        return bench;
    }

    /// <summary>What the group's coordinator does when the group sees the partition for the first time, or begins it anew.</summary>
    public async Task InitializeAsync(long startOffset, int partition = 0)
    {
        InitializeShareGroupStateRequest request = new() { GroupId = Group };
        InitializeShareGroupStateRequest.InitializeStateData topic = request.Topics.Add();
        topic.TopicId = Topic.Id;
        InitializeShareGroupStateRequest.PartitionData entry = topic.Partitions.Add();
        entry.Partition = partition;
        entry.StateEpoch = ++_stateEpoch;
        entry.StartOffset = startOffset;
        ErrorCode error = ErrorCode.None;
        await Broker.AdvanceUntilAsync(TimeSpan.Zero, async () =>
        {
            error = (await Producer.SendAsync(request)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode;
            return error != ErrorCode.CoordinatorLoadInProgress;
        });
        error.ShouldBe(ErrorCode.None);
    }

    /// <summary>What is stored of a partition.</summary>
    public async Task<ReadShareGroupStateResponse.PartitionResult> StateAsync(int partition = 0)
    {
        ReadShareGroupStateRequest request = new() { GroupId = Group };
        ReadShareGroupStateRequest.ReadStateData topic = request.Topics.Add();
        topic.TopicId = Topic.Id;
        topic.Partitions.Add().Partition = partition;
        return (await Producer.SendAsync(request)).Results.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();
    }

    /// <summary>Appends batches of so many records.</summary>
    public async Task AppendAsync(params int[] recordCounts)
    {
        foreach (int count in recordCounts) await Producer.AppendAsync(Topic, [.. Enumerable.Range(0, count).Select(static i => $"r{i}")]);
    }

    /// <summary>A member with a connection of its own.</summary>
    public async Task<ShareMember> JoinAsync(string memberId = "m") => new(this, await Broker.ConnectAsync(memberId), memberId);

    public async Task RestartAsync()
    {
        await Broker.RestartAsync();
        Producer = await Broker.ConnectAsync();

        // Until the coordinator has read its log.
        await Broker.AdvanceUntilAsync(TimeSpan.Zero, async () => (await StateAsync()).ErrorCode != ErrorCode.CoordinatorLoadInProgress && (await StateAsync(1)).ErrorCode != ErrorCode.CoordinatorLoadInProgress);
    }

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
