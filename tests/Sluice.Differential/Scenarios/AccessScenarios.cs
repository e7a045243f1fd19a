using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>Who may do what. The clients of these scripts have an address of their own, and only the rights that a script gives to it.</summary>
internal static class AccessScenarios
{
    public const sbyte TopicType = 2;
    private const sbyte GroupType = 3;
    private const sbyte ClusterType = 4;
    private const sbyte TransactionalIdType = 5;
    public const sbyte Prefixed = 4;
    public const sbyte Deny = 2;
    private const sbyte Literal = 3;
    private const sbyte Allow = 3;
    private const sbyte AllOperations = 2;
    private const sbyte AnyValue = 1;
    private const string Cluster = "kafka-cluster";

    private static readonly (sbyte Type, sbyte Operation, string Name)[] Rights =
    [
        (TopicType, 3, "read a topic"), (TopicType, 4, "write to a topic"), (TopicType, 5, "create a topic"), (TopicType, 6, "delete a topic"),
        (TopicType, 7, "alter a topic"), (TopicType, 8, "describe a topic"), (TopicType, 10, "describe a topic's settings"), (TopicType, 11, "alter a topic's settings"),
        (GroupType, 3, "read a group"), (GroupType, 6, "delete a group"), (GroupType, 8, "describe a group"), (GroupType, 10, "describe a group's settings"),
        (GroupType, 11, "alter a group's settings"), (ClusterType, 5, "create"), (ClusterType, 6, "delete"), (ClusterType, 7, "alter the cluster"), (ClusterType, 8, "describe the cluster"),
        (ClusterType, 9, "act as a broker"), (ClusterType, 10, "describe settings"), (ClusterType, 11, "alter settings"), (ClusterType, 12, "write idempotently"),
        (TransactionalIdType, 4, "use a transactional id"), (TransactionalIdType, 8, "describe a transactional id"),
    ];

