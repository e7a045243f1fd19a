using Sluice.Broker.Tests.Security.Sasl;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Client.Security;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Tests.Security.Tokens;

/// <summary>Delegation tokens (KIP-48): made, logged in with, renewed, ended, swept.</summary>
public class DelegationTokenTests
{
    private const string Key = "delegation.token.secret.key=a-key";
    private const string NeverIdle = "connections.max.idle.ms=-1";
    private const long HourMs = 3_600_000;

    [Theory]
    [InlineData(ScramMechanism.Sha256)]
    [InlineData(ScramMechanism.Sha512)]
    public async Task A_token_logs_in_as_its_owner_also_after_a_restart_and_makes_no_further_tokens(ScramMechanism mechanism)
    {
        await using TestBroker broker = await SaslBroker.StartAsync(Key);
        CreateDelegationTokenResponse token = await CreateAsync(await AliceAsync(broker));
        (token.PrincipalType, token.PrincipalName, token.TokenRequesterPrincipalName).ShouldBe(("User", "alice", "alice"));
        (token.IssueTimestampMs, token.ExpiryTimestampMs, token.MaxTimestampMs).ShouldBe(
            (broker.NowMs, broker.NowMs + (24 * HourMs), broker.NowMs + (7 * 24 * HourMs)));

        await broker.RestartAsync();
        KafkaConnection connection = await broker.LogInAsync(Credentials(token, mechanism));
        broker.Server.Connections.ShouldContain(static open => open.Principal.Name == "alice" && open.IsTokenAuthenticated);
        (await connection.SendAsync(new CreateDelegationTokenRequest())).ErrorCode.ShouldBe(ErrorCode.DelegationTokenRequestNotAllowed);
        (await connection.SendAsync(new DescribeDelegationTokenRequest { Owners = null })).ErrorCode.ShouldBe(ErrorCode.DelegationTokenRequestNotAllowed);
    }

