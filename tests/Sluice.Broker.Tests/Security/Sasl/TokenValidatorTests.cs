using Microsoft.Extensions.Time.Testing;
using Sluice.Broker.Security.Sasl;
using Sluice.Broker.Tests.Support;

namespace Sluice.Broker.Tests.Security.Sasl;

public sealed class TokenValidatorTests : IDisposable
{
    private readonly TestTokens _issuer = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBroker.StartMs));

    public void Dispose() => _issuer.Dispose();

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task A_token_signed_by_a_known_key_is_believed(string algorithm)
    {
        BearerTokenCheck check = await Signed(_issuer.Signed(TestTokens.Claims(), algorithm));
        check.Token.ShouldBe(new BearerToken("alice", TestBroker.StartMs + 3_600_000));
    }

    [Fact]
    public async Task A_token_that_names_no_key_may_be_signed_by_any()
    {
        string token = _issuer.Signed(TestTokens.Claims(), keyId: "");
        (await Signed(token)).Token.ShouldNotBeNull();
    }

    [Fact]
    public async Task Tokens_without_a_sound_signature_are_refused()
    {
        string sound = _issuer.Signed(TestTokens.Claims());
        string[] parts = sound.Split('.');
        string others = _issuer.Signed(TestTokens.Claims("root")).Split('.')[1];
        await RefusedAsync($"{parts[0]}.{others}.{parts[2]}");
        await RefusedAsync($"{parts[0]}.{parts[1]}.");
        await RefusedAsync($"{parts[0]}.{parts[1]}");
        await RefusedAsync(TestTokens.Unsecured(TestTokens.Claims()));
        await RefusedAsync(_issuer.Signed(TestTokens.Claims(), keyId: "stranger"));
        await RefusedAsync(_issuer.Signed(TestTokens.Claims(), keyId: "p256"));
        // Signed with the public key, as if it were a secret.
        await RefusedAsync(_issuer.Signed(TestTokens.Claims(), "HS256"));
        using TestTokens otherIssuer = new();
        await RefusedAsync(otherIssuer.Signed(TestTokens.Claims()));
        await RefusedAsync("x");
        await RefusedAsync("..");
        await RefusedAsync("a.b.c.d.e");
    }

    [Theory]
    [InlineData("""{"sub":"alice","iat":1700000000}""")]
    [InlineData("""{"sub":"alice","exp":1700003600}""")]
    [InlineData("""{"iat":1700000000,"exp":1700003600}""")]
    [InlineData("""{"sub":"","iat":1700000000,"exp":1700003600}""")]
    [InlineData("""{"sub":5,"iat":1700000000,"exp":1700003600}""")]
    [InlineData("""{"sub":"alice","iat":1700000000,"exp":1699999969}""")]
    [InlineData("""{"sub":"alice","iat":1700000000,"exp":1e300}""")]
    [InlineData("""{"sub":"alice","iat":1700000000,"exp":1700003600,"nbf":1700000031}""")]
    [InlineData("""{"sub":"alice","iat":1700000000,"exp":1700003600,"nbf":"soon"}""")]
    [InlineData("""{"sub":"alice","iat":1700000000,"exp":1700003600,"scope":5}""")]
    [InlineData("""[]""")]
    public Task Claims_that_will_not_do_are_refused(string claims) => RefusedAsync(_issuer.Signed(claims));

    [Theory]
    [InlineData("""{"sub":"alice","iat":1700000000,"exp":1699999971}""")]
    [InlineData("""{"sub":"alice","iat":1700000000,"exp":1700003600.5,"nbf":1700000030}""")]
    [InlineData("""{"sub":"alice","iat":1800000000,"exp":1900000000,"scope":["a","b"]}""")]
    public async Task Clocks_may_differ_a_little(string claims) => (await Signed(_issuer.Signed(claims))).Token.ShouldNotBeNull();

    [Theory]
    [InlineData("", false)]
    [InlineData(",\"iss\":\"https://issuer\"", false)]
    [InlineData(",\"aud\":\"kafka\"", false)]
    [InlineData(",\"iss\":\"https://issuer\",\"aud\":\"other\"", false)]
    [InlineData(",\"iss\":\"https://other\",\"aud\":\"kafka\"", false)]
    [InlineData(",\"iss\":\"https://issuer\",\"aud\":\"kafka\"", true)]
    [InlineData(",\"iss\":\"https://issuer\",\"aud\":[\"x\",\"logs\"]", true)]
    public async Task Issuer_and_audience_must_be_those_expected(string more, bool isBelieved)
    {
        SignedTokenSettings settings = new(["kafka", "logs"], "https://issuer", "sub", "scope", TimeSpan.Zero);
        SignedTokenValidator validator = new(settings, _issuer, _time);
        (await validator.ValidateAsync(_issuer.Signed(TestTokens.Claims(more: more)))).Token.ShouldBe(
            isBelieved ? new BearerToken("alice", TestBroker.StartMs + 3_600_000) : null);
    }

    [Fact]
    public async Task Another_claim_may_name_the_user()
    {
        SignedTokenValidator validator = new(new SignedTokenSettings([], null, "client_id", "scp", TimeSpan.Zero), _issuer, _time);
        BearerTokenCheck check = await validator.ValidateAsync(_issuer.Signed(TestTokens.Claims(more: ",\"client_id\":\"svc\"")));
        check.Token.ShouldNotBeNull().PrincipalName.ShouldBe("svc");
    }

    [Fact]
    public async Task An_unsigned_token_is_believed_where_that_was_asked_for()
    {
        (await Unsecured(TestTokens.Unsecured(TestTokens.Claims()))).Token.ShouldBe(new BearerToken("alice", TestBroker.StartMs + 3_600_000));
        (await Unsecured(TestTokens.Unsecured(TestTokens.Claims(expiresIn: 0)))).Status.ShouldBe("invalid_token");
        (await Unsecured(TestTokens.Unsecured("""{"iat":1700000000,"exp":1700003600}"""))).Status.ShouldBe("invalid_token");
        (await Unsecured(TestTokens.Unsecured("""{"sub":"alice","iat":1700000001,"exp":1700003600}"""))).Status.ShouldBe("invalid_token");
        (await Unsecured(TestTokens.Unsecured(TestTokens.Claims(), """{"alg":"RS256"}"""))).Status.ShouldBe("invalid_token");
        (await Unsecured(_issuer.Signed(TestTokens.Claims()))).Status.ShouldBe("invalid_token");
        (await Unsecured("x")).Status.ShouldBe("invalid_token");
        (await Unsecured("!.!.")).Status.ShouldBe("invalid_token");
        (await Unsecured(TestTokens.Unsecured("[]"))).Status.ShouldBe("invalid_token");
    }

    [Fact]
    public async Task An_unsigned_token_may_have_to_have_a_scope()
    {
        UnsecuredTokenValidator validator = new(new UnsecuredTokenSettings("sub", "scope", ["read", "write"], 0), _time);
        BearerTokenCheck check = await validator.ValidateAsync(TestTokens.Unsecured(TestTokens.Claims(more: ",\"scope\":\"read\"")));
        (check.Status, check.Scope).ShouldBe(("insufficient_scope", "read write"));
        (await validator.ValidateAsync(TestTokens.Unsecured(TestTokens.Claims(more: ",\"scope\":[\"write\",\"read\",\"x\"]")))).Token.ShouldNotBeNull();
    }

    private async Task RefusedAsync(string token)
    {
        BearerTokenCheck check = await Signed(token);
        check.Token.ShouldBeNull(token);
        check.Status.ShouldBe("invalid_token");
    }

    private async Task<BearerTokenCheck> Signed(string token) =>
        await new SignedTokenValidator(new SignedTokenSettings([], null, "sub", "scope", TimeSpan.FromSeconds(30)), _issuer, _time).ValidateAsync(token);

    private async Task<BearerTokenCheck> Unsecured(string token) =>
        await new UnsecuredTokenValidator(new UnsecuredTokenSettings("sub", "scope", [], 0), _time).ValidateAsync(token);
}
