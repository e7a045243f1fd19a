using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Security;

/// <summary>Answers that are shortened by what the client may not know of, and what it is told that it may do.</summary>
public class FilteredAnswerTests
{
    [Fact]
    public async Task Lists_of_all_topics_have_those_that_one_may_know_of()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        KafkaConnection connection = await WithTopicsAsync(broker, "hidden", "seen", "read");
        await broker.SetAclsAsync(Topic(AclOperation.Describe, "seen"), Topic(AclOperation.Read, "read"));

        (await connection.SendAsync(new MetadataRequest { Topics = null })).Topics.Select(static topic => topic.Name).ShouldBe(["read", "seen"]);
        (await connection.SendAsync(new DescribeTopicPartitionsRequest { ResponsePartitionLimit = 100 })).Topics.Select(static topic => topic.Name).ShouldBe(["read", "seen"]);
        await broker.SetAclsAsync();
        (await connection.SendAsync(new MetadataRequest { Topics = null })).Topics.ShouldBeEmpty();
        broker.Log.Events.ShouldNotContain(static logged => logged.Name == "AccessDenied", "what is only left out is not written down");
    }

    [Fact]
    public async Task A_topic_that_one_may_not_know_of_is_refused_alike_whether_it_is_there_or_not()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        KafkaConnection connection = await WithTopicsAsync(broker, "hidden", "seen");
        Uuid hiddenId = broker.Server.Topics.Find("hidden")!.Id;
        await broker.SetAclsAsync(Topic(AclOperation.Describe, "seen"));

        MetadataRequest request = new() { Topics = [], AllowAutoTopicCreation = true };
        foreach (string name in new[] { "hidden", "absent", "seen" }) request.Topics.Add().Name = name;
        MetadataResponse named = await connection.SendAsync(request);
        named.Topics.Select(static topic => (topic.Name, topic.TopicId == Uuid.Zero, topic.ErrorCode, topic.Partitions.Count)).ShouldBe(
            [("seen", false, ErrorCode.None, 1), ("hidden", true, ErrorCode.TopicAuthorizationFailed, 0), ("absent", true, ErrorCode.TopicAuthorizationFailed, 0)]);
        broker.Server.Topics.Find("absent").ShouldBeNull();

        MetadataRequest byId = new() { Topics = [] };
        byId.Topics.Add().TopicId = hiddenId;
        byId.Topics[0].Name = null;
        MetadataResponse.MetadataResponseTopic told = (await connection.SendAsync(byId)).Topics.ShouldHaveSingleItem();
        (told.Name, told.TopicId, told.ErrorCode).ShouldBe((null, hiddenId, ErrorCode.TopicAuthorizationFailed));

        DeleteTopicsRequest delete = new();
        foreach (string name in new[] { "hidden", "absent", "seen" }) delete.Topics.Add().Name = name;
        DeleteTopicsRequest.DeleteTopicState asked = delete.Topics.Add();
        (asked.Name, asked.TopicId) = (null, hiddenId);
        DeleteTopicsResponse deleted = await connection.SendAsync(delete);
        deleted.Responses.ShouldAllBe(static topic => topic.ErrorCode == ErrorCode.TopicAuthorizationFailed || topic.ErrorCode == ErrorCode.InvalidRequest);
        broker.Server.Topics.Find("hidden").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_topic_is_deleted_by_id_without_its_name_being_told_to_those_who_may_not_know_it()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        KafkaConnection connection = await WithTopicsAsync(broker, "hidden", "seen");
        await broker.SetAclsAsync(Topic(AclOperation.Describe, "seen"));

        DeleteTopicsRequest request = new();
        foreach (string name in new[] { "hidden", "seen" })
        {
            DeleteTopicsRequest.DeleteTopicState asked = request.Topics.Add();
            (asked.Name, asked.TopicId) = (null, broker.Server.Topics.Find(name)!.Id);
        }
        (await connection.SendAsync(request)).Responses.Select(static topic => (topic.Name, topic.ErrorCode)).ShouldBe(
            [(null, ErrorCode.TopicAuthorizationFailed), ("seen", ErrorCode.TopicAuthorizationFailed)]);
    }

    [Fact]
    public async Task Lists_of_groups_and_transactions_have_those_that_one_may_know_of()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        KafkaConnection connection = await WithTopicsAsync(broker, "t");
        foreach (string group in new[] { "hidden", "seen" }) await CommitAsync(connection, broker.Server.Topics.Find("t")!.Id, group);
        foreach (string id in new[] { "hidden-tx", "seen-tx" })
        {
            while ((await connection.SendAsync(new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 1000 })).ErrorCode != ErrorCode.None)
            {
                await connection.SendAsync(new FindCoordinatorRequest { KeyType = 1, CoordinatorKeys = [id] });
                await Task.Delay(1);
            }
        }

        await broker.SetAclsAsync(Entry(AclOperation.Describe, AclResourceType.Group, "seen"), Entry(AclOperation.Describe, AclResourceType.TransactionalId, "seen-tx"));
        (await connection.SendAsync(new ListGroupsRequest())).Groups.Select(static group => group.GroupId).ShouldBe(["seen"]);
        (await connection.SendAsync(new ListTransactionsRequest())).TransactionStates.Select(static state => state.TransactionalId).ShouldBe(["seen-tx"]);
        OffsetFetchRequest all = new();
        OffsetFetchRequest.OffsetFetchRequestGroup asked = all.Groups.Add();
        (asked.GroupId, asked.Topics) = ("seen", null);
        (await connection.SendAsync(all)).Groups.ShouldHaveSingleItem().Topics.ShouldBeEmpty("the topic may not be known of");

        await broker.SetAclsAsync(AccessRight.OfCluster(AclOperation.Describe).Entry());
        (await connection.SendAsync(new ListGroupsRequest())).Groups.Select(static group => group.GroupId).ShouldBe(["hidden", "seen"], ignoreOrder: true);
        (await connection.SendAsync(new ListTransactionsRequest())).TransactionStates.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_may_do_is_told_as_it_is()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        KafkaConnection connection = await WithTopicsAsync(broker, "t");
        await broker.SetAclsAsync(
            Topic(AclOperation.Read, "t"), Topic(AclOperation.AlterConfigs, "t"), AccessRight.OfCluster(AclOperation.IdempotentWrite).Entry(),
            Entry(AclOperation.Delete, AclResourceType.Group, "g"));

        MetadataRequest request = new() { Topics = null, IncludeTopicAuthorizedOperations = true };
        (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem().TopicAuthorizedOperations
            .ShouldBe(Bits(AclOperation.Read, AclOperation.Describe, AclOperation.AlterConfigs, AclOperation.DescribeConfigs));
        (await connection.SendAsync(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true })).ClusterAuthorizedOperations.ShouldBe(0, "without DESCRIBE");
        (await connection.SendAsync(new DescribeClusterRequest())).ClusterAuthorizedOperations.ShouldBe(int.MinValue, "not asked for");

        await broker.SetAclsAsync(AccessRight.OfCluster(AclOperation.IdempotentWrite).Entry(), AccessRight.OfCluster(AclOperation.Alter).Entry());
        (await connection.SendAsync(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true })).ClusterAuthorizedOperations
            .ShouldBe(Bits(AclOperation.IdempotentWrite, AclOperation.Alter, AclOperation.Describe));
    }

    [Fact]
    public async Task A_pattern_finds_only_topics_that_its_member_may_know_of()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        KafkaConnection connection = await WithTopicsAsync(broker, "a-hidden", "a-seen");
        await broker.SetAclsAsync(Topic(AclOperation.Describe, "a-seen"), Entry(AclOperation.All, AclResourceType.Group, "g"));
        await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["g"] });
        ConsumerGroupHeartbeatRequest join = new() { GroupId = "g", MemberId = "m", SubscribedTopicRegex = "a-.*", RebalanceTimeoutMs = 60_000, TopicPartitions = [] };
        ConsumerGroupHeartbeatResponse answer = new();
        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(1), async () =>
        {
            answer = await connection.SendAsync(join);
            return answer.Assignment?.TopicPartitions.Count > 0;
        });

        answer.Assignment!.TopicPartitions.Select(static partitions => partitions.TopicId).ShouldBe([broker.Server.Topics.Find("a-seen")!.Id]);
    }

    private static async Task<KafkaConnection> WithTopicsAsync(TestBroker broker, params string[] topics)
    {
        await broker.SetAclsAsync(AccessCalls.AllowAll);
        KafkaConnection connection = await broker.ConnectAsync();
        foreach (string topic in topics) await connection.CreateTopicAsync(topic);
        return connection;
    }

    private static async Task CommitAsync(KafkaConnection connection, Uuid topicId, string group)
    {
        OffsetCommitRequest request = new() { GroupId = group };
        OffsetCommitRequest.OffsetCommitRequestTopic entry = request.Topics.Add();
        (entry.Name, entry.TopicId) = ("t", topicId);
        entry.Partitions.Add();
        await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [group] });
        ErrorCode error;
        while ((error = (await connection.SendAsync(request)).Topics[0].Partitions[0].ErrorCode) == ErrorCode.CoordinatorLoadInProgress) await Task.Delay(1);
        error.ShouldBe(ErrorCode.None);
    }

    private static int Bits(params AclOperation[] operations) => operations.Sum(static operation => 1 << (int)operation);

    private static AccessControlEntry Topic(AclOperation operation, string name) => Entry(operation, AclResourceType.Topic, name);

    private static AccessControlEntry Entry(AclOperation operation, AclResourceType type, string name) => new AccessRight(operation, type, name).Entry();
}