    [Fact]
    public async Task A_wrong_secret_and_a_token_as_a_user_are_refused()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(Key);
        CreateDelegationTokenResponse token = await CreateAsync(await AliceAsync(broker));
        await RefusedAsync(broker, SaslCredentials.Scram(ScramMechanism.Sha256, token.TokenId, "wrong", isToken: true));
        await RefusedAsync(broker, SaslCredentials.Scram(ScramMechanism.Sha256, token.TokenId, Convert.ToBase64String(token.Hmac.Span)));
        await RefusedAsync(broker, SaslCredentials.Scram(ScramMechanism.Sha256, "alice", "secret", isToken: true));
    }

    [Fact]
    public async Task Only_its_owner_and_its_renewers_renew_and_end_it()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(
            Key, NeverIdle, "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "listener.name.sasl_plaintext.plain.sasl.jaas.config=PlainLoginModule required user_alice=\"secret\" user_bob=\"other\" user_carol=\"third\";");
        KafkaConnection alice = await AliceAsync(broker);
        CreateDelegationTokenResponse token = await CreateAsync(alice, "bob");
        KafkaConnection bob = await broker.LogInAsync(SaslCredentials.Plain("bob", "other"));
        KafkaConnection carol = await broker.LogInAsync(SaslCredentials.Plain("carol", "third"));

        broker.Time.Advance(TimeSpan.FromHours(1));
        (await RenewAsync(bob, token.Hmac, -1)).ShouldBe((ErrorCode.None, broker.NowMs + (24 * HourMs)));
        (await RenewAsync(alice, token.Hmac, HourMs)).ShouldBe((ErrorCode.None, broker.NowMs + HourMs));
        (await RenewAsync(carol, token.Hmac, HourMs)).ShouldBe((ErrorCode.DelegationTokenOwnerMismatch, 0L));
        (await RenewAsync(alice, new byte[64], HourMs)).ShouldBe((ErrorCode.DelegationTokenNotFound, 0L));
        (await RenewAsync(alice, Array.Empty<byte>(), HourMs)).Error.ShouldBe(ErrorCode.DelegationTokenNotFound);
        (await ExpireAsync(carol, token.Hmac, -1)).ShouldBe((ErrorCode.DelegationTokenOwnerMismatch, 0L));
        (await CreateForAsync(carol, "alice")).ShouldBe(ErrorCode.DelegationTokenAuthorizationFailed);
        (await ExpireAsync(alice, token.Hmac, long.MaxValue)).ShouldBe((ErrorCode.None, token.MaxTimestampMs));
        (await DescribeAsync(bob)).ShouldBe([token.TokenId]);
        (await DescribeAsync(carol)).ShouldBeEmpty();
        (await ExpireAsync(bob, token.Hmac, -1)).ShouldBe((ErrorCode.None, broker.NowMs));
        (await DescribeAsync(alice)).ShouldBeEmpty();
        await RefusedAsync(broker, Credentials(token, ScramMechanism.Sha256));
    }

    [Fact]
    public async Task An_expired_token_counts_no_more_and_is_swept_away()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(Key, NeverIdle, "delegation.token.expiry.time.ms=60000", "delegation.token.expiry.check.interval.ms=600000");
        KafkaConnection alice = await AliceAsync(broker);
        CreateDelegationTokenResponse token = await CreateAsync(alice);
        broker.Time.Advance(TimeSpan.FromMilliseconds(60_001));
        await RefusedAsync(broker, Credentials(token, ScramMechanism.Sha256));
        (await RenewAsync(alice, token.Hmac, HourMs)).ShouldBe((ErrorCode.DelegationTokenExpired, 0L));
        (await ExpireAsync(alice, token.Hmac, HourMs)).ShouldBe((ErrorCode.DelegationTokenExpired, 0L));
        (await DescribeAsync(alice)).ShouldBe([token.TokenId]);
        KafkaConnection bob = await broker.LogInAsync(SaslCredentials.Plain("bob", "other"));
        (await RenewAsync(bob, token.Hmac, HourMs)).ShouldBe((ErrorCode.DelegationTokenExpired, 0L));
        (await ExpireAsync(bob, token.Hmac, -1)).ShouldBe((ErrorCode.DelegationTokenOwnerMismatch, 0L));
        CreateDelegationTokenResponse ended = await CreateAsync(alice);
        broker.Time.Advance(TimeSpan.FromMilliseconds(60_001));
        (await ExpireAsync(alice, ended.Hmac, -1)).ShouldBe((ErrorCode.None, broker.NowMs));
        (await DescribeAsync(alice)).ShouldBe([token.TokenId]);
        await broker.AdvanceUntilAsync(TimeSpan.FromMinutes(10), async () => (await DescribeAsync(alice)).Length == 0);
        await broker.Log.WaitForAsync("DelegationTokensExpired");
    }

    [Fact]
    public async Task A_session_by_a_token_ends_with_it()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(Key, NeverIdle, "delegation.token.expiry.time.ms=60000");
        CreateDelegationTokenResponse token = await CreateAsync(await AliceAsync(broker));
        broker.Time.Advance(TimeSpan.FromSeconds(20));
        KafkaConnection connection = await broker.LogInAsync(Credentials(token, ScramMechanism.Sha512));
        (await connection.SendAsync(new MetadataRequest { Topics = [] })).ErrorCode.ShouldBe(ErrorCode.None);
        broker.Time.Advance(TimeSpan.FromSeconds(41));
        await Should.ThrowAsync<KafkaException>(() => connection.SendAsync(new MetadataRequest { Topics = [] }));
    }

    [Fact]
    public async Task Nobody_who_is_not_known_gets_one_and_nobody_at_all_without_a_key()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        await using KafkaConnection plain = await broker.ConnectPlainAsync();
        (await plain.SendAsync(new CreateDelegationTokenRequest())).ErrorCode.ShouldBe(ErrorCode.DelegationTokenRequestNotAllowed);
        (await RenewAsync(plain, new byte[64], 1)).ShouldBe((ErrorCode.DelegationTokenRequestNotAllowed, -1L));
        (await ExpireAsync(plain, new byte[64], 1)).ShouldBe((ErrorCode.DelegationTokenRequestNotAllowed, -1L));
        (await plain.SendAsync(new DescribeDelegationTokenRequest { Owners = null })).ErrorCode.ShouldBe(ErrorCode.DelegationTokenRequestNotAllowed);
        KafkaConnection alice = await AliceAsync(broker);
        CreateDelegationTokenResponse disabled = await alice.SendAsync(new CreateDelegationTokenRequest());
        (disabled.ErrorCode, disabled.IssueTimestampMs, disabled.ExpiryTimestampMs, disabled.MaxTimestampMs).ShouldBe((ErrorCode.DelegationTokenAuthDisabled, 0L, 0L, 0L));
        (await RenewAsync(alice, new byte[64], 1)).ShouldBe((ErrorCode.DelegationTokenAuthDisabled, 0L));
        (await ExpireAsync(alice, new byte[64], 1)).ShouldBe((ErrorCode.DelegationTokenAuthDisabled, 0L));
        (await alice.SendAsync(new DescribeDelegationTokenRequest { Owners = null })).ErrorCode.ShouldBe(ErrorCode.DelegationTokenAuthDisabled);
    }

    [Fact]
    public async Task Tokens_of_a_user_are_those_that_it_owns_asked_for_or_may_renew()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(Key);
        KafkaConnection alice = await AliceAsync(broker);
        KafkaConnection bob = await broker.LogInAsync(SaslCredentials.Plain("bob", "other"));
        string alices = (await CreateAsync(alice)).TokenId;
        string renewed = (await CreateAsync(alice, "carol")).TokenId;
        CreateDelegationTokenResponse asked = await bob.SendAsync(new CreateDelegationTokenRequest { OwnerPrincipalType = "User", OwnerPrincipalName = "alice" });
        (await DescribeAsync(bob, "alice")).ShouldBe([alices, renewed, asked.TokenId], ignoreOrder: true);
        (await DescribeAsync(bob, "bob")).ShouldBe([asked.TokenId]);
        (await DescribeAsync(bob, "carol", "nobody")).ShouldBe([renewed]);
        (await DescribeAsync(bob, "nobody")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_renewer_that_is_no_user_is_refused()
    {
        await using TestBroker broker = await SaslBroker.StartAsync(Key);
        CreateDelegationTokenRequest request = new();
        CreateDelegationTokenRequest.CreatableRenewers renewer = request.Renewers.Add();
        (renewer.PrincipalType, renewer.PrincipalName) = ("Group", "ops");
        (await (await AliceAsync(broker)).SendAsync(request)).ErrorCode.ShouldBe(ErrorCode.InvalidPrincipalType);
    }

    private static Task<KafkaConnection> AliceAsync(TestBroker broker) => broker.LogInAsync(SaslCredentials.Plain("alice", "secret"));

    private static SaslCredentials Credentials(CreateDelegationTokenResponse token, ScramMechanism mechanism) =>
        SaslCredentials.Scram(mechanism, token.TokenId, Convert.ToBase64String(token.Hmac.Span), isToken: true);

    private static async Task RefusedAsync(TestBroker broker, SaslCredentials credentials) =>
        (await Should.ThrowAsync<KafkaException>(() => broker.LogInAsync(credentials))).Error.ShouldBe(ErrorCode.SaslAuthenticationFailed);

    private static async Task<CreateDelegationTokenResponse> CreateAsync(KafkaConnection connection, params string[] renewers)
    {
        CreateDelegationTokenRequest request = new();
        foreach (string name in renewers)
        {
            CreateDelegationTokenRequest.CreatableRenewers renewer = request.Renewers.Add();
            (renewer.PrincipalType, renewer.PrincipalName) = ("User", name);
        }
        CreateDelegationTokenResponse response = await connection.SendAsync(request);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return response;
    }

    private static async Task<ErrorCode> CreateForAsync(KafkaConnection connection, string owner) =>
        (await connection.SendAsync(new CreateDelegationTokenRequest { OwnerPrincipalType = "User", OwnerPrincipalName = owner })).ErrorCode;

    private static async Task<(ErrorCode Error, long ExpiryMs)> RenewAsync(KafkaConnection connection, ReadOnlyMemory<byte> hmac, long periodMs)
    {
        RenewDelegationTokenResponse response = await connection.SendAsync(new RenewDelegationTokenRequest { Hmac = hmac, RenewPeriodMs = periodMs });
        return (response.ErrorCode, response.ExpiryTimestampMs);
    }

    private static async Task<(ErrorCode Error, long ExpiryMs)> ExpireAsync(KafkaConnection connection, ReadOnlyMemory<byte> hmac, long periodMs)
    {
        ExpireDelegationTokenResponse response = await connection.SendAsync(new ExpireDelegationTokenRequest { Hmac = hmac, ExpiryTimePeriodMs = periodMs });
        return (response.ErrorCode, response.ExpiryTimestampMs);
    }

    // Of all users if none are given.
    private static async Task<string[]> DescribeAsync(KafkaConnection connection, params string[] users)
    {
        DescribeDelegationTokenRequest request = new() { Owners = users.Length == 0 ? null : [] };
        foreach (string user in users) request.Owners!.Add(new() { PrincipalType = "User", PrincipalName = user });
        DescribeDelegationTokenResponse response = await connection.SendAsync(request);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return [.. response.Tokens.Select(static token => token.TokenId)];
    }
}
