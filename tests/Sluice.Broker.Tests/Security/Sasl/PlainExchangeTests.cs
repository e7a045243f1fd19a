using System.Text;
using Sluice.Broker.Security;
using Sluice.Broker.Security.Sasl;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Tests.Security.Sasl;

public class PlainExchangeTests
{
    [Theory]
    [InlineData("\0alice\0secret", "alice")]
    [InlineData("alice\0alice\0secret", "alice")]
    [InlineData("\0bob\0a=b;c", "bob")]
    public async Task A_user_with_the_right_password_passes(string message, string user)
    {
        SaslStep step = await Next(message);
        step.Identity.ShouldBe(new SaslIdentity(KafkaPrincipal.User(user)));
        step.Reply.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "Invalid SASL/PLAIN response: expected 3 tokens, got 1")]
    [InlineData("alice\0secret", "Invalid SASL/PLAIN response: expected 3 tokens, got 2")]
    [InlineData("\0alice\0secret\0", "Invalid SASL/PLAIN response: expected 3 tokens, got 4")]
    [InlineData("\0\0\0\0\0\0\0", "Invalid SASL/PLAIN response: expected 3 tokens, got 4")]
    [InlineData("\0\0secret", "Authentication failed: username not specified")]
    [InlineData("\0alice\0", "Authentication failed: password not specified")]
    [InlineData("\0alice\0wrong", "Authentication failed: Invalid username or password")]
    [InlineData("\0alice\0secre", "Authentication failed: Invalid username or password")]
    [InlineData("\0Alice\0secret", "Authentication failed: Invalid username or password")]
    [InlineData("\0nobody\0secret", "Authentication failed: Invalid username or password")]
    [InlineData("bob\0alice\0secret", "Authentication failed: Client requested an authorization id that is different from username")]
    public async Task Everything_else_is_refused_in_the_words_of_Kafka(string message, string told)
    {
        SaslStep step = await Next(message);
        step.IsRefused.ShouldBeTrue();
        step.Message.ShouldBe(told);
        step.Identity.ShouldBeNull();
    }

    private static async Task<SaslStep> Next(string message)
    {
        JaasConfig.TryParse(
            """org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="own" user_alice="secret" user_bob="a=b;c";""",
            out JaasConfig? jaas, out _).ShouldBeTrue();
        return await new PlainExchange(new PlainUsers(jaas)).NextAsync(Encoding.UTF8.GetBytes(message));
    }
}
