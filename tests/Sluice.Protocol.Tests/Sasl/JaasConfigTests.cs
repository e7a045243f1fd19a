using Sluice.Protocol.Sasl;

namespace Sluice.Protocol.Tests.Sasl;

public class JaasConfigTests
{
    [Fact]
    public void An_entry_as_Kafka_documents_it_is_read()
    {
        JaasConfig config = Parse(
            """
            org.apache.kafka.common.security.plain.PlainLoginModule required \
              username="admin" // who the broker is
              password='admin secret'
              user_alice="a=b;c" /* nobody
              else */ user_bob=plain
            ;
            """.Replace("\\\n", "\n", StringComparison.Ordinal));
        config.LoginModule.ShouldBe("org.apache.kafka.common.security.plain.PlainLoginModule");
        config.IsModule("PlainLoginModule").ShouldBeTrue();
        config.IsModule("LoginModule").ShouldBeFalse();
        config.Options.OrderBy(pair => pair.Key, StringComparer.Ordinal).ShouldBe(
        [
            KeyValuePair.Create("password", "admin secret"),
            KeyValuePair.Create("user_alice", "a=b;c"),
            KeyValuePair.Create("user_bob", "plain"),
            KeyValuePair.Create("username", "admin"),
        ]);
    }

    [Fact]
    public void An_entry_without_options_is_read() => Parse("ScramLoginModule required;").Options.ShouldBeEmpty();

    [Fact]
    public void A_backslash_in_quotes_makes_the_next_character_ordinary() =>
        Parse("""M required a="q\"s\\e\tt" b='it''s';""".Replace("''", "\\'", StringComparison.Ordinal)).Options.Values.Order(StringComparer.Ordinal).ShouldBe(["it's", "q\"s\\e\tt"]);

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("M;")]
    [InlineData("M")]
    [InlineData("M perhaps a=b;")]
    [InlineData("M required")]
    [InlineData("M required a=b")]
    [InlineData("M required a;")]
    [InlineData("M required a=;")]
    [InlineData("M required =b;")]
    [InlineData("M required a=\"b;")]
    [InlineData("M required a=\"b\\")]
    [InlineData("M required a=b; N required;")]
    [InlineData("/* M required;")]
    public void Anything_else_is_refused_with_a_reason(string text)
    {
        JaasConfig.TryParse(text, out JaasConfig? config, out string? reason).ShouldBeFalse();
        config.ShouldBeNull();
        reason.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void The_reason_does_not_repeat_a_value()
    {
        JaasConfig.TryParse("M required password=hunter2", out _, out string? reason).ShouldBeFalse();
        reason!.ShouldNotContain("hunter2");
    }

    private static JaasConfig Parse(string text)
    {
        JaasConfig.TryParse(text, out JaasConfig? config, out string? reason).ShouldBeTrue(reason);
        return config!;
    }
}
