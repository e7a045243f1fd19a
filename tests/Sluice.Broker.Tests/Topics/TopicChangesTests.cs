using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Topics;

public class TopicChangesTests
{
    [Theory]
    [InlineData((short)1)]
    [InlineData((short)4)]
    [InlineData((short)5)]
    [InlineData((short)6)]
    public async Task Topics_are_deleted_by_name(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a");
        DeleteTopicsRequest request = new();
        foreach (string name in new[] { "events", "unknown" })
        {
            if (version >= 6) request.Topics.Add().Name = name;
            else request.TopicNames.Add(name);
        }
        (await connection.SendAsync(request, version)).Responses.Select(static answer => (answer.Name, answer.ErrorCode)).ShouldBe(
            [("events", ErrorCode.None), ("unknown", ErrorCode.UnknownTopicOrPartition)]);
        broker.Server.TopicCount.ShouldBe(0);
        Directory.Exists(Path.Combine(broker.DataDirectory, "events-0")).ShouldBeFalse();
    }

    [Fact]
    public async Task Topics_are_deleted_by_id_and_unclear_wishes_are_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic first = await connection.CreateTopicAsync("first");
        TestTopic second = await connection.CreateTopicAsync("second");
        TestTopic third = await connection.CreateTopicAsync("third");
        DeleteTopicsRequest request = new();
        request.Topics.Add().TopicId = first.Id;
        request.Topics.Add().TopicId = Uuid.NewRandom();
        request.Topics.Add();
        request.Topics.Add().Name = second.Name;
        request.Topics.Add().TopicId = second.Id;
        DeleteTopicsRequest.DeleteTopicState both = request.Topics.Add();
        both.Name = third.Name;
        both.TopicId = third.Id;