    private static IReadOnlyList<CreateAclsRequest.AclCreation> Everything =>
        [.. new[] { TopicType, GroupType, ClusterType, TransactionalIdType }.Select(static type => Of(type, AllOperations))];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeAcls, "Without an authorizer", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DescribeAcls)) await s.Send(Described(), version, "described");
            foreach (short version in Session.Versions(ApiKey.CreateAcls)) await s.Send(new CreateAclsRequest { Creations = { Of(TopicType, 3) } }, version, "created");
            foreach (short version in Session.Versions(ApiKey.DeleteAcls)) await s.Send(Deleted(), version, "deleted");
        }),
        new(ApiKey.DescribeAcls, "Every API with no right, and with each right alone", async s =>
        {
            Topic topic = await Prepare(s);
            await Ask(s, topic, 0, "nothing", [], static _ => true);
            for (int i = 0; i < Rights.Length; i++)
                await Ask(s, topic, i + 1, Rights[i].Name, [Of(Rights[i].Type, Rights[i].Operation)], static _ => true);
        }) { HasGuardedBrokers = true },
        new(ApiKey.DescribeAcls, "Every API with every right but one", async s =>
        {
            Topic topic = await Prepare(s);
            for (int i = 0; i < Rights.Length; i++)
            {
                CreateAclsRequest.AclCreation denied = Of(Rights[i].Type, Rights[i].Operation);
                denied.PermissionType = Deny;
                await Ask(s, topic, i, $"all but {Rights[i].Name}", [.. Everything, denied], static what => !AccessRequests.IsUnsettled(what));
            }
        }) { HasGuardedBrokers = true },
        new(ApiKey.CreateAcls, "What can be made", async s =>
        {
            Topic topic = await Prepare(s);
            foreach (short version in Session.Versions(ApiKey.CreateAcls))
            {
                await Set(s, [Of(ClusterType, AllOperations)]);
                foreach ((string what, CreateAclsRequest.AclCreation creation) in Strange(s))
                    await s.Send(new CreateAclsRequest { Creations = { creation } }, version, what);
                await s.Send(new CreateAclsRequest(), version, "nothing");
                await s.Send(new CreateAclsRequest { Creations = { Of(TopicType, 3, topic.Name), Of(TopicType, 3, topic.Name) } }, version, "twice the same");
                await s.Send(new CreateAclsRequest { Creations = { Of(TopicType, 3, topic.Name) } }, version, "again");
                await UntilCount(s, 2);
                await s.Send(Described(static filter => filter.ResourceTypeFilter = TopicType), version, "what is there");
            }
        }) { HasGuardedBrokers = true },
        new(ApiKey.DeleteAcls, "What filters select", async s =>
        {
            await Prepare(s);
            foreach (short version in Session.Versions(ApiKey.DeleteAcls))
            {
                foreach ((string what, Action<DescribeAclsRequest> change) in Filters(s))
                {
                    await Set(s, [Of(ClusterType, AllOperations), .. Various(s)]);
                    DescribeAclsRequest filter = Described(change);
                    await s.Send(filter, version, $"{what}, described");
                    await s.Send(
                        new DeleteAclsRequest
                        {
                            Filters =
                            {
                                new()
                                {
                                    ResourceTypeFilter = filter.ResourceTypeFilter, ResourceNameFilter = filter.ResourceNameFilter, PatternTypeFilter = filter.PatternTypeFilter,
                                    PrincipalFilter = filter.PrincipalFilter, HostFilter = filter.HostFilter, Operation = filter.Operation, PermissionType = filter.PermissionType,
                                },
                            },
                        },
                        version,
                        $"{what}, deleted");
                }
            }
        }) { HasGuardedBrokers = true },
    ];

    /// <summary>Gives every right to all clients but those of the scripts; until then everything is open.</summary>
    public static async Task OpenToOthers(Session s)
    {
        CreateAclsRequest request = new();
        foreach (CreateAclsRequest.AclCreation all in Everything)
        {
            CreateAclsRequest.AclCreation creation = Of(all.ResourceType, AllOperations);
            creation.Host = "127.0.0.1";
            request.Creations.Add(creation);
        }
        await s.Ask(request, version: 3);
    }

    /// <summary>Makes what the requests are about.</summary>
    public static async Task<Topic> Prepare(Session s)
    {
        await OpenToOthers(s);
        string id = await Transactions.Id(s);
        Topic topic = await s.Topic();
        await Groups.UntilCoordinated(s, s.Name("g"));
        await s.Ask(Groups.Commit(s.Name("g"), topic, 1, 8), version: 8);
        await s.Ask(Transactions.Init(id), version: 4);
        return topic;
    }

    /// <summary>Every right on everything.</summary>
    public static CreateAclsRequest.AclCreation[] AllTo(string principal)
    {
        CreateAclsRequest.AclCreation[] all = [.. Everything];
        foreach (CreateAclsRequest.AclCreation acl in all) acl.Principal = principal;
        return all;
    }

    /// <summary>Asks for everything, with these rights and no others.</summary>
    /// <param name="s">The script.</param>
    /// <param name="topic">From <see cref="Prepare"/>.</param>
    /// <param name="number">Another one each time.</param>
    /// <param name="rights">What they are, for the report.</param>
    /// <param name="acls">The rights.</param>
    /// <param name="isAsked">Which requests are sent.</param>
    public static async Task Ask(Session s, Topic topic, int number, string rights, IReadOnlyList<CreateAclsRequest.AclCreation> acls, Func<string, bool> isAsked)
    {
        Topic doomed = await s.Topic($"doomed-{number}");
        await Set(s, acls);
        foreach ((IMessage request, short version, string what) in AccessRequests.Of(s, topic, doomed).Where(asked => isAsked(asked.What)))
            await s.SendBody(Wire.RequestFrames.ApiOf(request).Key, version, Wire.RequestFrames.Body(request, version), $"{what}, with the right to {rights}");
    }

    /// <summary>Gives the clients of the scripts these rights and no others.</summary>
    public static async Task Set(Session s, IReadOnlyList<CreateAclsRequest.AclCreation> acls)
    {
        await s.Ask(Deleted(), version: 3);
        CreateAclsRequest request = new();
        foreach (CreateAclsRequest.AclCreation acl in acls) request.Creations.Add(acl);
        await s.Ask(request, version: 3);
        await UntilCount(s, acls.Count);
    }

    // Kafka's brokers hear of them after they are made.
    private static Task UntilCount(Session s, int count) => s.WaitUntil(
        "its ACLs are known", async () => (await s.Ask(Described(), version: 3)).Resources.Sum(static resource => resource.Acls.Count) == count);

    /// <summary>One right of the clients of the scripts.</summary>
    /// <param name="type">Of the resource.</param>
    /// <param name="operation">What may be done with it.</param>
    /// <param name="name">Of the resource; null = all.</param>
    /// <param name="principal">Who may.</param>
    public static CreateAclsRequest.AclCreation Of(sbyte type, sbyte operation, string? name = null, string principal = "User:ANONYMOUS") => new()
    {
        ResourceType = type, ResourceName = type == ClusterType ? Cluster : name ?? "*", ResourcePatternType = Literal, Principal = principal,
        Host = Session.GuardedAddress, Operation = operation, PermissionType = Allow,
    };

    private static DescribeAclsRequest Described(Action<DescribeAclsRequest>? change = null)
    {
        DescribeAclsRequest request = new() { ResourceTypeFilter = AnyValue, ResourceNameFilter = null, PatternTypeFilter = AnyValue, PrincipalFilter = null, HostFilter = Session.GuardedAddress, Operation = AnyValue, PermissionType = AnyValue };
        change?.Invoke(request);
        return request;
    }

    private static DeleteAclsRequest Deleted() => new()
    {
        Filters = { new() { ResourceTypeFilter = AnyValue, ResourceNameFilter = null, PatternTypeFilter = AnyValue, PrincipalFilter = null, HostFilter = Session.GuardedAddress, Operation = AnyValue, PermissionType = AnyValue } },
    };

    private static IEnumerable<(string, CreateAclsRequest.AclCreation)> Strange(Session s)
    {
        yield return ("no name", Changed(static acl => acl.ResourceName = ""));
        yield return ("another cluster", Changed(static acl => (acl.ResourceType, acl.ResourceName) = (ClusterType, "mine")));
        yield return ("no principal", Changed(static acl => acl.Principal = ""));
        yield return ("an unknown type", Changed(static acl => acl.ResourceType = 99));
        yield return ("any type", Changed(static acl => acl.ResourceType = 1));
        yield return ("an unknown pattern", Changed(static acl => acl.ResourcePatternType = 0));
        yield return ("a pattern of filters", Changed(static acl => acl.ResourcePatternType = 2));
        yield return ("an unknown operation", Changed(static acl => acl.Operation = 99));
        yield return ("any operation", Changed(static acl => acl.Operation = 1));
        yield return ("an unknown permission", Changed(static acl => acl.PermissionType = 0));
        yield return ("any permission", Changed(static acl => acl.PermissionType = 1));
        yield return ("a principal without a type", Changed(static acl => acl.Principal = "bob"));

        CreateAclsRequest.AclCreation Changed(Action<CreateAclsRequest.AclCreation> change)
        {
            CreateAclsRequest.AclCreation acl = Of(TopicType, 3, s.Name("strange"));
            change(acl);
            return acl;
        }
    }

    private static IEnumerable<CreateAclsRequest.AclCreation> Various(Session s)
    {
        yield return Of(TopicType, 3, s.Name("orders"));
        CreateAclsRequest.AclCreation prefixed = Of(TopicType, 4, s.Name("ord"));
        prefixed.ResourcePatternType = Prefixed;
        yield return prefixed;
        yield return Of(GroupType, 3, s.Name("billing"));
        CreateAclsRequest.AclCreation denied = Of(TopicType, AllOperations, s.Name("salaries"));
        (denied.PermissionType, denied.Principal) = (Deny, "User:bob");
        yield return denied;
    }

    private static IEnumerable<(string, Action<DescribeAclsRequest>)> Filters(Session s)
    {
        yield return ("all topics", static filter => filter.ResourceTypeFilter = TopicType);
        yield return ("by name", filter => (filter.ResourceTypeFilter, filter.ResourceNameFilter) = (TopicType, s.Name("orders")));
        yield return ("literal", filter => (filter.ResourceTypeFilter, filter.ResourceNameFilter, filter.PatternTypeFilter) = (TopicType, s.Name("ord"), Literal));
        yield return ("prefixed", filter => (filter.ResourceTypeFilter, filter.PatternTypeFilter) = (TopicType, Prefixed));
        yield return ("applying", filter => (filter.ResourceTypeFilter, filter.ResourceNameFilter, filter.PatternTypeFilter) = (TopicType, s.Name("orders"), (sbyte)2));
        yield return ("by principal", static filter => filter.PrincipalFilter = "User:bob");
        yield return ("by operation", static filter => filter.Operation = 4);
        yield return ("all operations", static filter => filter.Operation = AllOperations);
        yield return ("denying", static filter => filter.PermissionType = Deny);
        yield return ("none", static filter => filter.PrincipalFilter = "User:nobody");
    }
}
