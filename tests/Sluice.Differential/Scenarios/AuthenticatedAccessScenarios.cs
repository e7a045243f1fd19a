using Sluice.Differential.Peers;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// Who may do what, of clients that logged in: rights are those of the user, not of the address.
internal static class AuthenticatedAccessScenarios
{
    private const string Alice = $"User:{SaslSettings.User}";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeAcls, "Every API as a user who logged in", async s =>
        {
            Topic topic = await AccessScenarios.Prepare(s);
            s.LogInAs(SaslSettings.User);
            int number = 0;
            await Ask("nothing", []);
            await Ask("all, as that user", AccessScenarios.AllTo(Alice));
            await Ask("all, as anybody", AccessScenarios.AllTo("User:*"));
            await Ask("all, as another user", AccessScenarios.AllTo("User:bob"));
            await Ask("all, as nobody in particular", AccessScenarios.AllTo("User:ANONYMOUS"));
            await Ask("all, as a group of that name", AccessScenarios.AllTo($"Group:{SaslSettings.User}"));
            await Ask("all, which that user is denied", [.. AccessScenarios.AllTo("User:*"), .. Denied(Alice)]);
            await Ask("all, which others are denied", [.. AccessScenarios.AllTo(Alice), .. Denied("User:bob")]);
            CreateAclsRequest.AclCreation prefixed = AccessScenarios.Of(AccessScenarios.TopicType, 3, topic.Name[..^1], Alice);
            prefixed.ResourcePatternType = AccessScenarios.Prefixed;
            await Ask("read topics by their prefix", [prefixed]);

            Task Ask(string rights, IReadOnlyList<CreateAclsRequest.AclCreation> acls) => AskAsync(s, topic, number++, rights, acls);
        }) { HasGuardedBrokers = true, HasSaslListener = true },
        new(ApiKey.DescribeAcls, "Every API as a super user", async s =>
        {
            Topic topic = await AccessScenarios.Prepare(s);
            s.LogInAs(SaslSettings.SuperUser);
            await AskAsync(s, topic, 0, "nothing", []);
            await AskAsync(s, topic, 1, "nothing, and denied all", Denied($"User:{SaslSettings.SuperUser}"));
        }) { HasGuardedBrokers = true, HasSaslListener = true },
    ];

    private static CreateAclsRequest.AclCreation[] Denied(string principal)
    {
        CreateAclsRequest.AclCreation[] all = AccessScenarios.AllTo(principal);
        foreach (CreateAclsRequest.AclCreation acl in all) acl.PermissionType = AccessScenarios.Deny;
        return all;
    }

    private static Task AskAsync(Session s, Topic topic, int number, string rights, IReadOnlyList<CreateAclsRequest.AclCreation> acls) =>
        AccessScenarios.Ask(s, topic, number, rights, acls, static what => !AccessRequests.IsUnsettled(what));
}