        DeleteTopicsResponse response = await connection.SendAsync(request);
        response.Responses.Select(static answer => (answer.Name, answer.ErrorCode)).ShouldBe(
        [
            ("first", ErrorCode.None), (null, ErrorCode.UnknownTopicId), (null, ErrorCode.InvalidRequest), ("second", ErrorCode.InvalidRequest),
            ("third", ErrorCode.InvalidRequest),
        ]);
        broker.Server.TopicCount.ShouldBe(2);
    }

    [Fact]
    public async Task Deleting_can_be_switched_off()
    {
        await using TestBroker broker = await TestBroker.StartAsync("delete.topic.enable=false");
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        (await connection.DeleteTopicAsync("events")).ShouldBe(ErrorCode.TopicDeletionDisabled);
        broker.Server.TopicCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_topics_files_go_after_the_delay()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 1, ("file.delete.delay.ms", "5000"));
        await connection.AppendAsync(topic, "a");
        await connection.DeleteTopicAsync("events");
        Directory.GetDirectories(broker.DataDirectory, "*-delete").Length.ShouldBe(1);
        broker.Time.Advance(TimeSpan.FromSeconds(5));
        await TestBroker.UntilAsync(() => Directory.GetDirectories(broker.DataDirectory).Length == 0);
    }

    [Fact]
    public async Task A_deleted_topic_stays_deleted_after_a_restart_and_its_settings_with_it()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events", 1, ("retention.ms", "1000"));
        await connection.DeleteTopicAsync("events");
        await broker.RestartAsync();
        broker.Server.TopicCount.ShouldBe(0);

        connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "events", "retention.ms")).Value.ShouldBe("604800000");
    }

    [Theory]
    [InlineData((short)0)]
    [InlineData((short)3)]
    public async Task Partitions_are_added_and_can_be_used_when_that_is_answered(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        await connection.AppendAsync(topic, Batches.Of("old"), partition: 1);
        (await connection.SendAsync(Partitions(("events", 5)), version)).Results.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);

        for (int partition = 2; partition < 5; partition++) await connection.AppendAsync(topic, Batches.Of("new"), partition);
        (await connection.ReadAllAsync(topic, 1)).ShouldBe(["old"]);
        await broker.RestartAsync();
        connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(topic, 4)).ShouldBe(["new"]);
        (await connection.FetchAsync(topic, 0, partition: 5)).ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);
    }

    [Fact]
    public async Task Every_topic_named_gets_its_own_answer()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("same", 2);
        await connection.CreateTopicAsync("fewer", 2);
        await connection.CreateTopicAsync("twice", 2);
        await connection.CreateTopicAsync("good", 2);
        await connection.CreateTopicAsync("huge", 2);
        CreatePartitionsResponse response = await connection.SendAsync(
            Partitions(("same", 2), ("unknown", 3), ("fewer", 1), ("twice", 3), ("good", 3), ("twice", 4), ("huge", int.MaxValue), ("fewer-than-none", -1)));
        response.Results.Select(static result => (result.Name, result.ErrorCode)).ShouldBe(
        [
            ("same", ErrorCode.InvalidPartitions), ("unknown", ErrorCode.UnknownTopicOrPartition), ("fewer", ErrorCode.InvalidPartitions),
            ("twice", ErrorCode.InvalidRequest), ("good", ErrorCode.None), ("huge", ErrorCode.PolicyViolation),
            ("fewer-than-none", ErrorCode.UnknownTopicOrPartition),
        ]);
        response.Results.ShouldAllBe(static result => (result.ErrorCode == ErrorCode.None) == (result.ErrorMessage == null));
        (await connection.FetchAsync(await IdOfAsync(connection, "good"), 0, partition: 2)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task Only_validating_adds_nothing_and_wrong_replicas_are_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 1);
        CreatePartitionsRequest validate = Partitions(("events", 2));
        validate.ValidateOnly = true;
        (await connection.SendAsync(validate)).Results.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        foreach (int[][] assignment in new int[][][] { [[2]], [[1], [1]], [[]], [[1, 1]] })
        {
            CreatePartitionsRequest request = Partitions(("events", 2));
            request.Topics[0].Assignments = [];
            foreach (int[] brokers in assignment) request.Topics[0].Assignments!.Add().BrokerIds.AddRange(brokers);
            (await connection.SendAsync(request)).Results.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.InvalidReplicaAssignment);
        }
        (await connection.FetchAsync(topic, 0, partition: 1)).ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);
    }

    [Fact]
    public async Task Records_are_deleted_up_to_an_offset()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        await connection.AppendAsync(topic, "a", "b", "c");
        await connection.AppendAsync(topic, "d");

        (await DeleteAsync(2)).ShouldBe((ErrorCode.None, 2L));
        (await connection.ReadAllAsync(topic)).ShouldBe(["c", "d"], "also out of the middle of a batch");
        (await DeleteAsync(1)).ShouldBe((ErrorCode.None, 2L), "what is gone stays gone");
        (await DeleteAsync(5)).ShouldBe((ErrorCode.OffsetOutOfRange, -1L));
        (await DeleteAsync(-2)).ShouldBe((ErrorCode.OffsetOutOfRange, -1L));
        (await DeleteAsync(-1)).ShouldBe((ErrorCode.None, 4L));
        (await connection.ReadAllAsync(topic)).ShouldBeEmpty();
        (await connection.AppendAsync(topic, "e")).ShouldBe(4);
        await broker.RestartAsync();
        connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(topic)).ShouldBe(["e"]);

        async Task<(ErrorCode, long)> DeleteAsync(long offset)
        {
            DeleteRecordsResponse.DeleteRecordsPartitionResult result = await connection.DeleteRecordsAsync(topic, offset);
            return (result.ErrorCode, result.LowWatermark);
        }
    }

    [Fact]
    public async Task Records_of_compacted_internal_and_unknown_topics_are_not_deleted()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic compacted = await connection.CreateTopicAsync("compacted", 1, ("cleanup.policy", "compact"));
        TestTopic mixed = await connection.CreateTopicAsync("mixed", 1, ("cleanup.policy", "compact,delete"));
        TestTopic own = await connection.CreateTopicAsync("__consumer_offsets");
        (await connection.DeleteRecordsAsync(compacted, 0)).ErrorCode.ShouldBe(ErrorCode.PolicyViolation);
        (await connection.DeleteRecordsAsync(mixed, 0)).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.DeleteRecordsAsync(own, 0)).ErrorCode.ShouldBe(ErrorCode.InvalidTopicException);
        (await connection.DeleteRecordsAsync(new TestTopic("unknown", default), 0)).ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);
    }

    private static async Task<TestTopic> IdOfAsync(KafkaConnection connection, string name)
    {
        MetadataRequest request = new() { Topics = [] };
        request.Topics.Add().Name = name;
        return new TestTopic(name, (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem().TopicId);
    }

    private static CreatePartitionsRequest Partitions(params (string Topic, int Count)[] topics)
    {
        CreatePartitionsRequest request = new();
        foreach ((string topic, int count) in topics)
        {
            CreatePartitionsRequest.CreatePartitionsTopic asked = request.Topics.Add();
            asked.Name = topic;
            asked.Count = count;
            asked.Assignments = null;
        }
        return request;
    }
}
