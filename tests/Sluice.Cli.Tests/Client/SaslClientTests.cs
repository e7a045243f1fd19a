using System.Text;
using Sluice.Client.Security;
using Sluice.Protocol.Sasl;

namespace Sluice.Cli.Tests.Client;

public class SaslClientTests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerFirst = $"r={Nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    /// <summary>The example of RFC 7677, section 3.</summary>
    [Fact]
    public void Scram_proves_the_password_and_wants_proof_of_the_broker()
    {
        ScramClient client = Scram();
        Text(client.Begin()).ShouldBe($"n,,n=user,r={Nonce}");
        Text(client.Next(Bytes(ServerFirst))).ShouldBe($"c=biws,r={Nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        client.IsComplete.ShouldBeFalse();
        client.Next(Bytes(ServerFinal)).ShouldBeNull();
        client.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void Scram_says_when_a_token_logs_in() =>
        Text(new ScramClient(ScramMechanism.Sha512, "a,b", "x", isToken: true, Nonce).Begin()).ShouldBe($"n,,n=a=2Cb,r={Nonce},tokenauth=true");

    [Theory]
    [InlineData("")]
    [InlineData("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData($"r={Nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData($"r={Nonce}x,s=,i=4096")]
    [InlineData($"r={Nonce}x,s=!,i=4096")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=x")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==")]
    public void Scram_gives_no_proof_to_a_broker_that_breaks_the_rules(string serverFirst) =>
        Should.Throw<SaslClientException>(() => Scram().Next(Bytes(serverFirst)));

    [Theory]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95H4=")]
    [InlineData("v=")]
    [InlineData("")]
    [InlineData("e=other-error")]
    public void Scram_refuses_a_broker_that_does_not_know_the_user(string serverFinal)
    {
        ScramClient client = Scram();
        client.Next(Bytes(ServerFirst));
        Should.Throw<SaslClientException>(() => client.Next(Bytes(serverFinal)));
        client.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public void Plain_is_one_message()
    {
        PlainClient client = new("user", "pass");
        Text(client.Begin()).ShouldBe("\0user\0pass");
        client.Next([]).ShouldBeNull();
        client.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void OAuthBearer_acknowledges_a_refusal()
    {
        OAuthBearerClient client = new("abc");
        Text(client.Begin()).ShouldBe("n,,\u0001auth=Bearer abc\u0001\u0001");
        client.Next("""{"status":"invalid_token"}"""u8).ShouldBe([1]);
        client.IsComplete.ShouldBeFalse();
    }

    private static ScramClient Scram() => new(ScramMechanism.Sha256, "user", "pencil", isToken: false, Nonce);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}
