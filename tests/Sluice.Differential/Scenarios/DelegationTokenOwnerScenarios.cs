using Sluice.Differential.Peers;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// Tokens of several users: who sees them, who renews and who ends them. Every script ends those that it made.
internal static class DelegationTokenOwnerScenarios
{
    private const string Alice = SaslSettings.User;
    private const string Bob = "bob";
    private const string Root = SaslSettings.SuperUser;

    private const sbyte TokenType = 6;
    private const sbyte UserType = 7;
    private const sbyte Describe = 8;
    private const sbyte CreateTokens = 13;
    private const sbyte DescribeTokens = 14;
    private const long HourMs = 3_600_000;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeDelegationToken, "Who sees whose, without an authorizer", async s =>
        {
            IReadOnlyList<(string Owner, ReadOnlyMemory<byte> Hmac)> tokens = await CreateSeveral(s);
            foreach (string user in new[] { Alice, Bob, Root }) await DescribeAll(s, user, "");
            await EndAll(s, tokens);
        }) { HasSaslListener = true },
        new(ApiKey.DescribeDelegationToken, "Who sees whose, by ACLs", async s =>
        {
            IReadOnlyList<(string Owner, ReadOnlyMemory<byte> Hmac)> tokens = await CreateSeveral(s);
            await With("nothing");
            await DescribeAll(s, Root, "nothing");
            await With("describe all tokens", AccessScenarios.Of(TokenType, Describe, null, $"User:{Alice}"));
            await With("describe bob's tokens", AccessScenarios.Of(UserType, DescribeTokens, $"User:{Bob}", $"User:{Alice}"));
            await With("describe bob", AccessScenarios.Of(UserType, Describe, $"User:{Bob}", $"User:{Alice}"));
            CreateAclsRequest.AclCreation denied = AccessScenarios.Of(UserType, DescribeTokens, null, $"User:{Alice}");
            denied.PermissionType = AccessScenarios.Deny;
            await With("describe all tokens, but nobody's", denied, AccessScenarios.Of(TokenType, Describe, null, $"User:{Alice}"));
            await With("describe nobody's tokens", denied);
            await EndAll(s, tokens);

            async Task With(string rights, params CreateAclsRequest.AclCreation[] acls)
            {
                await AccessScenarios.Set(s, acls);
                await DescribeAll(s, Alice, rights);
            }
        }) { HasSaslListener = true, HasGuardedBrokers = true },
        new(ApiKey.CreateDelegationToken, "For somebody else, by ACLs", async s =>
        {
            foreach ((string rights, CreateAclsRequest.AclCreation[] acls) in new (string, CreateAclsRequest.AclCreation[])[]
            {
                ("nothing", []),
                ("create tokens for bob", [AccessScenarios.Of(UserType, CreateTokens, $"User:{Bob}", $"User:{Alice}")]),
                ("create tokens for all", [AccessScenarios.Of(UserType, CreateTokens, null, $"User:{Alice}")]),
                ("describe bob's tokens", [AccessScenarios.Of(UserType, DescribeTokens, $"User:{Bob}", $"User:{Alice}")]),
            })
            {
                await AccessScenarios.Set(s, acls);
                foreach (string owner in new[] { "", Alice, Bob, "nobody" })
                {
                    CreateDelegationTokenResponse made = await Create(s, $"with the right to {rights}, for '{owner}'", Alice, owner, []);
                    if (made.ErrorCode != ErrorCode.None) continue;
                    await s.WaitUntilChangesAreSeen();
                    await Expire(s, $"with the right to {rights}, for '{owner}', ended by {(owner == Bob ? Bob : Alice)}", owner == Bob ? Bob : Alice, made.Hmac, -1);
                }
                await s.Send(new CreateDelegationTokenRequest { OwnerPrincipalType = "User", OwnerPrincipalName = Bob, Renewers = [new() { PrincipalType = "Group", PrincipalName = "ops" }] }, 3, $"with the right to {rights}, renewed by a group");
            }
        }) { HasSaslListener = true, HasGuardedBrokers = true },
        new(ApiKey.ExpireDelegationToken, "By its owner, its renewers, who asked for it, and others", async s =>
        {
            CreateDelegationTokenResponse made = await Create(s, "by root for alice, renewed by bob", Root, Alice, [Bob]);
            await s.WaitUntilChangesAreSeen();
            foreach (string user in new[] { Alice, Bob, Root })
            {
                foreach (long periodMs in new[] { HourMs, 0, -1, long.MaxValue }) await Renew(s, $"{periodMs} ms by {user}", user, made.Hmac, periodMs);
                foreach (long periodMs in new[] { HourMs, long.MaxValue }) await Expire(s, $"{periodMs} ms by {user}", user, made.Hmac, periodMs);
            }
            await Expire(s, "at once, by who asked for it", Root, made.Hmac, -1);
            await Expire(s, "at once, by a renewer", Bob, made.Hmac, -1);
            await s.WaitUntilChangesAreSeen();
            await Renew(s, "gone", Alice, made.Hmac, -1);
            await Expire(s, "gone", Alice, made.Hmac, -1);

            CreateDelegationTokenResponse expired = await Create(s, "a short one", Alice, "", [Bob], lifetimeMs: 1);
            await s.WaitUntilChangesAreSeen();
            foreach (string user in new[] { Root, Bob })
            {
                await Renew(s, $"expired, by {user}", user, expired.Hmac, -1);
                await Expire(s, $"expired, by {user}", user, expired.Hmac, HourMs);
                await Expire(s, $"expired, at once, by {user}", user, expired.Hmac, -1);
            }
        }) { HasSaslListener = true },
    ];

    // Alice's own, bob's own, alice's that root asked for, and bob's that root asked for and alice may renew.
    private static async Task<IReadOnlyList<(string Owner, ReadOnlyMemory<byte> Hmac)>> CreateSeveral(Session s)
    {
        List<(string Owner, ReadOnlyMemory<byte> Hmac)> tokens = [];
        foreach ((string user, string owner, string[] renewers) in new (string, string, string[])[] { (Alice, Alice, []), (Bob, Bob, []), (Root, Alice, []), (Root, Bob, [Alice]) })
            tokens.Add((owner, (await Create(s, $"create {owner}'s by {user}", user, owner, renewers)).Hmac));
        await s.WaitUntilChangesAreSeen();
        return tokens;
    }

    private static async Task EndAll(Session s, IReadOnlyList<(string Owner, ReadOnlyMemory<byte> Hmac)> tokens)
    {
        for (int i = 0; i < tokens.Count; i++) await Expire(s, $"end {i}", tokens[i].Owner, tokens[i].Hmac, -1);
        await s.WaitUntilChangesAreSeen();
    }

    private static async Task<CreateDelegationTokenResponse> Create(Session s, string what, string user, string owner, string[] renewers, long lifetimeMs = -1)
    {
        CreateDelegationTokenRequest request = new() { OwnerPrincipalType = "User", OwnerPrincipalName = owner, MaxLifetimeMs = lifetimeMs };
        foreach (string renewer in renewers) request.Renewers.Add(new() { PrincipalType = "User", PrincipalName = renewer });
        s.LogInAs(user);
        return await s.Send(request, 3, what) ?? throw new InvalidOperationException($"{what}: no answer.");
    }

    private static async Task Renew(Session s, string what, string user, ReadOnlyMemory<byte> hmac, long periodMs)
    {
        s.LogInAs(user);
        await s.Send(new RenewDelegationTokenRequest { Hmac = hmac, RenewPeriodMs = periodMs }, 2, $"renewed: {what}");
    }

    private static async Task Expire(Session s, string what, string user, ReadOnlyMemory<byte> hmac, long periodMs)
    {
        s.LogInAs(user);
        await s.Send(new ExpireDelegationTokenRequest { Hmac = hmac, ExpiryTimePeriodMs = periodMs }, 2, $"ends: {what}");
    }

    private static async Task DescribeAll(Session s, string user, string rights)
    {
        s.LogInAs(user);
        string who = rights.Length == 0 ? user : $"{user}, with the right to {rights}";
        foreach (short version in Session.Versions(ApiKey.DescribeDelegationToken)) await s.Send(new DescribeDelegationTokenRequest { Owners = null }, version, $"all, by {who}");
        foreach (string[] owners in new string[][] { [], [Alice], [Bob], [Root], ["nobody"], [Alice, Bob, Alice] })
        {
            DescribeDelegationTokenRequest request = new() { Owners = [] };
            foreach (string owner in owners) request.Owners.Add(new() { PrincipalType = "User", PrincipalName = owner });
            await s.Send(request, 3, $"of {string.Join(" and ", owners)}, by {who}");
        }
    }
}
