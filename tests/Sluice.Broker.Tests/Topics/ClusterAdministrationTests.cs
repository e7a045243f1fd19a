using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Topics;

public class ClusterAdministrationTests
{
    [Theory]
    [InlineData((sbyte)0, ErrorCode.PreferredLeaderNotAvailable)]
    [InlineData((sbyte)1, ErrorCode.EligibleLeadersNotAvailable)]
    public async Task Nobody_can_be_elected_where_the_log_of_the_only_replica_is_lost(sbyte electionType, ErrorCode error)
    {
        using TemporaryDirectory folder = new();
        TestTopic topic;
        await using (TestBroker broker = await TestBroker.StartInAsync(folder.Path))
        {
            KafkaConnection before = await broker.ConnectAsync();
            topic = await before.CreateTopicAsync("events");
            ElectLeadersResponse needless = await before.SendAsync(Elect(electionType, topic));
            needless.ReplicaElectionResults[0].PartitionResult[0].ErrorCode.ShouldBe(ErrorCode.ElectionNotNeeded);
        }
        // A file in the place of the partition's directory: the log cannot be opened.
        string directory = Directory.GetDirectories(folder.Path, "events-0", SearchOption.AllDirectories).Single();
        Directory.Delete(directory, recursive: true);
        await File.WriteAllTextAsync(directory, "", TestContext.Current.CancellationToken);

        await using TestBroker again = await TestBroker.StartInAsync(folder.Path);
        again.ExpectErrors();
        KafkaConnection connection = await again.ConnectAsync();
        foreach (ElectLeadersRequest request in new[] { Elect(electionType, topic), new ElectLeadersRequest { ElectionType = electionType, TopicPartitions = null } })
        {
            ElectLeadersResponse response = await connection.SendAsync(request);
            response.ErrorCode.ShouldBe(ErrorCode.None);
            response.ReplicaElectionResults.ShouldHaveSingleItem().PartitionResult.ShouldHaveSingleItem().ErrorCode.ShouldBe(error);
        }
    }

    [Fact]
    public async Task A_kind_of_election_that_there_is_not_is_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        ElectLeadersResponse response = await connection.SendAsync(new ElectLeadersRequest { ElectionType = 2, TopicPartitions = null });
        response.ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
    }

    [Fact]
    public async Task The_only_broker_cannot_be_unregistered()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        UnregisterBrokerResponse response = await connection.SendAsync(new UnregisterBrokerRequest { BrokerId = 1 });
        response.ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        response.ErrorMessage!.ShouldContain("only broker");
        (await connection.SendAsync(new UnregisterBrokerRequest { BrokerId = 2 })).ErrorCode.ShouldBe(ErrorCode.BrokerIdNotRegistered);
    }

    [Fact]
    public async Task The_quorum_is_this_broker_and_its_offset_the_version_of_the_metadata()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        long before = await HighWatermarkAsync(connection);
        await connection.CreateTopicAsync("events");
        (await HighWatermarkAsync(connection)).ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task Resources_are_listed_when_they_have_settings()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("b");
        await connection.CreateTopicAsync("a");
        (await connection.AlterAsync(ConfigCalls.Group, "g", "consumer.session.timeout.ms", "45001")).ErrorCode.ShouldBe(ErrorCode.None);
        ListConfigResourcesResponse all = await connection.SendAsync(new ListConfigResourcesRequest());
        all.ConfigResources.Select(static resource => (resource.ResourceType, resource.ResourceName)).ShouldBe([(2, "a"), (2, "b"), (4, "1"), (8, "1"), (32, "g")]);
        (await connection.SendAsync(new ListConfigResourcesRequest(), version: 0)).ConfigResources.ShouldBeEmpty();
        (await connection.SendAsync(new ListConfigResourcesRequest { ResourceTypes = [32] })).ConfigResources.ShouldHaveSingleItem().ResourceName.ShouldBe("g");
        (await connection.SendAsync(new ListConfigResourcesRequest { ResourceTypes = [2, 3] })).ErrorCode.ShouldBe(ErrorCode.UnsupportedVersion);
    }

    private static ElectLeadersRequest Elect(sbyte electionType, TestTopic topic)
    {
        ElectLeadersRequest request = ClusterRequestSamples.ElectLeaders(topic);
        request.ElectionType = electionType;
        return request;
    }

    private static async Task<long> HighWatermarkAsync(KafkaConnection connection)
    {
        DescribeQuorumResponse.PartitionData log = (await connection.SendAsync(ClusterRequestSamples.DescribeQuorum())).Topics[0].Partitions[0];
        (log.LeaderId, log.CurrentVoters.Count, log.CurrentVoters[0].ReplicaId, log.CurrentVoters[0].LogEndOffset).ShouldBe((1, 1, 1, log.HighWatermark));
        log.CurrentVoters[0].ReplicaDirectoryId.ShouldNotBe(Uuid.Zero);
        return log.HighWatermark;
    }
}
