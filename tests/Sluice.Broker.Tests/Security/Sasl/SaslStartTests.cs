using Sluice.Broker.Tests.Support;

namespace Sluice.Broker.Tests.Security.Sasl;

/// <summary>Settings with which a SASL listener must not start.</summary>
public class SaslStartTests
{
    private const string Handler = "org.apache.kafka.common.security.oauthbearer";

    [Theory]
    [InlineData("GSSAPI (Kerberos) is not part of this version; set sasl.enabled.mechanisms to some of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER")]
    [InlineData("there is no mechanism DIGEST-MD5", "sasl.enabled.mechanisms=DIGEST-MD5")]
    [InlineData("names no mechanism", "sasl.enabled.mechanisms=")]
    [InlineData("must name the users", "sasl.enabled.mechanisms=PLAIN")]
    [InlineData("must name the users", "sasl.enabled.mechanisms=PLAIN", "sasl.jaas.config=PlainLoginModule required username=\"a\" password=\"hunter2\";")]
    [InlineData("cannot be read", "sasl.enabled.mechanisms=PLAIN", "sasl.jaas.config=PlainLoginModule required user_a=\"hunter2\"")]
    [InlineData("names another login module", "sasl.enabled.mechanisms=PLAIN", "listener.name.sasl_plaintext.plain.sasl.jaas.config=ScramLoginModule required;")]
    [InlineData("sasl.jaas.config", "sasl.enabled.mechanisms=SCRAM-SHA-256", "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=PlainLoginModule required;")]
    [InlineData("Java classes cannot be loaded", "sasl.enabled.mechanisms=SCRAM-SHA-256", "sasl.server.callback.handler.class=my.Own")]
    [InlineData("must say where the issuer's keys are", "sasl.enabled.mechanisms=OAUTHBEARER")]
    [InlineData("Java classes cannot be loaded", "sasl.enabled.mechanisms=OAUTHBEARER", "sasl.server.callback.handler.class=my.Own")]
    [InlineData("must begin with file:, http: or https:", "sasl.enabled.mechanisms=OAUTHBEARER", "sasl.oauthbearer.jwks.endpoint.url=ldap://x")]
    [InlineData("no signing keys can be read", "sasl.enabled.mechanisms=OAUTHBEARER", "sasl.oauthbearer.jwks.endpoint.url=file:///no/such/file")]
    [InlineData("unsecuredValidatorAllowableClockSkewMs", "sasl.enabled.mechanisms=OAUTHBEARER",
        $"sasl.server.callback.handler.class={Handler}.OAuthBearerUnsecuredValidatorCallbackHandler",
        "sasl.jaas.config=OAuthBearerLoginModule required unsecuredValidatorAllowableClockSkewMs=\"-1\";")]
    public async Task A_start_that_would_let_in_nobody_or_everybody_is_refused_in_one_line(string told, params string[] settings)
    {
        BrokerStartException refusal = await Should.ThrowAsync<BrokerStartException>(
            () => TestBroker.StartAsync(["listeners=SASL_PLAINTEXT://127.0.0.1:0", .. settings]));
        refusal.Message.ShouldContain(told);
        refusal.Message.ShouldNotContain("hunter2");
        refusal.Message.ShouldNotContain('\n');
    }

    [Fact]
    public async Task Scram_needs_no_entry_and_takes_the_usual_one()
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            "listeners=SASL_PLAINTEXT://127.0.0.1:0",
            "sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512",
            "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;");
        broker.Server.Endpoints.ShouldHaveSingleItem();
    }
}
