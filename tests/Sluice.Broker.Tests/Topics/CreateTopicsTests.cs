using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Topics;

public class CreateTopicsTests
{
    [Theory]
    [InlineData((short)2)]
    [InlineData((short)4)]
    [InlineData((short)5)]
    [InlineData((short)7)]
    public async Task A_topic_can_be_used_as_soon_as_its_creation_is_answered(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        KafkaConnection other = await broker.ConnectAsync();
        for (int i = 0; i < 5; i++)
        {
            CreateTopicsRequest request = new();
            Add(request, $"topic-{i}", partitions: 3);
            CreateTopicsResponse.CreatableTopicResult result = (await connection.SendAsync(request, version)).Topics.ShouldHaveSingleItem();
            result.ErrorCode.ShouldBe(ErrorCode.None);
            if (version >= 5) (result.NumPartitions, result.ReplicationFactor).ShouldBe((3, (short)1));
            if (version >= 7) result.TopicId.ShouldNotBe(Uuid.Zero);
            (await other.ProduceAsync(new TestTopic($"topic-{i}", default), Batches.Of("a"), partition: 2, version: 12)).ErrorCode.ShouldBe(ErrorCode.None);
        }
    }

    [Fact]
    public async Task The_answer_holds_the_effective_settings_of_the_topic()
    {
        await using TestBroker broker = await TestBroker.StartAsync("log.retention.hours=5");
        KafkaConnection connection = await broker.ConnectAsync();
        CreateTopicsResponse.CreatableTopicResult result = await connection.TryCreateTopicAsync("events", 1, false, ("segment.bytes", " 2000000 "));
        Dictionary<string, (string? Value, sbyte Source)> configs = result.Configs!.ToDictionary(static config => config.Name, static config => (config.Value, config.ConfigSource));
        configs["segment.bytes"].ShouldBe(("2000000", (sbyte)1));
        configs["retention.ms"].ShouldBe(("18000000", (sbyte)4));
        configs["cleanup.policy"].ShouldBe(("delete", (sbyte)5));
    }

    [Fact]
    public async Task Without_numbers_the_brokers_defaults_count()
    {
        await using TestBroker broker = await TestBroker.StartAsync("num.partitions=4");
        KafkaConnection connection = await broker.ConnectAsync();
        CreateTopicsResponse.CreatableTopicResult result = await connection.TryCreateTopicAsync("events", partitions: -1);
        (result.NumPartitions, result.ReplicationFactor).ShouldBe((4, (short)1));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../etc")]
    [InlineData("a/b")]
    [InlineData("/etc/passwd")]
    [InlineData("a b")]
    [InlineData("ü")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public async Task Names_that_could_leave_the_directory_or_confuse_are_refused(string name)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        CreateTopicsResponse.CreatableTopicResult result = await connection.TryCreateTopicAsync(name);
        result.ErrorCode.ShouldBe(ErrorCode.InvalidTopicException);
        result.ErrorMessage.ShouldNotBeNullOrEmpty();
        (await AutoCreateAsync(connection, name)).ErrorCode.ShouldBe(ErrorCode.InvalidTopicException);
        broker.Server.TopicCount.ShouldBe(0);
        Directory.GetDirectories(broker.DataDirectory).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_longest_name_works_and_a_longer_one_is_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync(new string('a', 249));
        await connection.AppendAsync(topic, "a");
        (await connection.TryCreateTopicAsync(new string('b', 250))).ErrorCode.ShouldBe(ErrorCode.InvalidTopicException);
        (await connection.DeleteTopicAsync(topic.Name)).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task Names_that_differ_in_dot_and_underscore_only_collide()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("a.b");
        (await connection.TryCreateTopicAsync("a_b")).ErrorCode.ShouldBe(ErrorCode.InvalidTopicException);
        (await AutoCreateAsync(connection, "a_b")).ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);

        CreateTopicsRequest together = new();
        Add(together, "c.d");
        Add(together, "c_d");
        Add(together, "e");
        (await connection.SendAsync(together)).Topics.Select(static topic => topic.ErrorCode).ShouldBe(
            [ErrorCode.None, ErrorCode.InvalidTopicException, ErrorCode.None]);
    }

