using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Security;

public class AclApiTests
{
    private static readonly AccessControlEntry s_administrator = AccessRight.OfCluster(AclOperation.Alter).Entry();

    [Fact]
    public async Task Without_an_authorizer_there_are_no_ACLs_and_everything_is_allowed()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();

        (await connection.SendAsync(Describe())).ErrorCode.ShouldBe(ErrorCode.SecurityDisabled);
        (await connection.SendAsync(Create(Acl("t")))).Results.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.SecurityDisabled);
        (await connection.SendAsync(Delete(AclFilter.Everything))).FilterResults.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.SecurityDisabled);
        (await connection.TryCreateTopicAsync("t")).ErrorCode.ShouldBe(ErrorCode.None);
        broker.Server.IsAuthorizing.ShouldBeFalse();
    }

    [Fact]
    public async Task An_ACL_counts_from_the_answer_to_its_creation_up_to_that_of_its_deletion_and_survives_restarts()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        await broker.SetAclsAsync(s_administrator);
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.TryCreateTopicAsync("t")).ErrorCode.ShouldBe(ErrorCode.TopicAuthorizationFailed);

        AccessControlEntry acl = Acl("t", AclOperation.Create);
        (await connection.SendAsync(Create(acl, acl))).Results.ShouldAllBe(static result => result.ErrorCode == ErrorCode.None);
        (await connection.SendAsync(Create(acl))).Results.ShouldAllBe(static result => result.ErrorCode == ErrorCode.None);
        (await connection.TryCreateTopicAsync("t", validateOnly: true)).ErrorCode.ShouldBe(ErrorCode.None);
        broker.Server.AclCount.ShouldBe(2);

        await broker.RestartAsync();
        connection = await broker.ConnectAsync();
        (await connection.TryCreateTopicAsync("t", validateOnly: true)).ErrorCode.ShouldBe(ErrorCode.None);

        DeleteAclsResponse.DeleteAclsMatchingAcl deleted = (await connection.SendAsync(Delete(AclFilter.Everything with { ResourceName = "t" })))
            .FilterResults.ShouldHaveSingleItem().MatchingAcls.ShouldHaveSingleItem();
        (deleted.ResourceType, deleted.ResourceName, deleted.PatternType, deleted.Principal, deleted.Host, deleted.Operation, deleted.PermissionType)
            .ShouldBe(((sbyte)2, "t", (sbyte)3, "User:*", "*", (sbyte)5, (sbyte)3));
        (await connection.TryCreateTopicAsync("t", validateOnly: true)).ErrorCode.ShouldBe(ErrorCode.TopicAuthorizationFailed);
        (await connection.SendAsync(Delete(AclFilter.Everything with { ResourceName = "t" }))).FilterResults.ShouldHaveSingleItem().MatchingAcls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ACLs_that_make_no_sense_are_refused_one_by_one()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        await broker.SetAclsAsync(s_administrator);
        KafkaConnection connection = await broker.ConnectAsync();
        AccessControlEntry good = Acl("t");
        CreateAclsResponse response = await connection.SendAsync(Create(
            good,
            good with { ResourceType = AclResourceType.Any },
            good with { ResourceType = (AclResourceType)99 },
            good with { PatternType = AclPatternType.Match },
            good with { PatternType = AclPatternType.Any },
            good with { Operation = AclOperation.Any },
            good with { Operation = AclOperation.Unknown },
            good with { Permission = AclPermission.Any },
            good with { ResourceName = "" },
            good with { Principal = "bob" },
            good with { ResourceType = AclResourceType.Cluster, ResourceName = "mine" }));

        response.Results[0].ErrorCode.ShouldBe(ErrorCode.None);
        response.Results.Skip(1).ShouldAllBe(static result => result.ErrorCode == ErrorCode.InvalidRequest && !string.IsNullOrEmpty(result.ErrorMessage));
        broker.Server.Store.Current.Acls.Sorted.ShouldBe([good, s_administrator]);
    }

    [Fact]
    public async Task Filters_let_through_what_they_say()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        AccessControlEntry literal = Acl("orders"), prefixed = Acl("ord") with { PatternType = AclPatternType.Prefixed }, wildcard = Acl("*");
        AccessControlEntry other = Acl("other", AclOperation.Write) with { Principal = "User:bob", Host = "10.0.0.1", Permission = AclPermission.Deny };
        AccessControlEntry group = new AccessRight(AclOperation.Read, AclResourceType.Group, "orders").Entry();
        AccessControlEntry cluster = AccessRight.OfCluster(AclOperation.Describe).Entry();
        await broker.SetAclsAsync(literal, prefixed, wildcard, other, group, cluster);
        KafkaConnection connection = await broker.ConnectAsync();
        AclFilter all = AclFilter.Everything, topics = all with { ResourceType = AclResourceType.Topic };

        (await FoundAsync(all)).ShouldBe([wildcard, prefixed, literal, other, group, cluster], ignoreOrder: true);
        (await FoundAsync(topics with { ResourceName = "orders", PatternType = AclPatternType.Match })).ShouldBe([wildcard, prefixed, literal], ignoreOrder: true);
        (await FoundAsync(topics with { ResourceName = "ord", PatternType = AclPatternType.Match })).ShouldBe([wildcard, prefixed], ignoreOrder: true);
        (await FoundAsync(topics with { ResourceName = "orders" })).ShouldBe([literal]);
        (await FoundAsync(topics with { ResourceName = "ord", PatternType = AclPatternType.Literal })).ShouldBeEmpty();
        (await FoundAsync(topics with { PatternType = AclPatternType.Prefixed })).ShouldBe([prefixed]);
        (await FoundAsync(all with { ResourceName = "orders" })).ShouldBe([literal, group], ignoreOrder: true);
        (await FoundAsync(all with { Principal = "User:bob" })).ShouldBe([other]);
        (await FoundAsync(all with { Host = "10.0.0.1" })).ShouldBe([other]);
        (await FoundAsync(all with { Operation = AclOperation.Write })).ShouldBe([other]);
        (await FoundAsync(all with { Operation = AclOperation.All })).ShouldBeEmpty();
        (await FoundAsync(all with { Permission = AclPermission.Deny })).ShouldBe([other]);
        foreach (AclFilter unknown in new[] { all with { ResourceType = AclResourceType.Unknown }, all with { PatternType = AclPatternType.Unknown }, all with { Operation = AclOperation.Unknown }, all with { Permission = AclPermission.Unknown } })
            (await connection.SendAsync(Describe(unknown))).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);

        async Task<List<AccessControlEntry>> FoundAsync(AclFilter filter)
        {
            DescribeAclsResponse response = await connection.SendAsync(Describe(filter));
            response.ErrorCode.ShouldBe(ErrorCode.None);
            return [.. response.Resources.SelectMany(static resource => resource.Acls.Select(acl => new AccessControlEntry(
                (AclResourceType)resource.ResourceType, (AclPatternType)resource.PatternType, resource.ResourceName, acl.Principal, acl.Host,
                (AclOperation)acl.Operation, (AclPermission)acl.PermissionType)))];
        }
    }

    [Fact]
    public async Task A_deletion_of_too_many_deletes_nothing()
    {
        await using TestBroker broker = await TestBroker.StartAsync(AccessCalls.Settings);
        await broker.SetAclsAsync([s_administrator, .. Enumerable.Range(0, 10_000).Select(static i => Acl($"t-{i}"))]);
        KafkaConnection connection = await broker.ConnectAsync();

        DeleteAclsResponse.DeleteAclsFilterResult refused = (await connection.SendAsync(Delete(AclFilter.Everything))).FilterResults.ShouldHaveSingleItem();
        (refused.ErrorCode, refused.MatchingAcls.Count).ShouldBe((ErrorCode.InvalidRequest, 0));
        broker.Server.AclCount.ShouldBe(10_001);
        (await connection.SendAsync(Delete(AclFilter.Everything with { ResourceType = AclResourceType.Topic }))).FilterResults[0].MatchingAcls.Count.ShouldBe(10_000);
        broker.Server.AclCount.ShouldBe(1);
    }

    private static AccessControlEntry Acl(string topic, AclOperation operation = AclOperation.Read) => new AccessRight(operation, AclResourceType.Topic, topic).Entry();

    private static DescribeAclsRequest Describe(AclFilter? filter = null)
    {
        filter ??= AclFilter.Everything;
        return new DescribeAclsRequest
        {
            ResourceTypeFilter = (sbyte)filter.ResourceType, PatternTypeFilter = (sbyte)filter.PatternType, ResourceNameFilter = filter.ResourceName,
            PrincipalFilter = filter.Principal, HostFilter = filter.Host, Operation = (sbyte)filter.Operation, PermissionType = (sbyte)filter.Permission,
        };
    }

    private static CreateAclsRequest Create(params AccessControlEntry[] entries)
    {
        CreateAclsRequest request = new();
        foreach (AccessControlEntry entry in entries)
        {
            CreateAclsRequest.AclCreation creation = request.Creations.Add();
            (creation.ResourceType, creation.ResourceName, creation.ResourcePatternType) = ((sbyte)entry.ResourceType, entry.ResourceName, (sbyte)entry.PatternType);
            (creation.Principal, creation.Host, creation.Operation, creation.PermissionType) = (entry.Principal, entry.Host, (sbyte)entry.Operation, (sbyte)entry.Permission);
        }
        return request;
    }

    private static DeleteAclsRequest Delete(AclFilter filter)
    {
        DeleteAclsRequest request = new();
        DeleteAclsRequest.DeleteAclsFilter asked = request.Filters.Add();
        (asked.ResourceTypeFilter, asked.ResourceNameFilter, asked.PatternTypeFilter) = ((sbyte)filter.ResourceType, filter.ResourceName, (sbyte)filter.PatternType);
        (asked.PrincipalFilter, asked.HostFilter, asked.Operation, asked.PermissionType) = (filter.Principal, filter.Host, (sbyte)filter.Operation, (sbyte)filter.Permission);
        return request;
    }
}
