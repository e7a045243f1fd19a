using Sluice.Client;
using Sluice.Client.Security;

namespace Sluice.Cli.Tests.Client;

public class KafkaClientPropertiesTests
{
    private const string PlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private const string ScramModule = "org.apache.kafka.common.security.scram.ScramLoginModule";
    private const string OAuthModule = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";

    [Theory]
    [InlineData("PLAIN", PlainModule + " required username=\"u\" password=\"p\";")]
    [InlineData("SCRAM-SHA-256", ScramModule + " required username=\"u\" password=\"p\";")]
    [InlineData("SCRAM-SHA-512", ScramModule + " required username=\"u\" password=\"p\" tokenauth=true;")]
    [InlineData("OAUTHBEARER", OAuthModule + " required unsecuredLoginStringClaim_sub=\"u\";")]
    [InlineData("OAUTHBEARER", OAuthModule + " required token=\"abc\";")]
    public void Credentials_come_from_the_JAAS_entry(string mechanism, string jaas)
    {
        KafkaClientOptions options = new();
        Apply(options, ("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", mechanism), ("sasl.jaas.config", jaas)).ShouldBeEmpty();
        options.SecurityProtocol.ShouldBe(SecurityProtocol.SaslPlaintext);
        options.Sasl!.Mechanism.ShouldBe(mechanism);
    }

    [Fact]
    public void What_says_how_to_connect_is_applied_and_the_rest_is_named()
    {
        KafkaClientOptions options = new();
        Apply(options, ("client.id", "me"), ("request.timeout.ms", "1234"), ("socket.connection.setup.timeout.ms", "4321"), ("linger.ms", "5"), ("acks", "all"))
            .ShouldBe(["acks", "linger.ms"]);
        options.ClientId.ShouldBe("me");
        options.RequestTimeout.ShouldBe(TimeSpan.FromMilliseconds(1234));
        options.ConnectTimeout.ShouldBe(TimeSpan.FromMilliseconds(4321));
        options.SecurityProtocol.ShouldBe(SecurityProtocol.Plaintext);
    }

    [Theory]
    [InlineData("security.protocol", "PLAIN", "security.protocol")]
    [InlineData("security.providers", "x", "security.providers")]
    [InlineData("sasl.kerberos.service.name", "kafka", "sasl.kerberos.service.name")]
    [InlineData("request.timeout.ms", "soon", "request.timeout.ms")]
    public void What_cannot_be_done_is_refused_by_name(string name, string value, string expected) =>
        Should.Throw<KafkaClientPropertyException>(() => Apply(new(), (name, value))).PropertyName.ShouldBe(expected);

    [Theory]
    [InlineData("GSSAPI", PlainModule + " required;", "sasl.mechanism")]
    [InlineData("PLAIN", PlainModule + " required username=\"u\";", "sasl.jaas.config")]
    [InlineData("PLAIN", ScramModule + " required username=\"u\" password=\"hunter2\";", "sasl.jaas.config")]
    [InlineData("SCRAM-SHA-256", "hunter2", "sasl.jaas.config")]
    [InlineData("OAUTHBEARER", OAuthModule + " required;", "sasl.jaas.config")]
    public void Credentials_that_cannot_be_used_are_refused_without_repeating_them(string mechanism, string jaas, string expected)
    {
        KafkaClientPropertyException refusal = Should.Throw<KafkaClientPropertyException>(
            () => Apply(new(), ("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", mechanism), ("sasl.jaas.config", jaas)));
        refusal.PropertyName.ShouldBe(expected);
        refusal.Message.ShouldNotContain("hunter2");
    }

    [Fact]
    public void SASL_without_a_mechanism_is_refused() =>
        Should.Throw<KafkaClientPropertyException>(() => Apply(new(), ("security.protocol", "SASL_SSL"))).PropertyName.ShouldBe("sasl.mechanism");

    private static IReadOnlyList<string> Apply(KafkaClientOptions options, params (string Name, string Value)[] properties) =>
        KafkaClientProperties.Apply(properties.ToDictionary(pair => pair.Name, pair => pair.Value), options);
}
