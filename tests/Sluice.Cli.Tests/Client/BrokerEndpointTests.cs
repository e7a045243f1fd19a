using Sluice.Client;

namespace Sluice.Cli.Tests.Client;

public sealed class BrokerEndpointTests
{
    [Theory]
    [InlineData("localhost:9092", "localhost", 9092)]
    [InlineData("localhost", "localhost", 9092)]
    [InlineData(" 10.0.0.1:1 ", "10.0.0.1", 1)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("[fe80::2]", "fe80::2", 9092)]
    public void Endpoint_is_read(string text, string host, int port)
    {
        BrokerEndpoint.TryParse(text, out BrokerEndpoint? endpoint).ShouldBeTrue();
        endpoint.ShouldBe(new BrokerEndpoint(host, port));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":9092")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("localhost:")]
    [InlineData("localhost:90 92")]
    [InlineData("::1:9092")]
    [InlineData("[::1")]
    [InlineData("[::1]9092")]
    [InlineData("kafka://localhost:9092")]
    public void Nonsense_is_no_endpoint(string text) => BrokerEndpoint.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Address_of_IPv6_is_written_in_brackets() => new BrokerEndpoint("::1", 9092).ToString().ShouldBe("[::1]:9092");

    [Fact]
    public void List_keeps_its_order_and_passes_over_empty_parts() =>
        BrokerEndpoint.ParseList("b:1, a:2,,").ShouldBe([new BrokerEndpoint("b", 1), new BrokerEndpoint("a", 2)]);

    [Fact]
    public void List_with_one_malformed_endpoint_is_empty() => BrokerEndpoint.ParseList("a:1,b:x").ShouldBeEmpty();
}