    [Fact]
    public async Task Existing_names_and_names_given_twice_are_refused_and_the_rest_is_made()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("old");
        CreateTopicsRequest request = new();
        Add(request, "twice");
        Add(request, "old");
        Add(request, "new");
        Add(request, "twice");
        (await connection.SendAsync(request)).Topics.Select(static topic => (topic.Name, topic.ErrorCode)).ShouldBe(
            [("twice", ErrorCode.InvalidRequest), ("old", ErrorCode.TopicAlreadyExists), ("new", ErrorCode.None)]);
        broker.Server.TopicCount.ShouldBe(2);
    }

    [Fact]
    public async Task Only_validating_makes_nothing()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        CreateTopicsResponse.CreatableTopicResult result = await connection.TryCreateTopicAsync("events", 3, validateOnly: true, ("retention.ms", "1000"));
        (result.ErrorCode, result.NumPartitions).ShouldBe((ErrorCode.None, 3));
        result.Configs!.Single(static config => config.Name == "retention.ms").Value.ShouldBe("1000");
        (await connection.TryCreateTopicAsync("a/b", 3, validateOnly: true)).ErrorCode.ShouldBe(ErrorCode.InvalidTopicException);
        broker.Server.TopicCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, (short)1, ErrorCode.InvalidPartitions)]
    [InlineData(-2, (short)1, ErrorCode.InvalidPartitions)]
    [InlineData(1, (short)0, ErrorCode.InvalidReplicationFactor)]
    [InlineData(1, (short)2, ErrorCode.InvalidReplicationFactor)]
    [InlineData(10_001, (short)1, ErrorCode.PolicyViolation)]
    [InlineData(int.MaxValue, (short)1, ErrorCode.PolicyViolation)]
    public async Task Numbers_that_cannot_be_are_refused(int partitions, short replicationFactor, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        CreateTopicsRequest request = new();
        Add(request, "events", partitions).ReplicationFactor = replicationFactor;
        CreateTopicsResponse.CreatableTopicResult result = (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem();
        result.ErrorCode.ShouldBe(error);
        result.ErrorMessage.ShouldNotBeNullOrEmpty();
        broker.Server.TopicCount.ShouldBe(0);
    }

    [Fact]
    public async Task Partitions_of_one_request_are_counted_together()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        CreateTopicsRequest request = new();
        Add(request, "first", int.MaxValue);
        Add(request, "second", int.MaxValue);
        (await connection.SendAsync(request)).Topics.ShouldAllBe(static topic => topic.ErrorCode == ErrorCode.PolicyViolation);
    }

    [Theory]
    [InlineData("no.such.setting", "1")]
    [InlineData("retention.ms", "soon")]
    [InlineData("retention.ms", null)]
    [InlineData("segment.bytes", "1")]
    [InlineData("cleanup.policy", "shred")]
    [InlineData("remote.storage.enable", "true")]
    [InlineData("unclean.leader.election.enable", "perhaps")]
    public async Task Settings_that_cannot_be_are_refused_with_a_reason(string name, string? value)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        CreateTopicsResponse.CreatableTopicResult result = await connection.TryCreateTopicAsync("events", 1, false, (name, value));
        result.ErrorCode.ShouldBe(ErrorCode.InvalidConfig);
        result.ErrorMessage.ShouldNotBeNull().ShouldContain(name);
        broker.Server.TopicCount.ShouldBe(0);
    }

    [Fact]
    public async Task Replicas_may_be_named_where_they_are_this_broker()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        (await AssignAsync("good", [(0, [1]), (1, [1])])).ShouldBe(ErrorCode.None);
        (await AssignAsync("foreign", [(0, [1]), (1, [2])])).ShouldBe(ErrorCode.InvalidReplicaAssignment);
        (await AssignAsync("gap", [(0, [1]), (2, [1])])).ShouldBe(ErrorCode.InvalidReplicaAssignment);
        (await AssignAsync("twice", [(0, [1]), (0, [1])])).ShouldBe(ErrorCode.InvalidReplicaAssignment);
        (await AssignAsync("nobody", [(0, [])])).ShouldBe(ErrorCode.InvalidReplicaAssignment);
        (await AssignAsync("again", [(0, [1, 1])])).ShouldBe(ErrorCode.InvalidReplicaAssignment);
        (await AssignAsync("counted", [(0, [1])], partitions: 1)).ShouldBe(ErrorCode.InvalidRequest);

        async Task<ErrorCode> AssignAsync(string name, (int Partition, int[] Brokers)[] assignments, int partitions = -1)
        {
            CreateTopicsRequest request = new();
            CreateTopicsRequest.CreatableTopic topic = Add(request, name, partitions);
            foreach ((int partition, int[] brokers) in assignments)
            {
                CreateTopicsRequest.CreatableReplicaAssignment assignment = topic.Assignments.Add();
                assignment.PartitionIndex = partition;
                assignment.BrokerIds.AddRange(brokers);
            }
            return (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem().ErrorCode;
        }
    }

    [Fact]
    public async Task The_metadata_topic_cannot_be_made()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.TryCreateTopicAsync("__cluster_metadata")).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
    }

    [Fact]
    public async Task Many_clients_that_make_the_same_topic_make_it_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection[] connections = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => broker.ConnectAsync()));
        CreateTopicsResponse.CreatableTopicResult[] results = await Task.WhenAll(connections.Select(static connection => connection.TryCreateTopicAsync("events")));
        results.Count(static result => result.ErrorCode == ErrorCode.None).ShouldBe(1);
        results.Count(static result => result.ErrorCode == ErrorCode.TopicAlreadyExists).ShouldBe(7);
    }

    [Fact]
    public async Task Asking_for_a_topic_makes_it_where_that_is_allowed()
    {
        await using TestBroker broker = await TestBroker.StartAsync("num.partitions=2");
        KafkaConnection connection = await broker.ConnectAsync();
        MetadataResponse.MetadataResponseTopic refused = await AutoCreateAsync(connection, "events", allow: false);
        refused.ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);
        broker.Server.TopicCount.ShouldBe(0);

        MetadataResponse.MetadataResponseTopic made = await AutoCreateAsync(connection, "events");
        made.ErrorCode.ShouldBe(ErrorCode.None);
        made.Partitions.Select(static partition => partition.LeaderId).ShouldBe([1, 1]);
        await connection.AppendAsync(new TestTopic("events", made.TopicId), Batches.Of("a"), partition: 1);
    }

    [Fact]
    public async Task Asking_for_a_topic_does_not_make_it_where_that_is_switched_off()
    {
        await using TestBroker broker = await TestBroker.StartAsync("auto.create.topics.enable=false");
        KafkaConnection connection = await broker.ConnectAsync();
        (await AutoCreateAsync(connection, "events")).ErrorCode.ShouldBe(ErrorCode.UnknownTopicOrPartition);
        broker.Server.TopicCount.ShouldBe(0);
    }

    [Fact]
    public async Task Internal_topics_are_not_made_by_asking()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        MetadataResponse.MetadataResponseTopic answer = await AutoCreateAsync(connection, "__consumer_offsets");
        (answer.ErrorCode, answer.IsInternal).ShouldBe((ErrorCode.UnknownTopicOrPartition, true));
    }

    private static async Task<MetadataResponse.MetadataResponseTopic> AutoCreateAsync(KafkaConnection connection, string name, bool allow = true)
    {
        MetadataRequest request = new() { Topics = [], AllowAutoTopicCreation = allow };
        request.Topics.Add().Name = name;
        return (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem();
    }

    private static CreateTopicsRequest.CreatableTopic Add(CreateTopicsRequest request, string name, int partitions = 1)
    {
        CreateTopicsRequest.CreatableTopic topic = request.Topics.Add();
        topic.Name = name;
        topic.NumPartitions = partitions;
        topic.ReplicationFactor = -1;
        return topic;
    }
}
