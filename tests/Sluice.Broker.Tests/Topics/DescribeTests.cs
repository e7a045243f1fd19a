using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Topics;

public class DescribeTests
{
    [Theory]
    [InlineData((short)0)]
    [InlineData((short)1)]
    [InlineData((short)2)]
    public async Task The_cluster_is_this_broker(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync("broker.rack=r1");
        KafkaConnection connection = await broker.ConnectAsync();
        DescribeClusterResponse response = await connection.SendAsync(new DescribeClusterRequest(), version);
        (response.ErrorCode, response.ClusterId, response.ControllerId).ShouldBe((ErrorCode.None, broker.Server.ClusterId, 1));
        DescribeClusterResponse.DescribeClusterBroker found = response.Brokers.ShouldHaveSingleItem();
        (found.BrokerId, found.Host, found.Port, found.Rack, found.IsFenced).ShouldBe((1, "127.0.0.1", broker.Endpoint.Port, "r1", false));
        response.ClusterAuthorizedOperations.ShouldBe(int.MinValue);
    }

    [Theory]
    [InlineData((sbyte)2, ErrorCode.MismatchedEndpointType)]
    [InlineData((sbyte)7, ErrorCode.UnsupportedEndpointType)]
    public async Task Controllers_are_not_asked_here(sbyte endpointType, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.SendAsync(new DescribeClusterRequest { EndpointType = endpointType })).ErrorCode.ShouldBe(error);
    }

    [Fact]
    public async Task The_advertised_address_is_the_one_that_clients_are_told()
    {
        await using TestBroker broker = await TestBroker.StartAsync("advertised.listeners=PLAINTEXT://broker.example:19092");
        KafkaConnection connection = await broker.ConnectAsync();
        MetadataResponse.MetadataResponseBroker found = (await connection.SendAsync(new MetadataRequest { Topics = [] })).Brokers.ShouldHaveSingleItem();
        (found.Host, found.Port).ShouldBe(("broker.example", 19092));
    }

    [Fact]
    public async Task Metadata_without_a_list_tells_all_topics_and_with_an_empty_one_none()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("b", 2);
        await connection.CreateTopicAsync("a");
        for (short version = 0; version <= 13; version++)
        {
            MetadataResponse all = await connection.SendAsync(new MetadataRequest { Topics = version == 0 ? [] : null }, version);
            all.Topics.Select(static topic => (topic.Name, topic.Partitions.Count)).ShouldBe([("a", 1), ("b", 2)]);
            if (version > 0) (await connection.SendAsync(new MetadataRequest { Topics = [] }, version)).Topics.Count.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Metadata_finds_topics_by_id_from_version_12_on()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events");
        Uuid unknown = Uuid.NewRandom();
        MetadataResponse response = await connection.SendAsync(ById(topic.Id, unknown), 12);
        response.Topics.Select(static found => (found.Name, found.TopicId, found.ErrorCode)).ShouldBe(
            [(topic.Name, topic.Id, ErrorCode.None), (null, unknown, ErrorCode.UnknownTopicId)]);
        (await connection.SendAsync(ById(topic.Id), 11)).Topics.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.InvalidRequest);

        static MetadataRequest ById(params Uuid[] ids)
        {
            MetadataRequest request = new() { Topics = [] };
            foreach (Uuid id in ids)
            {
                MetadataRequest.MetadataRequestTopic asked = request.Topics.Add();
                asked.TopicId = id;
                asked.Name = null;
            }
            return request;
        }
    }

    [Fact]
    public async Task Metadata_tells_operations_only_where_they_are_asked_for()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        (await connection.SendAsync(new MetadataRequest { Topics = null }, 9)).Topics[0].TopicAuthorizedOperations.ShouldBe(int.MinValue);
        MetadataResponse response = await connection.SendAsync(
            new MetadataRequest { Topics = null, IncludeTopicAuthorizedOperations = true, IncludeClusterAuthorizedOperations = true }, 9);
        response.Topics[0].TopicAuthorizedOperations.ShouldBe(0b1101_1111_1000);
        response.ClusterAuthorizedOperations.ShouldBe(0b1_1111_1010_0000);
    }

    [Theory]
    [InlineData((short)1)]
    [InlineData((short)4)]
    [InlineData((short)5)]
    public async Task Log_directories_tell_sizes_of_partitions_and_of_the_volume(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 2);
        await connection.CreateTopicAsync("other");
        byte[] batch = Batches.Of("a");
        await connection.AppendAsync(topic, batch, partition: 1);
        DescribeLogDirsResponse.DescribeLogDirsResult all = (await connection.SendAsync(new DescribeLogDirsRequest { Topics = null }, version)).Results.ShouldHaveSingleItem();
        all.LogDir.ShouldBe(broker.DataDirectory);
        all.ErrorCode.ShouldBe(ErrorCode.None);
        all.Topics.Select(static found => found.Name).ShouldBe(["events", "other"]);
        all.Topics[0].Partitions.Select(static partition => (partition.PartitionIndex, partition.PartitionSize)).ShouldBe([(0, 0L), (1, batch.Length)]);
        if (version >= 4) all.TotalBytes.ShouldBeGreaterThanOrEqualTo(all.UsableBytes);
        if (version >= 4) all.UsableBytes.ShouldBeGreaterThan(0);

        DescribeLogDirsRequest one = new() { Topics = [] };
        DescribeLogDirsRequest.DescribableLogDirTopic asked = one.Topics.Add();
        asked.Topic = "events";
        asked.Partitions.Add(1);
        (await connection.SendAsync(one, version)).Results[0].Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().PartitionIndex.ShouldBe(1);
    }

    [Fact]
    public async Task Topic_partitions_come_in_pages()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("a", 3);
        await connection.CreateTopicAsync("b", 2);
        await connection.CreateTopicAsync("c", 1);
        foreach (int limit in new[] { 1, 2, 3, 4, 5, 6, 7, 2000 })
        {
            List<(string, int)> found = [];
            DescribeTopicPartitionsResponse response;
            DescribeTopicPartitionsRequest.CursorData? cursor = null;
            int pages = 0;
            do
            {
                response = await connection.SendAsync(new DescribeTopicPartitionsRequest { ResponsePartitionLimit = limit, Cursor = cursor });
                int count = 0;
                foreach (DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic topic in response.Topics)
                {
                    topic.ErrorCode.ShouldBe(ErrorCode.None);
                    foreach (DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition partition in topic.Partitions)
                    {
                        found.Add((topic.Name!, partition.PartitionIndex));
                        count++;
                    }
                }
                count.ShouldBeLessThanOrEqualTo(limit);
                cursor = response.NextCursor is { } next
                    ? new DescribeTopicPartitionsRequest.CursorData { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex }
                    : null;
                (++pages).ShouldBeLessThan(10);
            }
            while (cursor is not null);
            found.ShouldBe([("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("c", 0)], $"limit {limit}");
            pages.ShouldBe((6 + limit - 1) / limit);
        }
    }

    [Fact]
    public async Task Topic_partitions_of_named_topics_are_sorted_and_unknown_ones_told()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("events");
        DescribeTopicPartitionsRequest request = new();
        foreach (string name in new[] { "unknown", "events", "a/b" }) request.Topics.Add().Name = name;
        (await connection.SendAsync(request)).Topics.Select(static topic => (topic.Name, topic.ErrorCode)).ShouldBe(
            [("a/b", ErrorCode.InvalidTopicException), ("events", ErrorCode.None), ("unknown", ErrorCode.UnknownTopicOrPartition)]);

        request.Cursor = new DescribeTopicPartitionsRequest.CursorData { TopicName = "elsewhere", PartitionIndex = 0 };
        (await connection.SendAsync(request)).Topics.ShouldAllBe(static topic => topic.ErrorCode == ErrorCode.InvalidRequest);
        request.Cursor = new DescribeTopicPartitionsRequest.CursorData { TopicName = "events", PartitionIndex = -1 };
        (await connection.SendAsync(request)).Topics.ShouldAllBe(static topic => topic.ErrorCode == ErrorCode.InvalidRequest);
    }

    [Fact]
    public async Task The_coordinators_of_groups_transactions_and_share_groups_are_found()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        FindCoordinatorResponse single = await connection.SendAsync(new FindCoordinatorRequest { Key = "group" }, 3);
        (single.ErrorCode, single.NodeId, single.Host, single.Port).ShouldBe((ErrorCode.None, 1, "127.0.0.1", broker.Endpoint.Port));
        FindCoordinatorResponse several = await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["a", "b"], KeyType = 1 });
        several.Coordinators.Select(static found => (found.Key, found.ErrorCode)).ShouldBe(
            [("a", ErrorCode.None), ("b", ErrorCode.None)]);
        FindCoordinatorResponse share = await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["g:AAAAAAAAAAAAAAAAAAAAAQ:0"], KeyType = 2 });
        share.Coordinators.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        FindCoordinatorResponse unknown = await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["a"], KeyType = 9 });
        unknown.Coordinators.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
    }
}
