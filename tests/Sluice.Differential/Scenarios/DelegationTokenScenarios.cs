using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// Delegation tokens, as far as what is answered is not left to chance.
internal static class DelegationTokenScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.CreateDelegationToken, "Where nobody says who they are", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.CreateDelegationToken)) await s.Send(new CreateDelegationTokenRequest { MaxLifetimeMs = 1 }, version, "create");
            foreach (short version in Session.Versions(ApiKey.RenewDelegationToken)) await s.Send(Renew(), version, "renew");
            foreach (short version in Session.Versions(ApiKey.ExpireDelegationToken)) await s.Send(Expire(), version, "expire");
            foreach (short version in Session.Versions(ApiKey.DescribeDelegationToken)) await s.Send(new DescribeDelegationTokenRequest { Owners = null }, version, "describe");
        }),
        new(ApiKey.RenewDelegationToken, "Tokens that are not there", async s =>
        {
            await SaslScenarios.LogIn(s, "log in");
            foreach (short version in Session.Versions(ApiKey.RenewDelegationToken)) await s.Send(Renew(), version, "renew");
            foreach (short version in Session.Versions(ApiKey.ExpireDelegationToken)) await s.Send(Expire(), version, "expire");
            foreach (short version in Session.Versions(ApiKey.DescribeDelegationToken))
            {
                await s.Send(new DescribeDelegationTokenRequest { Owners = null }, version, "describe all");
                await s.Send(new DescribeDelegationTokenRequest { Owners = [] }, version, "describe none");
                await s.Send(new DescribeDelegationTokenRequest { Owners = [new() { PrincipalType = "User", PrincipalName = "nobody" }] }, version, "describe nobody's");
            }
        }) { HasSaslListener = true },
        new(ApiKey.CreateDelegationToken, "A renewer that is no user", async s =>
        {
            await SaslScenarios.LogIn(s, "log in");
            foreach (short version in Session.Versions(ApiKey.CreateDelegationToken))
            {
                CreateDelegationTokenRequest request = new() { Renewers = [new() { PrincipalType = "Group", PrincipalName = "ops" }] };
                await s.Send(request, version, "create");
            }
        }) { HasSaslListener = true },
    ];

    private static RenewDelegationTokenRequest Renew() => new() { Hmac = new byte[64], RenewPeriodMs = 1000 };

    private static ExpireDelegationTokenRequest Expire() => new() { Hmac = new byte[64], ExpiryTimePeriodMs = -1 };
}
