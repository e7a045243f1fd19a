using System.Text;
using Sluice.Broker.Security;
using Sluice.Broker.Security.Sasl;
using Sluice.Metadata.Scram;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Tests.Security.Sasl;

public class ScramExchangeTests
{
    // The example of RFC 7677, section 3.
    private const string ClientNonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string ClientFirst = $"n,,n=user,r={ClientNonce}";
    private const string ServerFirst = $"r={ClientNonce}{ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string WithoutProof = $"c=biws,r={ClientNonce}{ServerNonce}";
    private const string Proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Fact]
    public async Task The_example_of_RFC_7677_passes()
    {
        ScramExchange exchange = Begin();
        SaslStep challenge = await Next(exchange, ClientFirst);
        Text(challenge).ShouldBe(ServerFirst);
        challenge.Identity.ShouldBeNull();
        SaslStep end = await Next(exchange, $"{WithoutProof},p={Proof}");
        Text(end).ShouldBe(ServerFinal);
        end.Identity.ShouldBe(new SaslIdentity(KafkaPrincipal.User("user")));
    }

    [Theory]
    [InlineData($"n,a=user,n=user,r={ClientNonce}")]
    [InlineData($"n,,m=what,n=user,r={ClientNonce}")]
    [InlineData($"n,,n=user,r={ClientNonce},ext=1,tokenauth=false")]
    public async Task An_authorization_id_of_the_same_name_and_extensions_are_let_through(string first) =>
        (await Next(Begin(), first)).IsRefused.ShouldBeFalse();

    [Theory]
    [InlineData("", SaslRefusal.MalformedMessage)]
    [InlineData("n", SaslRefusal.MalformedMessage)]
    [InlineData("n,", SaslRefusal.MalformedMessage)]
    [InlineData("n,,", SaslRefusal.MalformedMessage)]
    [InlineData("n,,n=user", SaslRefusal.MalformedMessage)]
    [InlineData("n,,n=user,r=", SaslRefusal.MalformedMessage)]
    [InlineData("n,,n=,r=abc", SaslRefusal.MalformedMessage)]
    [InlineData("n,,n=a=b,r=abc", SaslRefusal.MalformedMessage)]
    [InlineData("n,,n=user,r=abc,", SaslRefusal.MalformedMessage)]
    [InlineData("n,,n=user,r=abc,1=2", SaslRefusal.MalformedMessage)]
    [InlineData("n,x=user,n=user,r=abc", SaslRefusal.MalformedMessage)]
    [InlineData("y,,n=user,r=abc", SaslRefusal.MalformedMessage)]
    [InlineData("p=tls-unique,,n=user,r=abc", SaslRefusal.MalformedMessage)]
    [InlineData("n,,n=nobody,r=abc", SaslRefusal.UnknownUser)]
    [InlineData("n,,n=User,r=abc", SaslRefusal.UnknownUser)]
    [InlineData("n,,n=user,r=abc,tokenauth=true", SaslRefusal.UnknownUser)]
    public async Task A_first_message_that_will_not_do_is_refused_without_saying_why(string first, object refusal)
    {
        SaslStep step = await Next(Begin(), first);
        step.Refusal.ShouldBe((SaslRefusal)refusal);
        step.Message.ShouldBeNull();
    }

    [Fact]
    public async Task To_act_as_somebody_else_is_refused()
    {
        SaslStep step = await Next(Begin(), $"n,a=root,n=user,r={ClientNonce}");
        step.Refusal.ShouldBe(SaslRefusal.OtherAuthorizationId);
        step.Message.ShouldBe("Authentication failed: Client requested an authorization id that is different from username");
    }

    [Theory]
    [InlineData("", SaslRefusal.MalformedMessage)]
    [InlineData(WithoutProof, SaslRefusal.MalformedMessage)]
    [InlineData($"{WithoutProof},p=", SaslRefusal.MalformedMessage)]
    [InlineData($"{WithoutProof},p=!", SaslRefusal.MalformedMessage)]
    [InlineData($"{WithoutProof},p=YWJj", SaslRefusal.MalformedMessage)]
    [InlineData($"r={ClientNonce}{ServerNonce},c=biws,p={Proof}", SaslRefusal.MalformedMessage)]
    [InlineData($"{WithoutProof},p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", SaslRefusal.WrongCredentials)]
    [InlineData($"{WithoutProof},x=y,p={Proof}", SaslRefusal.WrongCredentials)]
    [InlineData($"c=eSws,r={ClientNonce}{ServerNonce},p={Proof}", SaslRefusal.WrongCredentials)]
    // The end of the nonce alone was once enough for Kafka.
    [InlineData($"c=biws,r=other{ServerNonce},p={Proof}", SaslRefusal.WrongCredentials)]
    [InlineData($"c=biws,r={ClientNonce},p={Proof}", SaslRefusal.WrongCredentials)]
    [InlineData($"c=biws,r={ClientNonce}{ClientNonce}{ClientNonce}{ServerNonce},p={Proof}", SaslRefusal.WrongCredentials)]
    public async Task A_last_message_that_proves_nothing_is_refused_without_saying_why(string last, object refusal)
    {
        ScramExchange exchange = Begin();
        (await Next(exchange, ClientFirst)).IsRefused.ShouldBeFalse();
        SaslStep step = await Next(exchange, last);
        step.Refusal.ShouldBe((SaslRefusal)refusal);
        step.Message.ShouldBeNull();
        step.Identity.ShouldBeNull();
    }

    [Fact]
    public async Task A_credential_of_too_few_iterations_is_not_used()
    {
        ScramExchange exchange = new(ScramMechanism.Sha256, new OneUser(iterations: 4095), ServerNonce);
        (await Next(exchange, ClientFirst)).Refusal.ShouldBe(SaslRefusal.WrongCredentials);
    }

    private static ScramExchange Begin() => new(ScramMechanism.Sha256, new OneUser(iterations: 4096), ServerNonce);

    private static async Task<SaslStep> Next(ScramExchange exchange, string message) => await exchange.NextAsync(Encoding.UTF8.GetBytes(message));

    private static string Text(SaslStep step) => Encoding.UTF8.GetString(step.Reply);

    private sealed class OneUser(int iterations) : IScramDirectory
    {
        public ScramLogin? FindUser(string userName, ScramMechanism mechanism)
        {
            if (userName != "user") return null;
            byte[] salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");
            byte[] salted = ScramFormulas.SaltPassword(mechanism, "pencil", salt, iterations);
            return new ScramLogin(ScramCredential.FromSaltedPassword(mechanism, salt, salted, iterations), new SaslIdentity(KafkaPrincipal.User(userName)));
        }

        public ScramLogin? FindToken(string tokenId, ScramMechanism mechanism) => null;
    }
}
