using System.Collections.Frozen;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Security;
using Sluice.Metadata;
using Sluice.Metadata.Acls;

namespace Sluice.Broker.Tests.Security;

public class AuthorizerTests
{
    private static readonly ClientHost s_host = ClientHost.From(IPAddress.Parse("10.0.0.1"));

    [Fact]
    public void Without_any_ACL_only_super_users_may_do_anything_unless_that_is_set()
    {
        Authorizer authorizer = Over();
        authorizer.Decide("User:alice", s_host, AclOperation.Read, AclResourceType.Topic, "t").ShouldBe(new AccessDecision(false, AccessReason.NoAclForResource, null));
        authorizer.Decide("User:root", s_host, AclOperation.Read, AclResourceType.Topic, "t").ShouldBe(new AccessDecision(true, AccessReason.SuperUser, null));
        Over(allowIfNoAcl: true).Decide("User:alice", s_host, AclOperation.Read, AclResourceType.Topic, "t").IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void A_resource_with_an_ACL_is_closed_to_all_others_even_where_one_without_is_open()
    {
        Authorizer authorizer = Over(allowIfNoAcl: true, Acl("t", AclOperation.Read));
        authorizer.Decide("User:bob", s_host, AclOperation.Read, AclResourceType.Topic, "t").ShouldBe(new AccessDecision(false, AccessReason.NoMatchingAcl, null));
        authorizer.Decide("User:bob", s_host, AclOperation.Read, AclResourceType.Topic, "other").IsAllowed.ShouldBeTrue();
        authorizer.Decide("User:bob", s_host, AclOperation.Read, AclResourceType.Group, "t").IsAllowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(AclOperation.Read, AclOperation.Describe, true)]
    [InlineData(AclOperation.Write, AclOperation.Describe, true)]
    [InlineData(AclOperation.Delete, AclOperation.Describe, true)]
    [InlineData(AclOperation.Alter, AclOperation.Describe, true)]
    [InlineData(AclOperation.AlterConfigs, AclOperation.DescribeConfigs, true)]
    [InlineData(AclOperation.All, AclOperation.ClusterAction, true)]
    [InlineData(AclOperation.Create, AclOperation.Describe, false)]
    [InlineData(AclOperation.AlterConfigs, AclOperation.Describe, false)]
    [InlineData(AclOperation.Alter, AclOperation.DescribeConfigs, false)]
    [InlineData(AclOperation.Describe, AclOperation.Read, false)]
    [InlineData(AclOperation.Write, AclOperation.Read, false)]
    public void An_operation_implies_what_it_cannot_do_without(AclOperation allowed, AclOperation asked, bool isAllowed)
    {
        Over(Acl("t", allowed)).Decide("User:alice", s_host, asked, AclResourceType.Topic, "t").IsAllowed.ShouldBe(isAllowed);
        // What is denied is only that: who may not read may still know of the topic.
        Over(Acl("t", allowed, AclPermission.Deny), Acl("t", asked)).Decide("User:alice", s_host, asked, AclResourceType.Topic, "t").IsAllowed
            .ShouldBe(allowed != AclOperation.All);
    }

    [Fact]
    public void Literal_prefixed_and_wildcard_ACLs_all_count_and_a_denial_among_them_outweighs_the_rest()
    {
        AccessControlEntry literal = Acl("orders-eu", AclOperation.Read);
        AccessControlEntry prefixed = Acl("orders-", AclOperation.Read, pattern: AclPatternType.Prefixed);
        AccessControlEntry wildcard = Acl("*", AclOperation.Read);
        foreach (AccessControlEntry one in new[] { literal, prefixed, wildcard })
        {
            May(Over(one), "orders-eu").ShouldBeTrue();
            foreach (AccessControlEntry other in new[] { literal, prefixed, wildcard })
                May(Over(one, other with { Permission = AclPermission.Deny, Principal = "User:*" }), "orders-eu").ShouldBeFalse($"{one} against {other}");
        }
        May(Over(prefixed), "orders-").ShouldBeTrue();
        May(Over(prefixed), "orders").ShouldBeFalse();
        // The star is a name like any other where it is not the whole of a literal one.
        May(Over(Acl("*", AclOperation.Read, pattern: AclPatternType.Prefixed)), "orders-eu").ShouldBeFalse();
        May(Over(Acl("orders-*", AclOperation.Read)), "orders-eu").ShouldBeFalse();

        static bool May(Authorizer authorizer, string topic) => authorizer.Decide("User:alice", s_host, AclOperation.Read, AclResourceType.Topic, topic).IsAllowed;
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("10.0.0.1", "10.0.0.0/8", false)]
    [InlineData("10.0.0.1", "*", true)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("fe80::1", "fe80::1", true)]
    [InlineData("fe80::1%3", "fe80::1", true)]
    [InlineData("fe80::1", "fe80:0:0:0:0:0:0:1", true)]
    [InlineData("fe80::1", "fe80::2", false)]
    public void A_host_is_an_address_in_the_form_of_Kafka_or_the_usual_one(string client, string host, bool isAllowed) =>
        Over(Acl("t", AclOperation.Read) with { Host = host })
            .Decide("User:alice", ClientHost.From(IPAddress.Parse(client)), AclOperation.Read, AclResourceType.Topic, "t").IsAllowed.ShouldBe(isAllowed);

    [Fact]
    public void Principals_are_compared_as_a_whole()
    {
        Over(Acl("t", AclOperation.Read)).Decide("User:Alice", s_host, AclOperation.Read, AclResourceType.Topic, "t").IsAllowed.ShouldBeFalse();
        Over(Acl("t", AclOperation.Read)).Decide("Group:alice", s_host, AclOperation.Read, AclResourceType.Topic, "t").IsAllowed.ShouldBeFalse();
        Over(Acl("t", AclOperation.Read) with { Principal = "User:*" }).Decide("User:eve", s_host, AclOperation.Read, AclResourceType.Topic, "t").IsAllowed.ShouldBeTrue();
        Over(Acl("t", AclOperation.Read) with { Principal = "User:al*" }).Decide("User:alice", s_host, AclOperation.Read, AclResourceType.Topic, "t").IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public void Somewhere_is_where_an_ACL_allows_and_no_denial_takes_all_of_it_back()
    {
        May().ShouldBeFalse();
        May(Acl("t", AclOperation.Write)).ShouldBeTrue();
        May(Acl("t", AclOperation.All)).ShouldBeTrue();
        May(Acl("t", AclOperation.Read)).ShouldBeFalse();
        May(Acl("t", AclOperation.Write) with { Principal = "User:bob" }).ShouldBeFalse();
        May(Acl("t", AclOperation.Write) with { Host = "10.0.0.2" }).ShouldBeFalse();
        May(Acl("t", AclOperation.Write), Acl("t", AclOperation.Write, AclPermission.Deny)).ShouldBeFalse();
        May(Acl("t", AclOperation.Write), Acl("u", AclOperation.Write, AclPermission.Deny)).ShouldBeTrue();
        May(Acl("t", AclOperation.Write), Acl("*", AclOperation.Write, AclPermission.Deny)).ShouldBeFalse();
        May(Acl("tt", AclOperation.Write), Prefixed("t", AclPermission.Deny)).ShouldBeFalse();
        May(Prefixed("tt"), Prefixed("t", AclPermission.Deny)).ShouldBeFalse();
        May(Prefixed("t"), Prefixed("t", AclPermission.Deny)).ShouldBeFalse();
        May(Prefixed("t"), Prefixed("tt", AclPermission.Deny)).ShouldBeTrue();
        May(Prefixed("t"), Acl("t", AclOperation.Write, AclPermission.Deny)).ShouldBeTrue();
        May(Acl("*", AclOperation.Write), Prefixed("t", AclPermission.Deny)).ShouldBeTrue();
        Over(allowIfNoAcl: true).IsAllowedSomewhere("User:alice", s_host, AclOperation.Write, AclResourceType.Topic).ShouldBeTrue();
        Over().IsAllowedSomewhere("User:root", s_host, AclOperation.Write, AclResourceType.Topic).ShouldBeTrue();

        static bool May(params AccessControlEntry[] entries) => Over(entries).IsAllowedSomewhere("User:alice", s_host, AclOperation.Write, AclResourceType.Topic);

        static AccessControlEntry Prefixed(string name, AclPermission permission = AclPermission.Allow) => Acl(name, AclOperation.Write, permission, AclPatternType.Prefixed);
    }

    // The rules as one would tell them, without an index: every ACL is looked at.
    [Fact]
    public void The_index_decides_as_a_look_at_every_ACL_does()
    {
        string[] names = ["*", "a", "ab", "abc", "b", "kafka-cluster"];
        string[] principals = ["User:alice", "User:bob", "User:*", "User:root"];
        AclOperation[] operations = [AclOperation.All, AclOperation.Read, AclOperation.Write, AclOperation.Describe, AclOperation.AlterConfigs, AclOperation.DescribeConfigs];
        Gen<AccessControlEntry> entries =
            from type in Gen.Elements(AclResourceType.Topic, AclResourceType.Group)
            from pattern in Gen.Elements(AclPatternType.Literal, AclPatternType.Prefixed)
            from name in Gen.Elements(names)
            from principal in Gen.Elements(principals)
            from host in Gen.Elements("*", "10.0.0.1", "10.0.0.2")
            from operation in Gen.Elements(operations)
            from permission in Gen.Frequency((3, Gen.Constant(AclPermission.Allow)), (1, Gen.Constant(AclPermission.Deny)))
            select new AccessControlEntry(type, pattern, name, principal, host, operation, permission);
        Gen<(AccessControlEntry[] Entries, AccessControlEntry[] Removed, bool AllowIfNoAcl)> sets =
            from made in Gen.ListOf(entries)
            from removed in Gen.ListOf(entries)
            from allow in Gen.Elements(true, false)
            select (made.ToArray(), removed.ToArray(), allow);
        Prop.ForAll(sets.ToArbitrary(), set =>
        {
            AclImage image = Image(set.Entries);
            if (set.Removed.Length > 0) image = MetadataImage.Empty("c").Apply(Changes(set.Entries, set.Removed)).Acls;
            AccessControlEntry[] left = [.. set.Entries.Except(set.Removed).Distinct()];
            image.Count.ShouldBe(left.Length);
            Authorizer authorizer = new(image, new[] { "User:root" }.ToFrozenSet(), set.AllowIfNoAcl);
            foreach (string principal in principals)
            {
                foreach (AclOperation operation in operations.Skip(1))
                {
                    foreach (string name in names)
                    {
                        bool expected = DecideSlowly(left, set.AllowIfNoAcl, principal, operation, AclResourceType.Topic, name);
                        authorizer.Decide(principal, s_host, operation, AclResourceType.Topic, name).IsAllowed.ShouldBe(expected, $"{principal} {operation} {name}");
                    }
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    private static bool DecideSlowly(AccessControlEntry[] entries, bool allowIfNoAcl, string principal, AclOperation operation, AclResourceType type, string name)
    {
        if (principal == "User:root") return true;
        AccessControlEntry[] about = [.. entries.Where(entry => entry.ResourceType == type && (entry.PatternType == AclPatternType.Prefixed
            ? name.StartsWith(entry.ResourceName, StringComparison.Ordinal)
            : entry.ResourceName == name || entry.ResourceName == "*"))];
        if (about.Length == 0) return allowIfNoAcl;
        AccessControlEntry[] applying = [.. about.Where(entry => entry.Host is "*" or "10.0.0.1").Where(entry => entry.Principal == principal || entry.Principal == "User:*")];
        if (applying.Any(entry => entry.Permission == AclPermission.Deny && (entry.Operation == operation || entry.Operation == AclOperation.All))) return false;
        return applying.Any(entry => entry.Permission == AclPermission.Allow && (entry.Operation == operation || entry.Operation == AclOperation.All
            || (operation == AclOperation.Describe && entry.Operation is (AclOperation.Read or AclOperation.Write or AclOperation.Delete or AclOperation.Alter))
            || (operation == AclOperation.DescribeConfigs && entry.Operation == AclOperation.AlterConfigs)));
    }

    private static MetadataChange[] Changes(AccessControlEntry[] made, AccessControlEntry[] removed) =>
        made.Length == 0 ? [new AclsDeleted([.. removed])] : [new AclsCreated([.. made]), new AclsDeleted([.. removed])];

    private static AclImage Image(params AccessControlEntry[] entries) =>
        entries.Length == 0 ? AclImage.Empty : MetadataImage.Empty("c").Apply([new AclsCreated([.. entries])]).Acls;

    private static Authorizer Over(params AccessControlEntry[] entries) => Over(allowIfNoAcl: false, entries);

    private static Authorizer Over(bool allowIfNoAcl, params AccessControlEntry[] entries) =>
        new(Image(entries), new[] { "User:root" }.ToFrozenSet(StringComparer.Ordinal), allowIfNoAcl);

    private static AccessControlEntry Acl(
        string topic, AclOperation operation, AclPermission permission = AclPermission.Allow, AclPatternType pattern = AclPatternType.Literal) =>
        new(AclResourceType.Topic, pattern, topic, "User:alice", "*", operation, permission);
}
