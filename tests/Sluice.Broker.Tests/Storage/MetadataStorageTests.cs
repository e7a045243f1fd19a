using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Metadata.Local;
using Sluice.Metadata.Tests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Storage;

/// <summary>Changes that the metadata store cannot keep: none of them happens, each is told, and records flow on.</summary>
public class MetadataStorageTests
{
    private readonly FaultyFiles _files = new() { WrittenShare = 0.5 };

    [Fact]
    public async Task Changes_are_refused_while_the_disk_is_full_and_made_when_there_is_room()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        _files.Fails = call => call == nameof(IMetadataFiles.Write);
        _files.Failure = FaultyFiles.DiskFull;

        foreach (Func<Task<ErrorCode>> change in Changes(connection)) (await change()).ShouldBe(ErrorCode.KafkaStorageError);
        (await connection.SendAsync(new InitProducerIdRequest { TransactionalId = null })).ErrorCode
            .ShouldBe(ErrorCode.CoordinatorLoadInProgress, "the one that every producer repeats");
        broker.Server.TopicCount.ShouldBe(1);
        await connection.AppendAsync(topic, "b");
        (await connection.ReadAllAsync(topic)).ShouldBe(["a", "b"]);

        _files.Failure = null;
        foreach (Func<Task<ErrorCode>> change in Changes(connection)) (await change()).ShouldBe(ErrorCode.None);
        (await connection.SendAsync(new InitProducerIdRequest { TransactionalId = null })).ErrorCode.ShouldBe(ErrorCode.None);
        await broker.RestartAsync();
        broker.Server.TopicCount.ShouldBe(1, "'more' was made and 'events' removed");
        broker.Log.Errors.ShouldAllBe(static logged => logged.Name == "StorageRefused");
    }

    [Fact]
    public async Task A_topic_that_is_made_on_demand_is_refused_alone()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("there");
        _files.Failure = FaultyFiles.DiskFull;
        _files.Fails = call => call == nameof(IMetadataFiles.Write);
        MetadataRequest request = new() { Topics = [], AllowAutoTopicCreation = true };
        foreach (string name in new[] { "wanted", "there" }) request.Topics.Add().Name = name;

        MetadataResponse response = await connection.SendAsync(request);
        response.Topics.Select(static topic => (topic.Name, topic.ErrorCode, topic.Partitions.Count))
            .ShouldBe([("wanted", ErrorCode.KafkaStorageError, 0), ("there", ErrorCode.None, 1)]);

        _files.Failure = null;
        response = await connection.SendAsync(request);
        response.Topics.Select(static topic => (topic.Name, topic.ErrorCode, topic.Partitions.Count))
            .ShouldBe([("wanted", ErrorCode.None, 1), ("there", ErrorCode.None, 1)]);
    }

    [Fact]
    public async Task After_a_failed_flush_nothing_can_be_changed_but_records_flow_on_until_a_restart()
    {
        await using TestBroker broker = await StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        _files.Failure = FaultyFiles.Broken;
        _files.Fails = call => call == nameof(IMetadataFiles.Flush);
        (await connection.TryCreateTopicAsync("more")).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        _files.Failure = null;

        (await connection.TryCreateTopicAsync("still-not")).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        await connection.AppendAsync(topic, "a");
        (await connection.ReadAllAsync(topic)).ShouldBe(["a"]);

        await broker.RestartAsync();
        connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(topic)).ShouldBe(["a"]);
        await connection.CreateTopicAsync("still-not");
    }

    private async Task<TestBroker> StartAsync()
    {
        TestBroker broker = await TestBroker.StartAsync(options => options.AdjustMetadata = metadata => metadata.Files = _files);
        broker.ExpectErrors();
        return broker;
    }

    /// <summary>One of every change that an administrator makes; each tells one outcome.</summary>
    private static IEnumerable<Func<Task<ErrorCode>>> Changes(KafkaConnection connection)
    {
        yield return async () => (await connection.TryCreateTopicAsync("more")).ErrorCode;
        yield return async () =>
        {
            CreatePartitionsRequest request = new();
            CreatePartitionsRequest.CreatePartitionsTopic topic = request.Topics.Add();
            topic.Name = "events";
            topic.Count = 4;
            topic.Assignments = null;
            return (await connection.SendAsync(request)).Results.ShouldHaveSingleItem().ErrorCode;
        };
        yield return async () =>
        {
            IncrementalAlterConfigsRequest request = new();
            IncrementalAlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
            resource.ResourceType = 2;
            resource.ResourceName = "events";
            IncrementalAlterConfigsRequest.AlterableConfig config = resource.Configs.Add();
            config.Name = "retention.ms";
            config.Value = "1000000";
            return (await connection.SendAsync(request)).Responses.ShouldHaveSingleItem().ErrorCode;
        };
        yield return () => connection.DeleteTopicAsync("events");
    }
}
