using System.Net;
using Sluice.Broker.Security;

namespace Sluice.Broker.Tests.Security;

public class ClientHostTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", "127.0.0.1")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3", "10.1.2.3")]
    [InlineData("::1", "::1", "0:0:0:0:0:0:0:1")]
    [InlineData("2001:db8::a:0:1", "2001:db8::a:0:1", "2001:db8:0:0:0:a:0:1")]
    public void An_address_has_the_usual_text_and_the_one_of_Kafka(string address, string text, string kafkaText)
    {
        ClientHost host = ClientHost.From(IPAddress.Parse(address));
        (host.Text, host.KafkaText).ShouldBe((text, kafkaText));
    }

    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("größe", "größe")]
    [InlineData("a\r\nb", "a\\u000d\\u000ab")]
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("a\u2028b", "a\\u2028b")]
    public void A_name_is_written_without_what_could_end_or_turn_the_line(string name, string text) => LogText.Of(name).ShouldBe(text);

    [Fact]
    public void A_long_name_is_cut() => LogText.Of(new string('x', 10_000)).ShouldBe(new string('x', LogText.LengthMax) + "…");
}
