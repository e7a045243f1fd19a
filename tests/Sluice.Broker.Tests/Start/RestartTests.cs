using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Metadata;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Start;

public class RestartTests
{
    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart_with_the_same_ids()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        string clusterId = broker.Server.ClusterId;
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic first = await connection.CreateTopicAsync("first", 3);
        TestTopic second = await connection.CreateTopicAsync("second", 1, ("retention.ms", "123456789"));
        for (int i = 0; i < 30; i++) await connection.AppendAsync(first, Batches.Of($"{i}"), partition: i % 3);
        await connection.AppendAsync(second, "a", "b");
        for (int restarts = 0; restarts < 2; restarts++)
        {
            await broker.RestartAsync();
            broker.Server.Recovery.WasClean.ShouldBeTrue();
            broker.Server.ClusterId.ShouldBe(clusterId);
            connection = await broker.ConnectAsync();
            for (int partition = 0; partition < 3; partition++)
                (await connection.ReadAllAsync(first, partition)).ShouldBe(Enumerable.Range(0, 10).Select(i => $"{i * 3 + partition}"));
            (await connection.ReadAllAsync(second)).ShouldBe(["a", "b"]);
            (await connection.DescribeOneAsync(ConfigCalls.Topic, "second", "retention.ms")).Value.ShouldBe("123456789");
        }
        (await connection.AppendAsync(second, "c")).ShouldBe(2);
        broker.Log.Events.Count(static logged => logged.Name == "TopicCreated").ShouldBe(2, "opening a topic again is not creating it");
    }

    [Fact]
    public async Task Without_a_clean_shutdown_the_logs_are_recovered()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a", "b");
        await connection.AppendAsync(topic, "c");
        await broker.RestartAsync(() =>
        {
            File.Delete(Path.Combine(broker.DataDirectory, ".kafka_cleanshutdown"));
            // Half a batch, as a process leaves it that was killed while it wrote.
            using FileStream log = File.Open(Path.Combine(broker.DataDirectory, "events-0", "00000000000000000000.log"), FileMode.Append);
            log.Write(Batches.Of("torn").AsSpan(0, 40));
        });

        broker.Server.Recovery.WasClean.ShouldBeFalse();
        connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(topic)).ShouldBe(["a", "b", "c"]);
        (await connection.AppendAsync(topic, "d")).ShouldBe(3);
    }

    [Fact]
    public async Task A_data_directory_without_metadata_is_adopted_with_its_topic_ids_where_that_is_forced()
    {
        await using TestBroker broker = await TestBroker.StartAsync(static options => options.Takeover.Force = true);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic first = await connection.CreateTopicAsync("first", 2);
        TestTopic second = await connection.CreateTopicAsync("second.with-dash");
        await connection.AppendAsync(first, Batches.Of("a"), partition: 1);
        await connection.AppendAsync(second, "b");
        await broker.RestartAsync(() =>
        {
            foreach (string path in Directory.GetFiles(broker.DataDirectory, "sluice-metadata.*")) File.Delete(path);
        });

        connection = await broker.ConnectAsync();
        MetadataResponse response = await connection.SendAsync(new MetadataRequest { Topics = null });
        response.Topics.Select(static topic => (topic.Name, topic.TopicId, topic.Partitions.Count)).ShouldBe([("first", first.Id, 2), (second.Name, second.Id, 1)]);
        (await connection.ReadAllAsync(first, 1)).ShouldBe(["a"]);
        (await connection.ReadAllAsync(second)).ShouldBe(["b"]);
        await broker.RestartAsync();
        broker.Server.TopicCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_partition_directory_of_another_topic_id_is_set_aside_and_not_served()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        Uuid foreign = Uuid.NewRandom();
        await broker.RestartAsync(() => File.WriteAllText(Path.Combine(broker.DataDirectory, "events-0", "partition.metadata"), $"version: 0\ntopic_id: {foreign}"));

        await broker.Log.WaitForAsync("StrayPartition");
        connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(topic)).ShouldBeEmpty();
        await connection.AppendAsync(topic, "new");
        Directory.GetDirectories(broker.DataDirectory, "*-stray").Length.ShouldBe(1);
        await broker.RestartAsync();
        connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(topic)).ShouldBe(["new"]);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("9223372036854775807", false)]
    public async Task A_snapshot_of_the_metadata_is_written_after_as_many_bytes_as_the_setting_says(string bytes, bool isExpected)
    {
        await using TestBroker broker = await TestBroker.StartAsync($"metadata.log.max.record.bytes.between.snapshots={bytes}");
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("first");
        await connection.CreateTopicAsync("second");
        File.Exists(Path.Combine(broker.DataDirectory, LocalMetadataStore.SnapshotFileName)).ShouldBe(isExpected);
        await broker.RestartAsync();
        broker.Server.TopicCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_half_written_metadata_commit_was_never_answered_and_is_cut_off()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await (await broker.ConnectAsync()).CreateTopicAsync("first");
        await broker.RestartAsync(() =>
        {
            using FileStream log = File.Open(Path.Combine(broker.DataDirectory, LocalMetadataStore.LogFileName), FileMode.Append);
            log.Write([0, 0, 1, 0, 1, 2, 3]);
        });
        broker.Server.TopicCount.ShouldBe(1);
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("second");
        await broker.RestartAsync();
        broker.Server.TopicCount.ShouldBe(2);
    }
}
