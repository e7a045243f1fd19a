using Sluice.Broker.Security;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Security;

public class AuthorizationTests
{
    [Theory]
    [InlineData("authorizer.class.name=com.example.MyAuthorizer", "authorizer.class.name is com.example.MyAuthorizer, and Java classes cannot be loaded; set it to org.apache.kafka.metadata.authorizer.StandardAuthorizer")]
    [InlineData("super.users=admin", "super.users has 'admin'; write type and name, such as User:admin")]
    public async Task What_cannot_be_acted_upon_is_refused_at_start(string setting, string expected)
    {
        using TemporaryDirectory directory = new();
        BrokerStartException refusal = await Should.ThrowAsync<BrokerStartException>(() => BrokerServer.StartAsync(
            TestBroker.Options(directory.Path, [.. AccessCalls.Settings.Where(given => given.Split('=')[0] != setting.Split('=')[0]), setting])));
        refusal.Message.ShouldStartWith(expected);
    }

    [Fact]
    public async Task Super_users_need_no_ACL_and_no_ACL_denies_them()
    {
        await using TestBroker broker = await TestBroker.StartAsync([AccessCalls.Settings[0], "super.users=User:other; User:ANONYMOUS"]);
        await broker.SetAclsAsync(new AccessRight(AclOperation.All, AclResourceType.Topic, "*").Entry(AclPermission.Deny));
        (await (await broker.ConnectAsync()).TryCreateTopicAsync("t")).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_resource_without_ACLs_is_open_where_that_is_set()
    {
        await using TestBroker broker = await TestBroker.StartAsync([.. AccessCalls.Settings, "allow.everyone.if.no.acl.found=true"]);
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.TryCreateTopicAsync("t")).ErrorCode.ShouldBe(ErrorCode.None);
        await broker.SetAclsAsync(Topic(AclOperation.Read) with { Principal = "User:bob" });
        (await connection.ListOffsetsAsync(new TestTopic("t", default), -1)).ErrorCode.ShouldBe(ErrorCode.TopicAuthorizationFailed);
        (await connection.TryCreateTopicAsync("u")).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_denial_is_written_once_per_request_with_who_what_and_why_and_without_tricks_of_its_names()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.SendAsync(new HeartbeatRequest { GroupId = "g\nPrincipal = User:root is Allowed \u001b[31m", MemberId = "m", GenerationId = 1 });

        LoggedEvent denied = await broker.Log.WaitForAsync("AccessDenied");
        denied.Message.ShouldBe(
            "Principal = User:ANONYMOUS is Denied operation = Read from host = 127.0.0.1 on resource = Group:g\\u000aPrincipal = User:root is Allowed \\u001b[31m for request = Heartbeat (no ACL is about the resource)");
        broker.Log.Events.Count(static logged => logged.Name == "AccessDenied").ShouldBe(1);
    }

    [Fact]
    public async Task Denials_are_written_up_to_a_rate_and_counted_beyond_it()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        KafkaConnection connection = await broker.ConnectAsync();
        for (int i = 0; i < AccessAudit.DenialsPerSecondMax + 7; i++) await DenyAsync();
        Written().ShouldBe(AccessAudit.DenialsPerSecondMax);

        broker.Time.Advance(TimeSpan.FromSeconds(1));
        await DenyAsync();
        Written().ShouldBe(AccessAudit.DenialsPerSecondMax + 1);
        (await broker.Log.WaitForAsync("AccessDenialsLeftOut")).Values["Count"].ShouldBe(7L);

        async Task DenyAsync() => (await connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m", GenerationId = 1 })).ErrorCode.ShouldBe(ErrorCode.GroupAuthorizationFailed);

        int Written() => broker.Log.Events.Count(static logged => logged.Name == "AccessDenied");
    }

    [Fact]
    public async Task A_fetch_that_waits_hears_of_a_right_that_was_taken_away_meanwhile()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        await broker.SetAclsAsync(AccessCalls.AllowAll);
        KafkaConnection connection = await broker.ConnectAsync();
        KafkaConnection producer = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("t");
        FetchRequest request = BrokerCalls.FetchRequest(topic, (0, 0));
        request.MaxWaitMs = 60_000;
        Task<FetchResponse> fetch = connection.SendAsync(request);
        await broker.UntilParkedAsync();
        await broker.SetAclsAsync(Topic(AclOperation.Write));
        await producer.AppendAsync(topic, "secret");

        FetchResponse.PartitionData data = (await fetch).Single();
        (data.ErrorCode, data.Records.SizeBytes).ShouldBe((ErrorCode.TopicAuthorizationFailed, 0));
    }

    [Fact]
    public async Task A_fetch_session_reads_only_what_it_still_may()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        await broker.SetAclsAsync(AccessCalls.AllowAll);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("t");
        FetchRequest first = BrokerCalls.FetchRequest(topic, (0, 0));
        (first.SessionId, first.SessionEpoch) = (0, 0);
        FetchResponse begun = await connection.SendAsync(first);
        begun.SessionId.ShouldNotBe(0);
        await connection.AppendAsync(topic, "secret");
        await broker.SetAclsAsync();

        FetchResponse next = await connection.SendAsync(new FetchRequest { SessionId = begun.SessionId, SessionEpoch = 1, MaxBytes = int.MaxValue });
        (next.Single().ErrorCode, next.Single().Records.SizeBytes).ShouldBe((ErrorCode.TopicAuthorizationFailed, 0));
    }

    [Fact]
    public async Task Topics_of_one_request_are_refused_one_by_one()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        await broker.SetAclsAsync(AccessCalls.AllowAll);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic open = await connection.CreateTopicAsync("t");
        TestTopic closed = await connection.CreateTopicAsync("closed");
        await broker.SetAclsAsync(Topic(AclOperation.Write), Topic(AclOperation.Read));

        ProduceRequest produce = BrokerCalls.ProduceRequest(closed, acks: -1, (0, new Records(Batches.Of("no"))));
        ProduceRequest.TopicProduceData data = produce.TopicData.Add();
        (data.Name, data.TopicId) = (open.Name, open.Id);
        data.PartitionData.Add().Records = new Records(Batches.Of("yes"));
        (await connection.SendAsync(produce)).Responses.Select(static topic => topic.PartitionResponses[0].ErrorCode).ShouldBe([ErrorCode.TopicAuthorizationFailed, ErrorCode.None]);

        FetchRequest fetch = BrokerCalls.FetchRequest(closed, (0, 0));
        fetch.Ask(open, (0, 0));
        (await connection.SendAsync(fetch)).Responses.Select(static topic => (topic.Partitions[0].ErrorCode, topic.Partitions[0].Records.SizeBytes > 0))
            .ShouldBe([(ErrorCode.TopicAuthorizationFailed, false), (ErrorCode.None, true)]);
        await broker.SetAclsAsync(AccessCalls.AllowAll);
        (await connection.ReadAllAsync(closed)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unacknowledged_write_that_is_denied_closes_its_connection()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        await broker.SetAclsAsync(AccessCalls.AllowAll);
        TestTopic topic = await (await broker.ConnectAsync()).CreateTopicAsync("t");
        await broker.SetAclsAsync();
        RawConnection raw = await broker.ConnectRawAsync();
        (await raw.ExchangeAsync(RawConnection.Frame(ApiKey.Produce, 9, BrokerCalls.ProduceRequest(topic, acks: 0, (0, new Records(Batches.Of("no"))))))).ShouldBeNull();
    }

    private static AccessControlEntry Topic(AclOperation operation) => new AccessRight(operation, AclResourceType.Topic, "t").Entry();
}
