using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Log.Storage;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Batches = Sluice.Broker.Tests.Support.Batches;

namespace Sluice.Broker.Tests.Storage;

/// <summary>Logs that cannot be made, and a disk that fails: what clients are told, and what goes on.</summary>
public class LogStorageTests
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private readonly FaultyFileIo _io = new();

    [Theory]
    [InlineData("No space left on device", 28)]
    [InlineData("Too many open files", 24)]
    [InlineData("Cannot allocate memory", 12)]
    public async Task A_topic_without_room_is_told_of_and_its_partitions_come_when_there_is_room(string message, int errno)
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic other = await connection.CreateTopicAsync("other");
        _io.Fails = call => call == nameof(IFileIo.Open);
        _io.Failure = new IOException(message, errno);

        CreateTopicsResponse.CreatableTopicResult created = await connection.TryCreateTopicAsync("events", partitions: 2);
        created.ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        created.ErrorMessage.ShouldNotBeNull().ShouldContain("partition 0");
        TestTopic events = new("events", created.TopicId);
        (await connection.ProduceAsync(events, Batches.Of("a"))).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await connection.FetchAsync(events, 0)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await connection.ListOffsetsAsync(events, -1)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await OfflineReplicasAsync(connection, "events")).ShouldBe([1, 1]);

        // What is there goes on: it needs no new file.
        await connection.AppendAsync(other, "b");
        (await connection.ReadAllAsync(other)).ShouldBe(["b"]);
        (await OfflineReplicasAsync(connection, "other")).ShouldBe([0]);

        // An attempt while there is still no room changes nothing, and is not logged again.
        broker.Time.Advance(RetryInterval);
        broker.Time.Advance(RetryInterval);
        _io.Failure = null;
        await broker.AdvanceUntilAsync(RetryInterval, async () => (await connection.ProduceAsync(events, Batches.Of("a"))).ErrorCode == ErrorCode.None);
        (await connection.ReadAllAsync(events)).ShouldBe(["a"]);
        (await OfflineReplicasAsync(connection, "events")).ShouldBe([0, 0]);
        broker.Log.Errors.Count(static logged => logged.Name == "PartitionOffline").ShouldBe(2);
        broker.Log.Events.Count(static logged => logged.Name == "PartitionOnline").ShouldBe(2);
        (await connection.TryCreateTopicAsync("events")).ErrorCode.ShouldBe(ErrorCode.TopicAlreadyExists);
    }

    [Fact]
    public async Task Added_partitions_without_room_are_told_of_and_those_before_them_go_on()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic events = await connection.CreateTopicAsync("events");
        _io.Fails = call => call == nameof(IFileIo.Open);
        _io.Failure = FaultyFileIo.DiskFull;

        CreatePartitionsResponse.CreatePartitionsTopicResult result = await AddPartitionsAsync(connection, "events", 3);
        result.ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        result.ErrorMessage.ShouldNotBeNull().ShouldContain("partition 1");
        await connection.AppendAsync(events, "a");
        (await connection.ProduceAsync(events, Batches.Of("b"), partition: 2)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);

        _io.Failure = null;
        await broker.AdvanceUntilAsync(RetryInterval, async () => (await connection.ProduceAsync(events, Batches.Of("b"), partition: 2)).ErrorCode == ErrorCode.None);
        (await connection.ReadAllAsync(events)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_name_that_something_else_has_stops_that_partition_alone()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic other = await connection.CreateTopicAsync("other");
        string inTheWay = Path.Combine(broker.DataDirectory, "events-0");
        await File.WriteAllTextAsync(inTheWay, "", TestContext.Current.CancellationToken);

        CreateTopicsResponse.CreatableTopicResult created = await connection.TryCreateTopicAsync("events");
        created.ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        await connection.AppendAsync(other, "a");

        File.Delete(inTheWay);
        TestTopic events = new("events", created.TopicId);
        await broker.AdvanceUntilAsync(RetryInterval, async () => (await connection.ProduceAsync(events, Batches.Of("b"))).ErrorCode == ErrorCode.None);
    }

    [Fact]
    public async Task A_disk_that_fails_takes_the_directory_out_of_use_until_a_restart()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic other = await connection.CreateTopicAsync("other");
        await connection.AppendAsync(other, "before");
        _io.Failure = FaultyFileIo.Broken;
        CreateTopicsResponse.CreatableTopicResult created = await connection.TryCreateTopicAsync("events");
        created.ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        _io.Failure = null;

        // Nobody is told anything that may be wrong, the metadata goes on, and every answer is the one error that clients repeat.
        (await connection.ProduceAsync(other, Batches.Of("refused"))).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await connection.FetchAsync(other, 0)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await connection.FetchAsync(other, 1)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError, "at the end of the log too, where a fetch could wait");
        foreach (long timestamp in new long[] { -1, -2, -3, 0 })
            (await connection.ListOffsetsAsync(other, timestamp)).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await connection.TryCreateTopicAsync("more")).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await connection.SendAsync(new DescribeLogDirsRequest { Topics = null })).Results.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        (await OfflineReplicasAsync(connection, "other")).ShouldBe([1]);

        await broker.RestartAsync();
        connection = await broker.ConnectAsync();
        broker.Server.Recovery.WasClean.ShouldBeFalse();
        (await connection.ReadAllAsync(other)).ShouldBe(["before"]);
        await connection.AppendAsync(new TestTopic("events", created.TopicId), "after");
        (await OfflineReplicasAsync(connection, "more")).ShouldBe([0]);
    }

    [Fact]
    public async Task A_fetch_that_waits_when_the_disk_fails_is_told_at_its_deadline()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        KafkaConnection waiting = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        request.MaxWaitMs = 1000;
        Task<FetchResponse> fetched = waiting.SendAsync(request);
        await broker.UntilParkedAsync();
        _io.Failure = FaultyFileIo.Broken;
        (await connection.ProduceAsync(topic, Batches.Of("a"))).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);

        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => Task.FromResult(fetched.IsCompleted));
        (await fetched).Single().ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
    }

    private async Task<TestBroker> StartAsync()
    {
        TestBroker broker = await TestBroker.StartAsync(options => options.AdjustLogs = logs => logs.FileIo = _io, "node.id=1");
        broker.ExpectErrors();
        return broker;
    }

    /// <summary>How many offline replicas each partition of a topic has.</summary>
    private static async Task<List<int>> OfflineReplicasAsync(KafkaConnection connection, string name)
    {
        MetadataRequest request = new() { Topics = [], AllowAutoTopicCreation = false };
        request.Topics.Add().Name = name;
        MetadataResponse.MetadataResponseTopic topic = (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem();
        topic.ErrorCode.ShouldBe(ErrorCode.None);
        return [.. topic.Partitions.Select(static partition => partition.OfflineReplicas.Count)];
    }

    private static async Task<CreatePartitionsResponse.CreatePartitionsTopicResult> AddPartitionsAsync(KafkaConnection connection, string name, int count)
    {
        CreatePartitionsRequest request = new();
        CreatePartitionsRequest.CreatePartitionsTopic topic = request.Topics.Add();
        topic.Name = name;
        topic.Count = count;
        topic.Assignments = null;
        return (await connection.SendAsync(request)).Results.ShouldHaveSingleItem();
    }
}
