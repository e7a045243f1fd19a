using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Security;

/// <summary>Every API that is served, in every version, without and with each right that its request needs.</summary>
public class AccessRulesTests
{
    public static TheoryData<string> Apis => [.. AccessRules.All.Select(static rule => rule.Api.ToString()).Distinct()];

    [Fact]
    public async Task Every_API_that_is_served_has_a_rule_and_no_other_has()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        ApiVersionsResponse served = await connection.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" });

        served.ApiKeys.Select(static entry => (ApiKey)entry.ApiKey).Except(Undecided)
            .ShouldBe(AccessRules.All.Select(static rule => rule.Api).Distinct(), ignoreOrder: true);
    }

    // What only stands here is not guarded by rights of resources: who is asked for a password has no right yet, and a token is its owner's, whom this
    // listener does not know. DelegationTokenTests have the rights that let others at it.
    private static IReadOnlyList<ApiKey> Undecided =>
    [
        ApiKey.SaslHandshake, ApiKey.SaslAuthenticate, ApiKey.CreateDelegationToken, ApiKey.RenewDelegationToken, ApiKey.ExpireDelegationToken,
        ApiKey.DescribeDelegationToken,
    ];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_request_is_served_with_the_rights_that_it_needs_and_refused_without_any_one_of_them(string name)
    {
        ApiKey api = Enum.Parse<ApiKey>(name);
        await using TestBroker broker = await TestBroker.StartAsync([.. AccessCalls.Settings, "group.coordinator.rebalance.protocols=classic,consumer,share,streams"]);
        await broker.SetAclsAsync(AccessCalls.AllowAll);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync(AccessRules.Topic);
        await CommitAsync(connection, topic);
        if (api == ApiKey.DeleteShareGroupOffsets) await MakeShareGroupAsync(broker, connection);
        RawConnection raw = await broker.ConnectRawAsync();
        foreach (AccessRule rule in AccessRules.All.Where(rule => rule.Api == api))
        {
            await ShouldAnswerAsync([], rule.Needs.FirstOrDefault()?.Denied, "without any right");
            foreach (AccessNeed need in rule.Needs)
            {
                IEnumerable<AccessControlEntry> acls = [.. AccessCalls.AllowAll, .. need.AnyOf.Select(static right => right.Entry(AclPermission.Deny))];
                await ShouldAnswerAsync(acls, need.Denied, $"with every right but {string.Join(" or ", need.AnyOf.AsEnumerable())}");
            }
            foreach (AccessRight[] rights in Combinations(rule.Needs))
                await ShouldAnswerAsync(rights.Select(static right => right.Entry()), denied: null, $"with {string.Join(" and ", rights.AsEnumerable())}");

            async Task ShouldAnswerAsync(IEnumerable<AccessControlEntry> acls, ErrorCode? denied, string how)
            {
                await broker.SetAclsAsync(acls);
                foreach (short version in Versions(rule))
                {
                    if (api == ApiKey.DeleteTopics && await MakeDoomedAsync(broker, connection)) await broker.SetAclsAsync(acls);
                    IMessage response = await raw.AskAsync(api, version, rule.Create(version, topic));
                    response.Denials().ToArray().ShouldBe(denied is { } code ? [code] : [], $"{rule}, version {version}, {how}");
                }
            }
        }
    }

    private static IEnumerable<short> Versions(AccessRule rule)
    {
        ApiDescription description = MessageCatalog.Get(rule.Api);
        short highest = Math.Min(rule.HighestVersion, description.HighestStableVersion);
        for (short version = Math.Max(rule.LowestVersion, description.LowestVersion); version <= highest; version++) yield return version;
    }

    // One alternative of each need.
    private static IEnumerable<AccessRight[]> Combinations(AccessNeed[] needs)
    {
        IEnumerable<AccessRight[]> combinations = [[]];
        foreach (AccessNeed need in needs)
            combinations = combinations.SelectMany(rights => need.AnyOf.Select(right => (AccessRight[])[.. rights, right]));
        return combinations;
    }

    // A group that is there, so that what comes after it is looked at.
    private static async Task CommitAsync(KafkaConnection connection, TestTopic topic)
    {
        OffsetCommitRequest request = new() { GroupId = "group" };
        OffsetCommitRequest.OffsetCommitRequestTopic entry = request.Topics.Add();
        entry.Name = topic.Name;
        entry.TopicId = topic.Id;
        entry.Partitions.Add();
        await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["group"] });
        using CancellationTokenSource deadline = new(TestBroker.Deadline);
        ErrorCode error;
        while ((error = (await connection.SendAsync(request)).Topics[0].Partitions[0].ErrorCode) == ErrorCode.CoordinatorLoadInProgress) await Task.Delay(1, deadline.Token);
        error.ShouldBe(ErrorCode.None);
    }

    private static async Task MakeShareGroupAsync(TestBroker broker, KafkaConnection connection)
    {
        AlterShareGroupOffsetsRequest request = new() { GroupId = "shares" };
        AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic entry = request.Topics.Add();
        entry.TopicName = AccessRules.Topic;
        entry.Partitions.Add();
        using CancellationTokenSource deadline = new(TestBroker.Deadline);
        AlterShareGroupOffsetsResponse response;
        do
        {
            // A coordinator that is still loading is asked again after a while, by the clock of the broker.
            Task<AlterShareGroupOffsetsResponse> altered = connection.SendAsync(request);
            while (!altered.IsCompleted)
            {
                broker.Time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Delay(1, deadline.Token);
            }
            response = await altered;
        }
        while (response is not { ErrorCode: ErrorCode.None, Responses: [{ Partitions: [{ ErrorCode: ErrorCode.None }] }] });
    }

    private static async Task<bool> MakeDoomedAsync(TestBroker broker, KafkaConnection connection)
    {
        if (broker.Server.Topics.Find(AccessRules.Doomed) is not null) return false;
        await broker.SetAclsAsync(AccessCalls.AllowAll);
        await connection.CreateTopicAsync(AccessRules.Doomed);
        return true;
    }
}
